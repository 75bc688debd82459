"""The layout of a page: from its characters and their boxes to lines, columns, tables and paragraphs."""
