"""Text to sentences and passages, with exact offsets."""
