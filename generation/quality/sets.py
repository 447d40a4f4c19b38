"""What a report says of whole sets of images: how far from other people's films, how near to training.

Everything is plain values, ready for JSON.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generation.quality.frechet import frechet
from generation.quality.kernel import kernel_distance
from generation.quality.memorisation import audit
from generation.quality.neighbours import neighbourhood
from generation.quality.resampling import at_infinity, jackknife

Features = NDArray[np.float64]
Images = NDArray[np.uint8]


def distance_line(drawn: Features, held_out: Features, **label: str | float) -> dict[str, Any]:
    """All distances between features (n, d) of drawn images and (m, d) of held-out films.

    ``label`` goes into the line: the guidance, and the condition and value of a subgroup.
    """
    kernel = kernel_distance(drawn, held_out)
    return {
        **label,
        "n": len(drawn),
        "n_held_out": len(held_out),
        "frechet": asdict(jackknife(frechet, drawn, held_out)),
        "frechet_infinity": asdict(jackknife(at_infinity(frechet), drawn, held_out)),
        "kernel_per_mille": {name: 1000 * value for name, value in asdict(kernel).items()},
        **asdict(neighbourhood(held_out, drawn)),
    }


def copies(drawn: Images, training: Images, held_out: Images) -> dict[str, Any]:
    """What the audit for copies of training films found; images (n, H, W)."""
    found = audit(drawn, training, held_out)
    return {
        "n": len(drawn),
        "threshold": found.threshold,
        "most_similar": float(found.similarity.max()),
        "suspects": len(found.suspects),
        "expected": found.expected,
        "p_value": found.p_value,
        "nearer_to_training": found.nearer_to_training,
    }
