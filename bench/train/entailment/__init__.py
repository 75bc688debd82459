"""Training of the part of the reader that says whether quotes support a sentence."""
