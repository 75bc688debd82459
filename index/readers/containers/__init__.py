"""Files with others inside them: mail and archives."""
