"""Radiographs from PNG, JPEG and TIFF files. Text chunks, EXIF and the like are never looked at."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.TiffImagePlugin import TiffImageFile

from generation.imaging import intensity
from generation.imaging.picture import Facts, Person, Refusal, refuse_size

# Pillow mode -> (mode that is decoded, bits a channel). Transparency is dropped, not blended.
MODES = {
    "1": ("L", 8),
    "L": ("L", 8),
    "LA": ("L", 8),
    "P": ("RGB", 8),
    "RGB": ("RGB", 8),
    "RGBA": ("RGB", 8),
    "CMYK": ("RGB", 8),
    "YCbCr": ("RGB", 8),
    "I;16": ("I;16", 16),
    "I;16B": ("I;16", 16),
}
FORMATS = {b"\x89PNG\r\n\x1a\n": "PNG", b"\xff\xd8\xff": "JPEG", b"II*\0": "TIFF", b"MM\0*": "TIFF"}
WHITE_IS_ZERO, PHOTOMETRIC_TAG = 0, 262


class RasterPicture:
    """A PNG or JPEG file, opened by ``read_picture``; see the Picture protocol."""

    def __init__(self, image: Image.Image) -> None:
        self._image = image
        mode, bits = MODES.get(image.mode, ("unknown", None))
        self._inverted = bits == 16 and tiff_tag(image, PHOTOMETRIC_TAG) == WHITE_IS_ZERO
        self.facts = Facts(
            transfer_syntax=image.format or "unknown",
            photometric="MONOCHROME1"
            if self._inverted
            else {"RGB": "RGB", "unknown": "unknown"}.get(mode, "MONOCHROME2"),
            rows=image.height,
            columns=image.width,
            bits=bits,
            burned_in_stated=False,
        )
        self.person = Person()

    def refuse_unfit(self) -> None:
        """Raise Refusal for animations, sizes and pixel formats that are not taken."""
        refuse_size(self._image.height, self._image.width)
        if getattr(self._image, "n_frames", 1) != 1:
            raise Refusal("the file holds several pictures; a radiograph is one")
        if self._image.mode not in MODES:
            raise Refusal("the pixel format is not taken: 8 or 16 bits, grey or colour")

    def doubt(self) -> str:
        """These formats say nothing about text in the picture."""
        return ""

    def stored_values(self) -> NDArray[Any]:
        """Decode: rows × columns, uint8 or uint16, or rows × columns × 3, uint8."""
        mode, _ = MODES[self._image.mode]
        return np.array(self._image if self._image.mode == mode else self._image.convert(mode))

    def grey(self, stored: NDArray[Any]) -> NDArray[np.uint8]:
        """Keep 8-bit values; spread 16-bit ones between percentiles, as the depth used is unknown."""
        values = intensity.luma(stored) if stored.ndim == 3 else stored
        if self.facts.bits == 8:
            return values.astype(np.uint8)
        counts = intensity.value_counts(values)
        grey = intensity.map_values(
            values, lambda v: intensity.to_grey(intensity.percentile_range(v, counts))
        )
        return 255 - grey if self._inverted else grey


def tiff_tag(image: Image.Image, tag: int) -> Any:
    """Return a TIFF tag's value, None for other formats."""
    return image.tag_v2.get(tag) if isinstance(image, TiffImageFile) else None


def read_picture(data: bytes, kind: str) -> RasterPicture:
    """Open a PNG, JPEG or TIFF; its pixels are decoded later. Raises what Pillow raises on a damaged file."""
    return RasterPicture(Image.open(BytesIO(data), formats=(kind,)))
