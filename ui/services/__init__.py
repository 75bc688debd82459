"""What the page and the command line do: documents, rebuilds, conversations, pages of PDFs. No HTML here."""
