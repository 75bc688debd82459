"""Stores beside the local index: equality, publishing under readers, speed and size."""
