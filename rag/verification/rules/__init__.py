"""Rules on how a sentence differs from the evidence: words, values, names, polarity."""
