"""A de-identified DICOM file of a stored image: its pixels, and the few facts that a cohort keeps."""

from __future__ import annotations

import hashlib
import hmac
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import UID, ExplicitVRLittleEndian, SecondaryCaptureImageStorage

METHOD = "Counterpart: whitelist of pixels and registry columns"
# PS3.16 CID 7050: what was done, by the codes of PS3.15 E.
BASIC_PROFILE = ("113100", "Basic Application Confidentiality Profile")
CHARACTERISTICS = ("113108", "Retain Patient Characteristics Option")
MODIFIED_DATES = ("113107", "Retain Longitudinal Temporal Information Modified Dates Option")


def dicom_file(grey: NDArray[np.uint8], *, key: bytes, salt: str, row: dict[str, Any]) -> bytes:
    """Return a Secondary Capture file of ``grey`` (rows × columns) with new UIDs.

    ``row``: pixel_sha256, patient (pseudonym), sex, age, laterality, shifted_date, pixel_mm, pixel_plane of
    the radiograph. UIDs are keyed hashes: the same image gives the same file, and nobody without the key can
    tell which. ``salt``: of the cohort, so that patients of two exports do not meet.
    """
    patient = (
        hmac.new(key, f"export:{salt}:{row['patient']}".encode(), hashlib.sha256).hexdigest()[:16].upper()
    )
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = SecondaryCaptureImageStorage
    meta.MediaStorageSOPInstanceUID = new_uid(key, f"{salt} {row['pixel_sha256']} instance")
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset = FileDataset(BytesIO(), {}, file_meta=meta, preamble=b"\0" * 128)
    dataset.SOPClassUID = meta.MediaStorageSOPClassUID
    dataset.SOPInstanceUID = meta.MediaStorageSOPInstanceUID
    dataset.StudyInstanceUID = new_uid(key, f"{salt} {row['pixel_sha256']} study")
    dataset.SeriesInstanceUID = new_uid(key, f"{salt} {row['pixel_sha256']} series")
    dataset.PatientID = dataset.PatientName = patient
    dataset.PatientBirthDate = dataset.StudyTime = dataset.AccessionNumber = ""
    dataset.ReferringPhysicianName = dataset.StudyID = ""
    dataset.PatientSex = row["sex"]
    if row["age"] is not None:
        dataset.PatientAge = age_string(row["age"])
    day = row["shifted_date"]
    dataset.StudyDate = day.strftime("%Y%m%d") if day else ""
    dataset.Modality, dataset.ConversionType = "OT", "WSD"
    dataset.SeriesNumber = dataset.InstanceNumber = 1
    dataset.ImageLaterality = {"left": "L", "right": "R", "bilateral": "B"}.get(row["laterality"], "")
    dataset.PatientIdentityRemoved = "YES"
    dataset.DeidentificationMethod = METHOD
    done = [BASIC_PROFILE, CHARACTERISTICS, *([MODIFIED_DATES] if day else [])]
    dataset.DeidentificationMethodCodeSequence = Sequence([code(*said) for said in done])
    dataset.LongitudinalTemporalInformationModified = "MODIFIED" if day else "REMOVED"
    if row["pixel_mm"]:
        spacing = [f"{row['pixel_mm']:.6g}"] * 2
        if row["pixel_plane"] == "patient":
            dataset.PixelSpacing, dataset.PixelSpacingCalibrationType = spacing, "GEOMETRY"
            dataset.PixelSpacingCalibrationDescription = "as in the source"
        else:
            dataset.NominalScannedPixelSpacing = dataset.ImagerPixelSpacing = spacing
    dataset.Rows, dataset.Columns = grey.shape
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.BitsAllocated = dataset.BitsStored = 8
    dataset.HighBit, dataset.PixelRepresentation = 7, 0
    dataset.PixelData = grey.tobytes() + b"\0" * (grey.size % 2)
    dataset["PixelData"].VR = "OB"
    out = BytesIO()
    dataset.save_as(out, enforce_file_format=True)
    return out.getvalue()


def code(value: str, meaning: str) -> Dataset:
    """Return an item of a code sequence from the DICOM terminology."""
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, "DCM", meaning
    return item


def new_uid(key: bytes, text: str) -> UID:
    """Return a UID of 128 keyed bits (PS3.5 B.2: 2.25 and a number)."""
    return UID(f"2.25.{int.from_bytes(hmac.new(key, text.encode(), hashlib.sha256).digest()[:16])}")


def age_string(years: float) -> str:
    """Return an Age String (PS3.5 6.2): years, below two months; 089Y at most, as older ages tell who it is.

    >>> age_string(0.5), age_string(61.7), age_string(97)
    ('006M', '061Y', '089Y')
    """
    return f"{round(years * 12):03d}M" if years < 2 else f"{min(int(years), 89):03d}Y"
