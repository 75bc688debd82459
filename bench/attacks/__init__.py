"""Attacks: damaged files, hostile PDFs, malformed requests."""
