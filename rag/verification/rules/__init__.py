"""Rules on what a sentence changes of the evidence: words, values, names, polarity."""
