"""The reader: a transformer that reads a question and a passage together."""
