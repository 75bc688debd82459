"""Reranking of candidates."""
