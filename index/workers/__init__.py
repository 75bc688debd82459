"""What runs in those processes: reading of files, and looking at pages of PDFs."""
