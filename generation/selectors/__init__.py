"""Reads: cohorts, radiographs, models, videos and their frames. Nothing here writes."""
