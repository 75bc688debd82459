"""Files to text with structure: one reader per format."""
