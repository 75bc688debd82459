"""Stores beyond one machine: engines that propose passages, and keep the documents for every server."""
