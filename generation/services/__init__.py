"""Writes: importing cohorts, registering models, asking for videos. Hands out keyword-only functions."""
