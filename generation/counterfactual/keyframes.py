"""Rendering as few frames as possible: the others are interpolated, where rendered midpoints say it is safe.

With one noise and a deterministic sampler a pixel is a smooth function of λ. Frames at a few nodes are
rendered; then, for every gap between nodes, the frame in its middle is predicted by a cubic spline through
the nodes and rendered as well. Where both agree within a bound the gap is filled from the spline, which
by then also goes through that midpoint; where they do not, the gap is halved, down to single frames.

The recorded bound of an interpolated frame is the greatest difference, over all pixels, that was seen at
its gap's midpoint while that was held out. It is a measurement there and none at the other frames: a change
that begins and ends between two rendered frames is not noticed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Levels = NDArray[np.float32]
FIRST_NODES = 12


@dataclass(frozen=True)
class Keyframed:
    """``levels`` (N, H, W) of all frames, and of each the bound (grey levels); None where it was rendered."""

    levels: Levels
    bounds: list[float | None]


def keyframed(
    render: Callable[[list[int]], Levels], n_frames: int, bound: float, *, first_nodes: int = FIRST_NODES
) -> Keyframed:
    """All frames of a video, of which ``render`` makes some: frame numbers to grey levels (n, H, W), 0-255.

    Differences at midpoints stay under ``bound`` grey levels, before rounding to whole ones.
    """
    nodes = sorted({round(node) for node in np.linspace(0, n_frames - 1, min(n_frames, first_nodes))})
    rendered = dict(zip(nodes, render(nodes), strict=True))
    bounds: list[float | None] = [None] * n_frames
    gaps = _gaps(nodes)
    while gaps:
        middles = [(first + last) // 2 for first, last in gaps]
        expected = interpolated(sorted(rendered), rendered, middles)
        found = dict(zip(middles, render(middles), strict=True))
        rendered |= found
        unsafe = []
        for (first, last), middle, guess in zip(gaps, middles, expected, strict=True):
            error = float(np.abs(guess - found[middle]).max())
            if error < bound:
                for frame in range(first + 1, last):
                    bounds[frame] = None if frame == middle else error
            else:
                unsafe += _gaps([first, middle, last])
        gaps = unsafe
    order = sorted(rendered)
    levels = np.empty((n_frames, *rendered[0].shape), np.float32)
    for frame in order:
        levels[frame] = rendered[frame]
    between = [frame for frame, error in enumerate(bounds) if error is not None]
    if between:
        levels[between] = interpolated(order, rendered, between)
    return Keyframed(levels, bounds)


def interpolated(nodes: Sequence[int], rendered: dict[int, Levels], frames: Sequence[int]) -> Levels:
    """Frames (n, H, W) by the cubic spline ("not a knot") through the rendered ``nodes``, within 0-255.

    A spline is linear in its values: the weights are found once, for all pixels.
    """
    from scipy.interpolate import make_interp_spline

    degree = min(3, len(nodes) - 1)
    weights = make_interp_spline(nodes, np.eye(len(nodes)), k=degree)(frames).astype(np.float32)
    shape = rendered[nodes[0]].shape
    result = np.zeros((len(frames), *shape), np.float32)
    for node, column in zip(nodes, weights.T, strict=True):
        result += column[:, None, None] * rendered[node]
    return result.clip(0, 255)


def _gaps(nodes: Sequence[int]) -> list[tuple[int, int]]:
    """Neighbouring nodes with frames between them."""
    return [(first, last) for first, last in pairwise(nodes) if last - first > 1]
