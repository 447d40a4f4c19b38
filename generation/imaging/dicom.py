"""Pixels of DICOM files, decoded and mapped to grey.

One decoder for each transfer syntax, so that a file has the same pixels wherever it is read: ``decoder_of``,
and why in docs/decisions/0005-decoders.md.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import gdcm
import numpy as np
from numpy.typing import NDArray
from pydicom import dcmread
from pydicom.dataset import Dataset, FileDataset
from pydicom.pixels.decoders.base import get_decoder
from pydicom.pixels.processing import apply_color_lut
from pydicom.uid import (
    HTJ2K,
    UID,
    HTJ2KLossless,
    HTJ2KLosslessRPCL,
    JPEG2000TransferSyntaxes,
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSTransferSyntaxes,
    JPEGTransferSyntaxes,
)

from generation.imaging import gdcm_jpeg, intensity
from generation.imaging.dicom_header import (
    WHITELIST,
    facts_of,
    first_float,
    number,
    person_of,
    quiet,
    refuse_unfit_header,
    text,
    transfer_syntax,
)
from generation.imaging.picture import Refusal

gdcm.Trace.WarningOff()
gdcm.Trace.ErrorOff()
gdcm_jpeg.register()


class DicomPicture:
    """A DICOM file, opened by ``read_dicom``; see the Picture protocol."""

    def __init__(self, dataset: FileDataset) -> None:
        self._dataset = dataset
        self._syntax = transfer_syntax(dataset)
        self.facts = facts_of(dataset)
        self.person = person_of(dataset)

    def refuse_unfit(self) -> None:
        """Raise Refusal for what cannot become one grey image, before any pixel is decoded."""
        refuse_unfit_header(self._dataset, self.facts)
        try:
            decoder = get_decoder(self._syntax)
        except NotImplementedError:
            raise Refusal("the transfer syntax is unknown or holds no single picture") from None
        if not decoder.is_available:
            raise Refusal(f"no decoder for {self.facts.transfer_syntax}")

    def doubt(self) -> str:
        """A header that says anything but NO says that names may be written in the picture."""
        if text(self._dataset, "BurnedInAnnotation") in ("NO", ""):
            return ""
        return "BurnedInAnnotation is not NO: names may be written in the picture"

    def stored_values(self) -> NDArray[Any]:
        """Decode the pixels: rows × columns, or rows × columns × 3 as red, green, blue."""
        with quiet():
            plugin = decoder_of(self._syntax, self.facts.bits or 0)
            return get_decoder(self._syntax).as_array(self._dataset, decoding_plugin=plugin)[0]

    def grey(self, stored: NDArray[Any]) -> NDArray[np.uint8]:
        """Map by modality LUT or rescale, then VOI LUT, window, full range (8 bits) or percentiles."""
        with quiet():
            if self.facts.photometric == "PALETTE COLOR":
                return self._palette(stored)
            if stored.ndim == 3:
                return luma_levels(stored)
            return self._monochrome(stored)

    def _palette(self, stored: NDArray[Any]) -> NDArray[np.uint8]:
        entries = int(self._dataset.RedPaletteColorLookupTableDescriptor[0]) or 2**16
        colour = apply_color_lut(stored, self._dataset)
        if colour.dtype.itemsize == 1 and entries > 256:
            raise Refusal("a palette of more than 256 entries of 8 bits")
        return luma_levels(colour)

    def _monochrome(self, stored: NDArray[Any]) -> NDArray[np.uint8]:
        def levels(values: NDArray[np.int64]) -> NDArray[np.uint8]:
            padding = self._padding(values)
            grey = intensity.to_grey(self._fractions(values, stored, padding))
            if self.facts.photometric == "MONOCHROME1":
                grey = 255 - grey
            grey[padding] = 0
            return grey

        return intensity.map_values(stored, levels)

    def _padding(self, values: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which values say that the detector saw nothing: PixelPaddingValue to …RangeLimit.

        PS3.3 C.7.5.1.1.2.
        """
        value = number(self._dataset, "PixelPaddingValue")
        if value is None:
            return np.zeros(values.shape, dtype=bool)
        limit = number(self._dataset, "PixelPaddingRangeLimit")
        low, high = sorted((value, value if limit is None else limit))
        return (values >= low) & (values <= high)

    def _fractions(
        self, values: NDArray[np.int64], stored: NDArray[Any], padding: NDArray[np.bool_]
    ) -> intensity.Fractions:
        dataset = self._dataset
        modality = modality_values(values, dataset)
        if dataset.get("VOILUTSequence"):
            first, table, bits = read_lut(dataset.VOILUTSequence[0], self._syntax)
            return intensity.full_range(intensity.lookup(modality, first=first, table=table), bits)
        if (center := first_float(dataset, "WindowCenter")) is not None and (
            width := first_float(dataset, "WindowWidth")
        ) is not None:
            function = text(dataset, "VOILUTFunction") or "LINEAR"
            return intensity.window(modality, center=center, width=width, function=function)
        bits = self.facts.bits or 0
        if bits <= 8 and stored.dtype.kind == "u" and np.array_equal(modality, values):
            return intensity.full_range(values, bits)
        counts = np.where(padding, 0, intensity.value_counts(stored))
        return intensity.percentile_range(modality, counts)


def read_dicom(file: Path | BytesIO) -> DicomPicture:
    """Open a DICOM file, with or without preamble. Raises whatever pydicom raises on a damaged file."""
    with quiet():
        return DicomPicture(dcmread(file, force=True, specific_tags=list(WHITELIST)))


def decoder_of(syntax: UID, bits: int) -> str:
    """Return the pydicom plugin that decodes ``syntax``; '' where pydicom itself does."""
    if syntax in (JPEGLossless, JPEGLosslessSV1) or (syntax == JPEGExtended12Bit and bits > 8):
        return gdcm_jpeg.PLUGIN
    if syntax in JPEGTransferSyntaxes:
        return "pillow"
    if syntax in JPEGLSTransferSyntaxes:
        return "pyjpegls"
    if syntax in (*JPEG2000TransferSyntaxes, HTJ2KLossless, HTJ2KLosslessRPCL, HTJ2K):
        return "pylibjpeg"
    return ""


def luma_levels(colour: NDArray[Any]) -> NDArray[np.uint8]:
    """Turn rows × columns × 3 of 8 or 16 bits into grey levels over the full range."""
    bits = 8 * colour.dtype.itemsize
    return intensity.map_values(
        intensity.luma(colour), lambda values: intensity.to_grey(intensity.full_range(values, bits))
    )


def modality_values(values: NDArray[np.int64], dataset: FileDataset) -> NDArray[np.number]:
    """Apply the modality LUT or the rescale (PS3.3 C.11.1), or return ``values`` where there is neither."""
    if dataset.get("ModalityLUTSequence"):
        first, table, _ = read_lut(dataset.ModalityLUTSequence[0], transfer_syntax(dataset))
        return intensity.lookup(values, first=first, table=table)
    slope, intercept = first_float(dataset, "RescaleSlope"), first_float(dataset, "RescaleIntercept")
    if slope is None or intercept is None or (slope, intercept) == (1.0, 0.0):
        return values
    return values * slope + intercept


def read_lut(item: Dataset, syntax: UID) -> tuple[int, NDArray[np.integer], int]:
    """Return (first value mapped, table, bits an entry) of a LUT sequence item (PS3.3 C.11.1.1.1).

    pydicom's own apply_voi keeps its indices in the type of the *entries*, so a 4,096-entry table of 8-bit
    entries wraps around; hence this reader.
    """
    count, first, bits = (int(part) for part in item.LUTDescriptor)
    count = count or 2**16
    data = item.LUTData
    if isinstance(data, bytes):
        order = "<" if syntax.is_little_endian else ">"
        entries = np.frombuffer(data, np.uint8 if len(data) < 2 * count else np.dtype(f"{order}u2"))
    else:
        entries = np.atleast_1d(np.asarray(data, dtype=np.int64))
    if len(entries) < count or not 1 <= bits <= 16:
        raise Refusal("damaged: a look-up table is shorter than it says, or its depth is impossible")
    return first, entries[:count], bits
