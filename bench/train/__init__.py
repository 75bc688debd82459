"""Fits what ships: encoder, lexicon, distributional neighbours, ranker, abstention."""
