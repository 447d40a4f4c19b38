"""A simulated film as DICOM (DX for presentation, 12 bits), with identities planted in it.

The identities belong to nobody: each holds the word CANARY and a code of its own, so that a search of
database, files and logs tells whether an import left any behind. Imported by commands only: it loads pydicom.
"""

from __future__ import annotations

import hashlib
from io import BytesIO

import numpy as np
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian

from generation.simulation.record import Filmed

DX_FOR_PRESENTATION = "1.2.840.10008.5.1.4.1.1.1.1"
BITS = 12
# Elements that hold a name, a place, a number or a note, and how the canary is dressed to fit them.
PLANTED = {
    "PatientName": "CANARY^{}",
    "OtherPatientIDs": "CANARY{}",
    "PatientAddress": "CANARY {} Street",
    "PatientTelephoneNumbers": "CANARY {}",
    "PatientMotherBirthName": "CANARY^M{}",
    "EthnicGroup": "CANARY{}",
    "PatientComments": "CANARY comment {}",
    "AccessionNumber": "CANARY{}",
    "InstitutionName": "CANARY Hospital {}",
    "ReferringPhysicianName": "CANARY^R{}",
    "OperatorsName": "CANARY^O{}",
    "StationName": "CANARY{}",
    "DeviceSerialNumber": "CANARY-{}",
    "StudyDescription": "CANARY study {}",
}


def planted_identities(filmed: Filmed) -> dict[str, str]:
    """Element → value, as planted in this person's file; made of the patient number alone."""
    values = {}
    for name, dressed in PLANTED.items():
        code = hashlib.sha256(f"{filmed.drawn.patient} {name}".encode()).hexdigest()[:6].upper()
        values[name] = dressed.format(code)
    return values


def dicom_bytes(filmed: Filmed) -> bytes:
    """The file. The same person gives the same bytes."""
    drawn, person, camera = filmed.drawn, filmed.drawn.person, filmed.scene.camera
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = UID(DX_FOR_PRESENTATION)
    meta.MediaStorageSOPInstanceUID = _uid(f"{drawn.patient} image")
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset = FileDataset(BytesIO(), {}, file_meta=meta, preamble=b"\0" * 128)
    dataset.SOPClassUID, dataset.SOPInstanceUID = DX_FOR_PRESENTATION, meta.MediaStorageSOPInstanceUID
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = (
        _uid(f"{drawn.patient} {w}") for w in ("study", "series")
    )
    dataset.Modality, dataset.BodyPartExamined, dataset.ViewPosition = "DX", "PELVIS", "AP"
    dataset.PresentationIntentType, dataset.BurnedInAnnotation = "FOR PRESENTATION", "NO"
    dataset.ImageType = ["DERIVED", "PRIMARY"]
    dataset.StudyDate, dataset.StudyTime = "20200101", "120000"
    dataset.PatientID, dataset.PatientSex = drawn.patient, person.sex
    dataset.PatientAge = f"{int(person.age):03d}Y"
    dataset.PatientBirthDate = f"{2019 - int(person.age):04d}0615"
    for name, value in planted_identities(filmed).items():
        setattr(dataset, name, value)
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.Rows = dataset.Columns = camera.size
    dataset.ImagerPixelSpacing = [f"{camera.pixel:.6g}"] * 2
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, BITS, BITS - 1
    dataset.PixelRepresentation, dataset.PixelIntensityRelationship = 0, "LOG"
    dataset.PixelIntensityRelationshipSign, dataset.PresentationLUTShape = 1, "IDENTITY"
    dataset.RescaleIntercept, dataset.RescaleSlope, dataset.RescaleType = "0", "1", "US"
    full = 2**BITS
    dataset.WindowCenter, dataset.WindowWidth = f"{full / 2:g}", f"{full:g}"
    dataset.PixelData = np.round(filmed.brightness * (full - 1)).astype("<u2").tobytes()
    buffer = BytesIO()
    dataset.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


def _uid(text: str) -> UID:
    """A UID from a hash (PS3.5 B.2 keeps 2.25 for numbers of 128 bits)."""
    return UID(f"2.25.{int.from_bytes(hashlib.sha256(text.encode()).digest()[:16])}")
