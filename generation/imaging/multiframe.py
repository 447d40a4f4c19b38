"""A video as one DICOM file: Multi-frame Grayscale Byte Secondary Capture (PS3.3 A.8.3), synthetic."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian, MultiFrameGrayscaleByteSecondaryCaptureImageStorage

FRAME_TIME_MS = 1000 / 30
MOST_BYTES = 2**32 - 2  # the length of Pixel Data is a 32-bit number (PS3.5 7.1.1)
PIXEL_DATA = struct.pack("<HH2sH", 0x7FE0, 0x0010, b"OB", 0)


class TooLarge(ValueError):
    """The frames are more than one DICOM file of uncompressed pixels can hold."""


@dataclass(frozen=True)
class Film:
    """What the file says of a video: hash of its manifest (hex), description, when it was complete."""

    manifest_sha256: str
    description: str
    model: str
    completed_at: datetime
    n_frames: int
    width: int
    height: int


def dicom_length(film: Film) -> int:
    """Bytes of the whole file. Raises TooLarge."""
    size = film.n_frames * film.width * film.height
    if size > MOST_BYTES:
        raise TooLarge(f"{size} bytes of pixels do not fit into one DICOM file; export the PNG frames.")
    return len(_head(film)) + len(PIXEL_DATA) + 4 + size + size % 2


def dicom_pieces(film: Film, frames: Iterable[NDArray[np.uint8]]) -> Iterator[bytes]:
    """The file piece by piece, one frame at a time; equal videos give equal files.

    ``frames`` are (H, W) grey levels, in order. Raises TooLarge, and ValueError for a frame of another shape.
    """
    dicom_length(film)
    size = film.n_frames * film.width * film.height
    yield _head(film)
    yield PIXEL_DATA + struct.pack("<I", size + size % 2)
    for frame in frames:
        if frame.shape != (film.height, film.width) or frame.dtype != np.uint8:
            raise ValueError(
                f"A frame is {frame.shape} {frame.dtype}, not {(film.height, film.width)} uint8."
            )
        yield frame.tobytes()
    yield b"\0" * (size % 2)


def _head(film: Film) -> bytes:
    """Everything before the pixels."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = MultiFrameGrayscaleByteSecondaryCaptureImageStorage
    meta.MediaStorageSOPInstanceUID = _uid(film, "instance")
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset = FileDataset(BytesIO(), {}, file_meta=meta, preamble=b"\0" * 128)
    dataset.SOPClassUID = meta.MediaStorageSOPClassUID
    dataset.SOPInstanceUID = meta.MediaStorageSOPInstanceUID
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = _uid(film, "study"), _uid(film, "series")
    # Synthetic Data (PS3.3 C.12.1): nobody was imaged; the names say so to viewers that do not know it.
    dataset.SyntheticData = "YES"
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.PatientName, dataset.PatientID = "Synthetic^Counterfactual", f"SYN-{film.manifest_sha256[:16]}"
    dataset.PatientBirthDate = dataset.PatientSex = ""
    dataset.PatientComments = "Synthetic: drawn by a model. Not a picture of a person. Not for diagnosis."
    dataset.StudyDate = dataset.ContentDate = film.completed_at.strftime("%Y%m%d")
    dataset.StudyTime = dataset.ContentTime = film.completed_at.strftime("%H%M%S")
    dataset.StudyID = "1"
    dataset.AccessionNumber = dataset.ReferringPhysicianName = ""
    dataset.StudyDescription = "Synthetic counterfactual video"
    dataset.SeriesDescription = f"SYNTHETIC {film.description}"[:64]
    dataset.Modality, dataset.ConversionType = "OT", "SYN"
    dataset.SeriesNumber, dataset.InstanceNumber = 1, 1
    dataset.Manufacturer, dataset.ManufacturerModelName = "Counterpart", film.model[:64]
    dataset.SecondaryCaptureDeviceManufacturer = "Counterpart"
    dataset.ImageType = ["DERIVED", "SECONDARY"]
    dataset.PatientOrientation = dataset.Laterality = ""
    dataset.BurnedInAnnotation, dataset.LossyImageCompression = "NO", "00"
    dataset.ImageComments = f"Synthetic. Manifest sha256 {film.manifest_sha256}"
    dataset.DerivationDescription = "Frames of a counterfactual video, lossless 8-bit grey levels as rendered"
    dataset.PresentationLUTShape = "IDENTITY"
    dataset.RescaleIntercept, dataset.RescaleSlope, dataset.RescaleType = "0", "1", "US"
    dataset.NumberOfFrames = film.n_frames
    dataset.FrameIncrementPointer = 0x00181063
    dataset.FrameTime = f"{FRAME_TIME_MS:.6f}"
    dataset.Rows, dataset.Columns = film.height, film.width
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.BitsAllocated = dataset.BitsStored = 8
    dataset.HighBit, dataset.PixelRepresentation = 7, 0
    out = BytesIO()
    dataset.save_as(out, enforce_file_format=True)
    return out.getvalue()


def _uid(film: Film, what: str) -> UID:
    """A UID of 128 bits (PS3.5 B.2) that belongs to this video alone: exported twice, it is one object."""
    digest = hashlib.sha256(f"counterpart {film.manifest_sha256} {what}".encode()).digest()
    return UID(f"2.25.{int.from_bytes(digest[:16])}")
