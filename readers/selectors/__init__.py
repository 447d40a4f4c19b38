"""Reads of the readers room. `access` alone decides what a reader may open; `ratings` feeds the tables."""
