"""Writes of the readers room: set a study up, enrol, allocate, lock the form, read. Keyword-only."""
