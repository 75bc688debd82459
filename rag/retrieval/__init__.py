"""Retrieval of candidates by words and by vectors."""
