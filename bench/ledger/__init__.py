"""Measures of verdicts on sentences."""
