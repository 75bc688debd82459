"""The parts of Word documents: packages, styles, lists, the text of paragraphs."""
