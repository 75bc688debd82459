"""One snapshot of the index on disk."""
