"""Measures what is read from files: cases with expected results, and public files against other readers."""
