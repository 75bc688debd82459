"""What a text says: dates, names, speakers, spans."""
