"""Run parsers of untrusted files in processes with limits, and exchange messages with them."""
