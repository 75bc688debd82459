"""Generates questions of one kind from any folder, by rules simpler than the program's, and judges the answers."""
