"""The write path: scan, read, chunk, encode, write, publish."""
