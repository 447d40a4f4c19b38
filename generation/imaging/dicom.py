"""Radiographs from DICOM files, by whitelist: only the elements named here are ever read into memory.

One decoder for each transfer syntax, so that a file has the same pixels wherever it is read: ``decoder_of``,
and why in docs/decisions/0005-decoders.md.
"""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import gdcm
import numpy as np
from numpy.typing import NDArray
from pydicom import config, dcmread
from pydicom.dataset import Dataset, FileDataset
from pydicom.pixels.decoders.base import get_decoder
from pydicom.pixels.processing import apply_color_lut
from pydicom.uid import (
    HTJ2K,
    UID,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    HTJ2KLossless,
    HTJ2KLosslessRPCL,
    ImplicitVRLittleEndian,
    JPEG2000TransferSyntaxes,
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSTransferSyntaxes,
    JPEGTransferSyntaxes,
)

from generation.imaging import gdcm_jpeg, intensity
from generation.imaging.picture import Facts, Person, Refusal, refuse_size
from generation.imaging.spacing import pixel_size

gdcm.Trace.WarningOff()
gdcm.Trace.ErrorOff()
gdcm_jpeg.register()

PERSON = ("PatientID", "AccessionNumber", "PatientSex", "PatientAge", "SOPInstanceUID")
PICTURE = (
    "BurnedInAnnotation", "SamplesPerPixel", "PhotometricInterpretation", "PlanarConfiguration",
    "NumberOfFrames", "Rows", "Columns", "BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation",
    "PixelPaddingValue", "PixelPaddingRangeLimit", "PixelData",
    "PixelSpacing", "ImagerPixelSpacing", "PixelSpacingCalibrationType",
    "ExtendedOffsetTable", "ExtendedOffsetTableLengths",
)  # fmt: skip
INTENSITY = (
    "ModalityLUTSequence", "RescaleIntercept", "RescaleSlope", "VOILUTSequence", "WindowCenter", 
    "WindowWidth", "VOILUTFunction", "PixelPresentation",
    "RedPaletteColorLookupTableDescriptor", "GreenPaletteColorLookupTableDescriptor",
    "BluePaletteColorLookupTableDescriptor", "RedPaletteColorLookupTableData",
    "GreenPaletteColorLookupTableData", "BluePaletteColorLookupTableData",
    "SegmentedRedPaletteColorLookupTableData", "SegmentedGreenPaletteColorLookupTableData",
    "SegmentedBluePaletteColorLookupTableData",
)  # fmt: skip
WHITELIST = PERSON + PICTURE + INTENSITY

PHOTOMETRIC = (
    "MONOCHROME1", "MONOCHROME2", "PALETTE COLOR", "RGB",
    "YBR_FULL", "YBR_FULL_422", "YBR_ICT", "YBR_RCT", "YBR_PARTIAL_420", "YBR_PARTIAL_422",
)  # fmt: skip
YEARS_PER_UNIT = {"Y": 1.0, "M": 1 / 12, "W": 7 / 365.25, "D": 1 / 365.25}


class DicomPicture:
    """A DICOM file, opened by ``read_dicom``; see the Picture protocol."""

    def __init__(self, dataset: FileDataset) -> None:
        self._dataset = dataset
        self._syntax = transfer_syntax(dataset)
        photometric = text(dataset, "PhotometricInterpretation")
        pixel_mm, plane = pixel_size(
            dataset.get("PixelSpacing"),
            dataset.get("ImagerPixelSpacing"),
            text(dataset, "PixelSpacingCalibrationType"),
        )
        self.facts = Facts(
            transfer_syntax=self._syntax.name if self._syntax.name != self._syntax else "unknown",
            photometric=photometric if photometric in PHOTOMETRIC else "unknown",
            rows=number(dataset, "Rows"),
            columns=number(dataset, "Columns"),
            bits=number(dataset, "BitsStored"),
            burned_in_stated=text(dataset, "BurnedInAnnotation") != "",
            pixel_mm=pixel_mm,
            pixel_plane=plane,
        )
        sex = text(dataset, "PatientSex")
        self.person = Person(
            patient_id=text(dataset, "PatientID"),
            accession=text(dataset, "AccessionNumber"),
            sex=sex if sex in ("F", "M") else "",
            age=age_in_years(text(dataset, "PatientAge")),
            sop_instance_uid=text(dataset, "SOPInstanceUID"),
        )

    def refuse_unfit(self) -> None:
        """Raise Refusal for what cannot become one grey image, before any pixel is decoded."""
        dataset = self._dataset
        if "PixelData" not in dataset:
            raise Refusal("the DICOM file holds no integer pixel data")
        frames = number(dataset, "NumberOfFrames")
        if frames not in (None, 0, 1):
            raise Refusal(f"multi-frame: {frames} frames; a radiograph has one")
        if self.facts.rows is None or self.facts.columns is None:
            raise Refusal("damaged: the header does not say how many rows and columns there are")
        refuse_size(self.facts.rows, self.facts.columns)
        if self.facts.photometric == "unknown":
            raise Refusal("the photometric interpretation is missing or unknown")
        if not 1 <= (self.facts.bits or 0) <= 16 or (number(dataset, "BitsAllocated") or 0) > 16:
            raise Refusal("the bit depth is missing or above 16")
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


@contextmanager
def quiet() -> Iterator[None]:
    """Silence pydicom, whose warnings and log lines quote the values of elements."""
    logger = logging.getLogger("pydicom")
    disabled, mode = logger.disabled, config.settings.reading_validation_mode
    logger.disabled = True
    config.settings.reading_validation_mode = config.IGNORE
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.disabled = disabled
        config.settings.reading_validation_mode = mode


def transfer_syntax(dataset: FileDataset) -> UID:
    """Return the transfer syntax; a file without meta header has the one that pydicom found by trying."""
    stated = getattr(dataset, "file_meta", Dataset()).get("TransferSyntaxUID")
    if stated:
        return UID(stated)
    implicit, little = dataset.original_encoding
    syntax = ImplicitVRLittleEndian if implicit else ExplicitVRLittleEndian if little else ExplicitVRBigEndian
    dataset.file_meta.TransferSyntaxUID = syntax
    return syntax


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


def text(dataset: Dataset, keyword: str) -> str:
    """Return an element as stripped text, '' if it is absent or empty."""
    value = dataset.get(keyword)
    return "" if value is None else str(value).strip()


def number(dataset: Dataset, keyword: str) -> int | None:
    """Return an element as an integer, None if it is absent or empty."""
    value = dataset.get(keyword)
    return None if value is None or value == "" else int(value)


def first_float(dataset: Dataset, keyword: str) -> float | None:
    """Return the first value of an element as a float, None if it is absent or empty."""
    value = dataset.get(keyword)
    if value is None or value == "":
        return None
    values = [value] if isinstance(value, (str, int, float)) else list(value)
    return float(values[0]) if values else None


def age_in_years(age: str) -> float | None:
    """Turn an Age String (PS3.5 6.2: 018M, 036Y) into years; None for anything else or above 130 years."""
    match = re.fullmatch(r"(\d{1,3})([DWMY])", age)
    if match is None:
        return None
    years = int(match[1]) * YEARS_PER_UNIT[match[2]]
    return round(years, 3) if years <= 130 else None
