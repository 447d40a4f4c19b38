"""Frames as 8-bit grey PNG files (ISO/IEC 15948) with the three chunks that a picture needs, and no others.

Written here rather than by an imaging library so that no time, software name or colour profile can slip in.
"""

from __future__ import annotations

import struct
import zlib

import numpy as np
from numpy.typing import NDArray

SIGNATURE = b"\x89PNG\r\n\x1a\n"
UP = 2  # filter type: each row as its difference to the row above; small for smooth radiographs


def encode_grey(pixels: NDArray[np.uint8], *, level: int = 6) -> bytes:
    """A lossless PNG file of ``pixels`` (H, W). Equal pixels give equal bytes with the same zlib."""
    if pixels.dtype != np.uint8 or pixels.ndim != 2 or 0 in pixels.shape:
        raise ValueError(f"A frame is a non-empty (H, W) array of uint8, not {pixels.shape} {pixels.dtype}.")
    height, width = pixels.shape
    # uint8 arithmetic wraps modulo 256, as the filter asks
    differences = np.diff(pixels, axis=0, prepend=np.zeros((1, width), np.uint8))
    rows = np.concatenate([np.full((height, 1), UP, np.uint8), differences], axis=1)
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    data = zlib.compress(rows.tobytes(), level)
    return SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
