"""Verification: whether quotes are in their documents, and whether they say what a sentence says."""
