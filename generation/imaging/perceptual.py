"""Near-duplicates: pictures that look alike though their pixels differ (resized, re-windowed, compressed).

A picture's hash holds 256 bits: whether each cell of a 16 × 16 grid of area means is darker than its right
neighbour (difference hash). Rescaling and monotone grey mappings leave nearly all of them as they are.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SIDE = 16
BITS = SIDE * SIDE
WITHIN = 15  # bits that may differ; with 16 bands of 16 bits two such hashes share at least one whole band
BANDS = 16
BLOCK = 1024


def perceptual_hash(grey: NDArray[np.uint8]) -> str:
    """Return the hash of ``grey`` (rows × columns) as 64 hexadecimal digits."""
    means = Image.fromarray(grey.astype(np.float32)).resize((SIDE + 1, SIDE), Image.Resampling.BOX)
    cells = np.asarray(means)
    return np.packbits(cells[:, 1:] > cells[:, :-1]).tobytes().hex()


def near_pairs(hashes: Sequence[str], within: int = WITHIN) -> list[tuple[int, int, int]]:
    """Return (i, j, bits that differ) of every pair i < j that differs in ``within`` bits or fewer, in order.

    Exact for ``within`` < 16: such a pair agrees on one of 16 bands at least (pigeonhole), so that only pairs
    that share a band are compared.
    """
    if not 0 <= within < BANDS:
        raise ValueError(f"within must be 0 to {BANDS - 1} bits")
    if len(hashes) < 2:
        return []
    packed = np.frombuffer(bytes.fromhex("".join(hashes)), dtype=np.uint8).reshape(-1, BITS // 8)
    words = packed.view(np.uint64)
    bands = packed.view(np.uint16)
    found: set[tuple[int, int, int]] = set()
    for band in range(BANDS):
        order = np.argsort(bands[:, band], kind="stable")
        edges = np.flatnonzero(np.diff(bands[order, band])) + 1
        for members in np.split(order, edges):
            if len(members) > 1:
                found.update(_close(np.sort(members), words, within))
    return sorted(found)


def _close(members: NDArray[np.intp], words: NDArray[np.uint64], within: int) -> list[tuple[int, int, int]]:
    """Return the close pairs of ``members``, in blocks, so that memory stays small for a common band."""
    found = []
    for start in range(0, len(members), BLOCK):
        some = members[start : start + BLOCK]
        for other in range(start, len(members), BLOCK):
            rest = members[other : other + BLOCK]
            bits = np.zeros((len(some), len(rest)), dtype=np.uint16)
            for word in range(words.shape[1]):
                bits += np.bitwise_count(words[some, word][:, None] ^ words[rest, word][None, :])
            for i, j in zip(*np.nonzero(bits <= within), strict=True):
                if some[i] < rest[j]:
                    found.append((int(some[i]), int(rest[j]), int(bits[i, j])))
    return found
