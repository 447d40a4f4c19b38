"""DICOM made by the tests."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import gdcm
import numpy as np
from PIL import Image
from pydicom import dcmread
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import HTJ2K as HTJ2KSyntax
from pydicom.uid import (
    ComputedRadiographyImageStorage,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    HTJ2KLossless,
    HTJ2KLosslessRPCL,
    ImplicitVRLittleEndian,
    JPEGBaseline8Bit,
    RLELossless,
    generate_uid,
)

HTJ2K = Path(__file__).resolve().parents[2] / "samples" / "htj2k"


# Describes the films of the fixture ``folder``.
REGISTRY = """file,patient,sex,age,bmi,group,projection,laterality,implant
0.png,P1,F,40,22,varus,AP,left,no
1.png,P1,F,41,22,varus,AP,right,no
2.png,P2,M,50,25,valgus,AP,left,yes
3.png,P2,M,51,,valgus,lateral,,
"""


def dataset_of(pixels: np.ndarray, **elements: Any) -> Dataset:
    """Return an uncompressed grey dataset of ``pixels`` (8 or 16 bit); ``elements`` override."""
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.SOPClassUID = ComputedRadiographyImageStorage
    dataset.SOPInstanceUID = generate_uid()
    dataset.Rows, dataset.Columns = pixels.shape[:2]
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.BitsAllocated = dataset.BitsStored = 8 * pixels.dtype.itemsize
    dataset.HighBit = dataset.BitsStored - 1
    dataset.PixelRepresentation = int(pixels.dtype.kind == "i")
    for keyword, value in elements.items():
        setattr(dataset, keyword, value)
    dataset.HighBit = dataset.BitsStored - 1
    dataset.PixelData = pixels.tobytes() + b"\0" * (pixels.nbytes % 2)
    dataset["PixelData"].VR = "OW" if pixels.dtype.itemsize == 2 else "OB"
    return dataset


LOSSLESS_BY_GDCM = {
    "JPEG lossless": gdcm.TransferSyntax.JPEGLosslessProcess14,
    "JPEG lossless SV1": gdcm.TransferSyntax.JPEGLosslessProcess14_1,
    "JPEG-LS": gdcm.TransferSyntax.JPEGLSLossless,
    "JPEG 2000": gdcm.TransferSyntax.JPEG2000Lossless,
}
LOSSY_BY_GDCM = {
    "JPEG extended": gdcm.TransferSyntax.JPEGExtendedProcess2_4,
    "JPEG-LS near": gdcm.TransferSyntax.JPEGLSNearLossless,
    "JPEG 2000 lossy": gdcm.TransferSyntax.JPEG2000,
}


def by_gdcm(source: Path, target: Path, syntax: int) -> None:
    """Encode an uncompressed file again."""
    reader = gdcm.ImageReader()
    reader.SetFileName(str(source))
    assert reader.Read()
    change = gdcm.ImageChangeTransferSyntax()
    change.SetTransferSyntax(gdcm.TransferSyntax(syntax))
    change.SetInput(reader.GetImage())
    assert change.Change()
    writer = gdcm.ImageWriter()
    writer.SetFileName(str(target))
    writer.SetFile(reader.GetFile())
    writer.SetImage(change.GetOutput())
    assert writer.Write()


def in_every_syntax(folder: Path, bits: int, **elements: Any) -> dict[str, Path]:
    """Write one picture of 33 × 20 pixels and ``elements`` in every transfer syntax; name → file.

    The lossless ones hold ``numpy.random.default_rng(5).integers(0, 2**bits, (33, 20))``.
    """
    kind = np.uint8 if bits == 8 else np.uint16
    pixels = np.random.default_rng(5).integers(0, 2**bits, (33, 20)).astype(kind)
    folder.mkdir(parents=True, exist_ok=True)
    found = {name: folder / f"{name}.dcm" for name in ("explicit", *LOSSLESS_BY_GDCM)}
    plain = found["explicit"]
    dataset_of(pixels, BitsStored=bits, **elements).save_as(plain, enforce_file_format=True)
    encoders = LOSSLESS_BY_GDCM | (LOSSY_BY_GDCM if bits == 12 else {})
    for name, syntax in encoders.items():
        found[name] = folder / f"{name}.dcm"
        by_gdcm(plain, found[name], syntax)
    for name, uid in (
        ("implicit", ImplicitVRLittleEndian),
        ("deflated", DeflatedExplicitVRLittleEndian),
        ("RLE", RLELossless),
    ):
        dataset = dcmread(plain)
        if uid == RLELossless:
            dataset.compress(RLELossless)
        dataset.file_meta.TransferSyntaxUID = uid
        found[name] = folder / f"{name}.dcm"
        dataset.save_as(found[name], implicit_vr=uid.is_implicit_VR, little_endian=True)
    big = dataset_of(pixels, BitsStored=bits, **elements)
    big.file_meta.TransferSyntaxUID = ExplicitVRBigEndian
    words = pixels if bits > 8 else np.frombuffer(pixels.tobytes(), "<u2")
    big["PixelData"].VR, big.PixelData = "OW", words.byteswap().tobytes()
    found["big-endian"] = folder / "big-endian.dcm"
    big.save_as(found["big-endian"], implicit_vr=False, little_endian=False, enforce_file_format=True)
    for name, uid in (("lossless", HTJ2KLossless), ("rpcl", HTJ2KLosslessRPCL), ("lossy", HTJ2KSyntax)):
        wavelets = dataset_of(pixels, BitsStored=bits, **elements)
        wavelets.PixelData = encapsulate([(HTJ2K / f"{name}_{bits}.j2c").read_bytes()])
        wavelets["PixelData"].VR, wavelets["PixelData"].is_undefined_length = "OB", True
        wavelets.file_meta.TransferSyntaxUID = uid
        found[f"HTJ2K {name}"] = folder / f"HTJ2K {name}.dcm"
        wavelets.save_as(found[f"HTJ2K {name}"], enforce_file_format=True)
    if bits == 8:
        found["JPEG baseline"] = folder / "JPEG baseline.dcm"
        baseline = dataset_of(pixels, **elements)
        jpeg = BytesIO()
        Image.fromarray(pixels).save(jpeg, format="JPEG", quality=95)
        baseline.PixelData = encapsulate([jpeg.getvalue()])
        baseline["PixelData"].VR, baseline["PixelData"].is_undefined_length = "OB", True
        baseline.file_meta.TransferSyntaxUID = JPEGBaseline8Bit
        baseline.save_as(found["JPEG baseline"], enforce_file_format=True)
    return found
