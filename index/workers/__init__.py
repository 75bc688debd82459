"""Worker processes: reading files, and laying out and rendering pages of PDFs."""
