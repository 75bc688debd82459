"""The parts of OpenDocument texts: styles, lists, the text of paragraphs."""
