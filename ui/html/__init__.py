"""What is shown, as HTML. Pure functions."""
