"""A small quality report, whole in form."""

from __future__ import annotations

from typing import Any

INTERVAL = {"value": 1.0, "low": 0.5, "high": 1.5}
OPEN = {"value": 1.2, "low": None, "high": None}


def effects() -> dict[str, Any]:
    """Two attributes whose ratio is told, and a control."""

    def at(ratio: float) -> dict[str, Any]:
        width = {"change": INTERVAL, "in_spreads": 1.0, "ratio": {"value": ratio, "low": 0.5, "high": 2.5}}
        height = {"change": INTERVAL, "in_spreads": 1.0, "ratio": OPEN | {"value": ratio + 0.02}}
        return {
            "width": width,
            "height": height,
            "age": {"change": INTERVAL, "in_spreads": 0.0, "ratio": None},
        }

    curves = [{"scale": 1.0, "effects": at(1.0)}, {"scale": 4.0, "effects": at(2.0)}]
    names = ["width", "height", "age"]
    return {
        "truth": "counterparts",
        "names": names,
        "told": names[:2],
        "explained": dict.fromkeys(names, 0.8),
        "true": dict.fromkeys(names, INTERVAL),
        "spread": dict.fromkeys(names, 1.0),
        "curves": {"all": curves, "group": curves},
        "calibrated": {kind: {"width": 1.0, "height": None} for kind in ("all", "group")},
        "best": {"all": 1.0, "group": 1.0},
        "paper": 4.0,
        "along": {"1": {"detour": 1.1, "unevenness": 1.2, "largest": 9.0, "shares": {}}},
    }


def report(checkpoint_sha256: str) -> dict[str, Any]:
    """All sections."""
    row = {"n": 10, "n_held_out": 10, "precision": 0.9, "recall": 0.8, "density": 1.0, "coverage": 0.7}
    distances = {"frechet": INTERVAL, "frechet_infinity": INTERVAL}
    distances["kernel_per_mille"] = {"value": 1.0, "error": 0.1}
    return {
        "format": "counterpart-quality/1",
        "checkpoint_sha256": checkpoint_sha256,
        "model": "gradients",
        "steps": 4,
        "size": 16,
        "n_training": 200,
        "n_held_out": 100,
        "groups": ["A", "B"],
        "distances": {
            "extractor": {"name": "efficientnet-lite0", "sha256": "e" * 64},
            "rows": [{**row, **distances}, {"guidance": 1.0, **row, **distances}],
        },
        "memorisation": {
            "n": 10,
            "threshold": 0.9,
            "most_similar": 0.8,
            "suspects": 0,
            "expected": 0.1,
            "p_value": 1.0,
            "nearer_to_training": 0.5,
        },
        "effects": effects(),
        "axioms": {
            "n_returned": 4,
            "residual": 1e-4,
            "composition": 1.5,
            "changed": 4.0,
            "reversibility": 2.0,
            "minimality": {"1": 0.2, "4": 0.5},
            "minimality_true": 0.15,
        },
    }
