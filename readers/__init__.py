"""Readers room: videos in, locked ratings out.

It hands out services (writes), selectors (reads) and `selectors.ratings.ratings(study)` for the stats room;
`protocol/` is its pure core, and the database itself refuses what the protocol forbids (`migrations/sql/`).
"""
