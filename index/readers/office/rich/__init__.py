"""The parts of rich text (RTF): tokens, fonts, what each group is for."""
