"""Answers as files that carry their proof, and the answers read back from such files."""
