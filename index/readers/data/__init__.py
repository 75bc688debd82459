"""Tables and records: CSV and JSON."""
