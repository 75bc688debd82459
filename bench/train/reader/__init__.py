"""Trains the reader: the vocabulary, the examples, the training, the export."""
