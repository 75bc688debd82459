"""Pages of PDF files as images: rendered by workers, a few at a time, and cached."""
