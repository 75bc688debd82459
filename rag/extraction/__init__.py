"""Evidence, answer spans, abstention and citations."""
