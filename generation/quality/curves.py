"""The section of a report on effects: each attribute's change against the true one, for every guidance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generation.quality.effects import Change, best_scale, between, calibrated, paired, ratio
from generation.quality.films import Films
from generation.quality.probe import Probe, explained

GROUP = "group"
# A ratio is told where the probe can read the attribute (r² on held-out films) and the true change is large
# (in SD of the readings) and certain (in standard errors): else it is a ratio of something else.
READABLE, LEAST, SURE = 0.2, 0.3, 5.0
Pair = tuple[NDArray[np.uint8], NDArray[np.uint8]]
Pairs = Mapping[float, Pair]


def effect_section(
    probe: Probe, held_out: Films, groups: tuple[str, str], *, whole: Pairs, alone: Pairs
) -> dict[str, Any]:
    """Compare what ``probe`` reads off pairs of images with what it reads off held-out films.

    Pairs (n, H, W) of the first and of the second of ``groups``, by guidance: of all conditions (``whole``)
    and of the group ``alone``.
    """
    true = true_changes(probe, held_out, groups)
    readings = probe.read(held_out.images)
    spread = {name: float(np.std(values)) for name, values in readings.items()}
    readable = explained(probe, held_out.images, held_out.numbers, held_out.column(GROUP))
    told = [
        name
        for name, change in true.items()
        if readable[name] > READABLE and abs(change.mean) > max(LEAST * spread[name], SURE * change.error)
    ]
    curves = {
        kind: {scale: _effects(probe, pair, true, spread, told) for scale, pair in pairs.items()}
        for kind, pairs in (("all", whole), ("group", alone))
    }
    ratios = {
        kind: {
            scale: {name: found[name]["ratio"]["value"] for name in told} for scale, found in curve.items()
        }
        for kind, curve in curves.items()
    }
    return {
        "truth": "observed" if held_out.counterparts is None else "counterparts",
        "names": list(probe.names),
        "told": told,
        "explained": readable,
        "true": {name: asdict(change.interval) for name, change in true.items()},
        "spread": spread,
        "curves": {
            kind: [{"scale": scale, "effects": found} for scale, found in curve.items()]
            for kind, curve in curves.items()
        },
        "calibrated": {
            kind: {name: _calibrated(found, name) for name in told} for kind, found in ratios.items()
        },
        "best": {kind: best_scale(found) for kind, found in ratios.items()} if told else {},
    }


def true_changes(probe: Probe, films: Films, groups: tuple[str, str]) -> dict[str, Change]:
    """The true change of each reading from the first group to the second.

    Of each person to their counterpart where that is known, else between the people of both groups.
    """
    readings, group = probe.read(films.images), films.column(GROUP)
    first = group == groups[0]
    if films.counterparts is None:
        return {name: between(found[first], found[group == groups[1]]) for name, found in readings.items()}
    others = probe.read(films.counterparts)
    return {
        name: paired(np.where(first, own, others[name]), np.where(first, others[name], own))
        for name, own in readings.items()
    }


def _effects(
    probe: Probe, pair: Pair, true: Mapping[str, Change], spread: Mapping[str, float], told: Sequence[str]
) -> dict[str, Any]:
    first, second = (probe.read(images) for images in pair)
    drawn = {name: paired(first[name], second[name]) for name in probe.names}
    return {
        name: {
            "change": asdict(change.interval),
            "in_spreads": change.mean / spread[name],
            "ratio": asdict(ratio(change, true[name])) if name in told else None,
        }
        for name, change in drawn.items()
    }


def _calibrated(ratios: Mapping[float, Mapping[str, float]], name: str) -> float | None:
    return calibrated(np.array(list(ratios)), np.array([found[name] for found in ratios.values()]))
