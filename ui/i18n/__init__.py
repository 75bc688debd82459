"""Labels and errors in French and English."""
