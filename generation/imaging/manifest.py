"""The manifest of a video: one hash for each frame, and one hash over everything."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generation.imaging.canonical import pixels_sha256

FORMAT = "counterpart-video/1"


def canonical_json(value: Any) -> bytes:
    """JSON with sorted keys and no spaces: equal values give equal bytes. Refuses NaN and infinity."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def sha256_of(value: Any) -> str:
    """The hash of a JSON value, over its canonical form."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def frame_entry(index: int, png: bytes, pixels: NDArray[np.uint8], made: dict[str, Any]) -> dict[str, Any]:
    """What the manifest says of one frame: hash of the file, hash of the pixels alone, how it was made.

    ``made``: ``origin`` is rendered or interpolated; whatever else the renderer says of the frame.
    """
    return {
        "index": index,
        "png_sha256": hashlib.sha256(png).hexdigest(),
        "pixels_sha256": pixels_sha256(pixels),
        **made,
    }


def manifest(
    *,
    spec: dict[str, Any],
    frames: Sequence[dict[str, Any]],
    width: int,
    height: int,
    device: str,
    versions: dict[str, str],
) -> dict[str, Any]:
    """The record of a complete video; ``frames`` are frame entries in order."""
    return {
        "format": FORMAT,
        "spec": spec,
        "checkpoint_sha256": spec["checkpoint_sha256"],
        "width": width,
        "height": height,
        "n_frames": len(frames),
        "frames": list(frames),
        "device": device,
        "versions": versions,
    }
