"""Radiographs in, counterfactual videos out.

Hands out: cohorts of de-identified grey images, trained models, and videos (lossless frames + manifest).
Knows nothing of readers or statistics.
"""
