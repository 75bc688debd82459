"""The server, the page and the HTTP interface."""
