"""PDF: text, layout, and where quotes stand on a page."""
