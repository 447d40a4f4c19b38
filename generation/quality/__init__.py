"""How good a model's images are, without Django: distances, copies, counterfactual axioms, effects and truth.

Images are (n, H, W) uint8, features (n, d) floats of any extractor. Only ``extractors`` and ``drawing`` need
torch; the rest is numpy and scipy. ``report`` puts everything into one JSON document.
"""
