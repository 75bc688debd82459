"""Answers in a language model's own words, each sentence held against its quotes. Off unless one is named."""
