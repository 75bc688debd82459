"""The documents as tools of an assistant, by the Model Context Protocol: read-only, over stdio or HTTP."""
