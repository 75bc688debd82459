"""What is read from files: cases with their answers, and public files compared with other readings."""
