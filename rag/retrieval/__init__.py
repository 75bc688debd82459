"""Candidates by words and by vectors."""
