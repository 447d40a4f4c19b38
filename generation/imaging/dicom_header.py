"""Headers of DICOM files: the whitelist of elements that are ever read into memory, and what they say."""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from pydicom import config
from pydicom.dataset import Dataset, FileDataset
from pydicom.uid import UID, ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from generation.imaging.picture import Facts, Person, Refusal, refuse_size
from generation.imaging.spacing import pixel_size

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


def facts_of(dataset: FileDataset) -> Facts:
    """Return what the header says of the picture."""
    syntax = transfer_syntax(dataset)
    photometric = text(dataset, "PhotometricInterpretation")
    pixel_mm, plane = pixel_size(
        dataset.get("PixelSpacing"),
        dataset.get("ImagerPixelSpacing"),
        text(dataset, "PixelSpacingCalibrationType"),
    )
    return Facts(
        transfer_syntax=syntax.name if syntax.name != syntax else "unknown",
        photometric=photometric if photometric in PHOTOMETRIC else "unknown",
        rows=number(dataset, "Rows"),
        columns=number(dataset, "Columns"),
        bits=number(dataset, "BitsStored"),
        burned_in_stated=text(dataset, "BurnedInAnnotation") != "",
        pixel_mm=pixel_mm,
        pixel_plane=plane,
    )


def person_of(dataset: Dataset) -> Person:
    """Return what the header says of the person: as it is, to be joined and made a pseudonym."""
    sex = text(dataset, "PatientSex")
    return Person(
        patient_id=text(dataset, "PatientID"),
        accession=text(dataset, "AccessionNumber"),
        sex=sex if sex in ("F", "M") else "",
        age=age_in_years(text(dataset, "PatientAge")),
        sop_instance_uid=text(dataset, "SOPInstanceUID"),
    )


def refuse_unfit_header(dataset: Dataset, facts: Facts) -> None:
    """Raise Refusal where the header tells of no single grey or colour picture of 1 to 16 bits."""
    if "PixelData" not in dataset:
        raise Refusal("the DICOM file holds no integer pixel data")
    frames = number(dataset, "NumberOfFrames")
    if frames not in (None, 0, 1):
        raise Refusal(f"multi-frame: {frames} frames; a radiograph has one")
    if facts.rows is None or facts.columns is None:
        raise Refusal("damaged: the header does not say how many rows and columns there are")
    refuse_size(facts.rows, facts.columns)
    if facts.photometric == "unknown":
        raise Refusal("the photometric interpretation is missing or unknown")
    if not 1 <= (facts.bits or 0) <= 16 or (number(dataset, "BitsAllocated") or 0) > 16:
        raise Refusal("the bit depth is missing or above 16")


def transfer_syntax(dataset: FileDataset) -> UID:
    """Return the transfer syntax; a file without meta header has the one that pydicom found by trying."""
    stated = getattr(dataset, "file_meta", Dataset()).get("TransferSyntaxUID")
    if stated:
        return UID(stated)
    implicit, little = dataset.original_encoding
    syntax = ImplicitVRLittleEndian if implicit else ExplicitVRLittleEndian if little else ExplicitVRBigEndian
    dataset.file_meta.TransferSyntaxUID = syntax
    return syntax


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
