"""Measures answers: retrieval, quotes, refusals, and whether they changed."""
