"""Pages of PDF files as pictures: drawn by workers, a few at a time, and kept."""
