"""Measures verdicts on sentences."""
