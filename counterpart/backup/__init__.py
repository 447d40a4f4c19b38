"""A whole installation in one folder: every row, frame, radiograph and checkpoint, each with its SHA-256.

``folder`` makes and checks it; ``tables`` writes rows as JSON lines, which either kind of database takes;
``triggers`` lets a restore write rows that the protocol would refuse to a person.
"""
