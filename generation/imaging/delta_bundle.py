"""One file for all frames of a video, lossless: frames differ little from their neighbours in time.

All numbers are little-endian:

| bytes | what |
|---|---|
| 8 | `CPDELTA1` |
| 4 × 4 | width, height, number of frames n, key interval k, each uint32 |
| n × 4 | length of each coded frame, uint32 |
| the rest | the coded frames one after the other; whatever follows is padding |

A coded frame is a raw deflate stream (RFC 1951) of width × height differences modulo 256, row by row. In
every k-th frame, from the first on, they are taken to the pixel on the left (to 0 in the first column); in
all others to the same pixel of the frame before. The differences are not folded to positive numbers
(zig-zag): renaming the 256 symbols changes neither the runs that deflate finds nor its codes' lengths.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

MAGIC = b"CPDELTA1"
KEY_EVERY = 30
HEAD = struct.Struct("<8sIIII")


class NotABundle(ValueError):
    """The bytes are no bundle, or not a whole one."""


def encode(frames: Iterable[NDArray[np.uint8]], *, key_every: int = KEY_EVERY) -> bytes:
    """The bundle of `frames`, (H, W) uint8 arrays of one shape. Raises ValueError for others."""
    shape: tuple[int, ...] | None = None
    before = np.empty((0, 0), np.uint8)
    coded: list[bytes] = []
    for index, frame in enumerate(frames):
        shape = shape or frame.shape
        if frame.dtype != np.uint8 or frame.ndim != 2 or frame.size == 0 or frame.shape != shape:
            raise ValueError(f"Frame {index} is {frame.shape} {frame.dtype}, not {shape} uint8.")
        differences = _to_the_left(frame) if index % key_every == 0 else frame - before
        coded.append(_deflate(differences.tobytes()))
        before = frame
    if shape is None:
        raise ValueError("A bundle holds at least one frame.")
    height, width = shape
    head = HEAD.pack(MAGIC, width, height, len(coded), key_every)
    return b"".join([head, struct.pack(f"<{len(coded)}I", *map(len, coded)), *coded])


def decode(bundle: bytes) -> Iterator[NDArray[np.uint8]]:
    """The frames of a bundle, (H, W) uint8, one after the other. Raises NotABundle."""
    if len(bundle) < HEAD.size or not bundle.startswith(MAGIC):
        raise NotABundle("This does not begin as a bundle of frames does.")
    _, width, height, n, key_every = HEAD.unpack_from(bundle)
    start = HEAD.size + 4 * n
    if 0 in (width, height, n, key_every) or len(bundle) < start:
        raise NotABundle("The bundle's head is not whole.")
    frame = np.zeros((height, width), np.uint8)
    for index, length in enumerate(struct.unpack_from(f"<{n}I", bundle, HEAD.size)):
        differences = _inflate(bundle[start : start + length], index, width * height).reshape(height, width)
        start += length
        is_key = index % key_every == 0
        frame = np.cumsum(differences, axis=1, dtype=np.uint8) if is_key else frame + differences
        yield frame


def _to_the_left(frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.diff(frame, axis=1, prepend=np.uint8(0))


def _deflate(data: bytes) -> bytes:
    # Runs alone, no longer matches: differences repeat by chance only, and looking triples the time.
    coder = zlib.compressobj(6, zlib.DEFLATED, -15, 9, zlib.Z_RLE)
    return coder.compress(data) + coder.flush()


def _inflate(data: bytes, index: int, size: int) -> NDArray[np.uint8]:
    decoder = zlib.decompressobj(-15)
    try:
        raw = decoder.decompress(data, size + 1)
    except zlib.error as error:
        raise NotABundle(f"Frame {index} cannot be decoded: {error}.") from error
    if len(raw) != size or not decoder.eof:
        raise NotABundle(f"Frame {index} is not whole.")
    return np.frombuffer(raw, np.uint8)
