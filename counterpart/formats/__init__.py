"""How dates and times are written, by language: what differs from Django's own formats."""
