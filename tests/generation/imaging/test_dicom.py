from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import gdcm
import numpy as np
import pydicom
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset
from pydicom.encaps import generate_frames
from pydicom.pixels import apply_color_lut, apply_voi_lut
from pydicom.sequence import Sequence
from pydicom.uid import (
    MPEG2MPML,
)

from generation.imaging.canonical import pixels_sha256
from generation.imaging.dicom import DicomPicture, read_dicom
from generation.imaging.dicom_header import age_in_years
from generation.imaging.picture import Refusal
from tests.generation.imaging.samples import by_gdcm, dataset_of, in_every_syntax

MakeDicom = Callable[..., Path]


def grey_of(dataset: Dataset) -> np.ndarray:
    """The grey image of a dataset in memory, without its file."""
    picture = DicomPicture(dataset)
    picture.refuse_unfit()
    return picture.grey(picture.stored_values())


def shipped(name: str) -> Path:
    """The path of a file that the pydicom wheel holds."""
    return Path(get_testdata_file(name, download=False))


# Intensity


@settings(deadline=None)
@given(arrays(np.uint8, (6, 5)))
def test_8_bit_grey_without_window_is_kept(pixels: np.ndarray) -> None:
    assert np.array_equal(grey_of(dataset_of(pixels)), pixels)


@settings(deadline=None)
@given(arrays(np.uint8, (6, 5)))
def test_inverted_monochrome1_is_the_same_picture_8_bits(pixels: np.ndarray) -> None:
    inverted = dataset_of(255 - pixels, PhotometricInterpretation="MONOCHROME1")
    assert np.array_equal(grey_of(inverted), grey_of(dataset_of(pixels)))


@settings(deadline=None)
@given(arrays(np.uint16, (12, 12), elements=st.integers(0, 4095)))
def test_inverted_monochrome1_is_the_same_picture_12_bits(pixels: np.ndarray) -> None:
    """With percentiles; a value halfway between two grey levels may round either way."""
    plain = grey_of(dataset_of(pixels, BitsStored=12))
    inverted = grey_of(dataset_of(4095 - pixels, BitsStored=12, PhotometricInterpretation="MONOCHROME1"))
    flat = pixels.min() == pixels.max()
    if not flat:
        assert np.abs(plain.astype(int) - inverted).max() <= 1


@settings(deadline=None)
@given(arrays(np.int16, (8, 8), elements=st.integers(-2048, 2047)))
def test_signed_values_show_what_the_shifted_unsigned_ones_show(pixels: np.ndarray) -> None:
    unsigned = (pixels.astype(np.int32) + 2048).astype(np.uint16)
    assert np.array_equal(
        grey_of(dataset_of(pixels, BitsStored=12)), grey_of(dataset_of(unsigned, BitsStored=12))
    )


@pytest.mark.parametrize("function", ["LINEAR", "LINEAR_EXACT", "SIGMOID"])
def test_rescale_and_window_agree_with_pydicom(function: str) -> None:
    pixels = np.arange(4096, dtype=np.uint16).reshape(64, 64)
    dataset = dataset_of(
        pixels,
        BitsStored=12,
        RescaleSlope=2,
        RescaleIntercept=-1024,
        WindowCenter=[300, 40],
        WindowWidth=[1500, 80],
        VOILUTFunction=function,
    )
    shown = apply_voi_lut(pixels.astype(float) * 2 - 1024, dataset)
    low, high = -1024, 2 * 4095 - 1024
    assert np.abs(grey_of(dataset) - (shown - low) / (high - low) * 255).max() <= 0.5 + 1e-9


def test_the_shipped_ct_slice_agrees_with_pydicom() -> None:
    """CT_small.dcm: signed, rescaled, padded, without a window: percentiles of what is no padding."""
    dataset = pydicom.dcmread(shipped("CT_small.dcm"))
    hounsfield = dataset.pixel_array.astype(float) * dataset.RescaleSlope + dataset.RescaleIntercept
    padded = dataset.pixel_array == dataset.PixelPaddingValue
    low, high = np.percentile(hounsfield[~padded], [0.5, 99.5], method="inverted_cdf")
    expected = np.floor(np.clip((hounsfield - low) / (high - low), 0, 1) * 255 + 0.5)
    expected[padded] = 0
    assert np.array_equal(grey_of(dataset), expected)


def test_padding_is_black_and_does_not_stretch_the_contrast() -> None:
    pixels = np.linspace(100, 200, 400).astype(np.int16).reshape(20, 20)
    bare = grey_of(dataset_of(pixels, PhotometricInterpretation="MONOCHROME1"))
    framed = np.pad(pixels, 5, constant_values=-2000)
    grey = grey_of(dataset_of(framed, PhotometricInterpretation="MONOCHROME1", PixelPaddingValue=-2000))
    assert np.array_equal(grey[5:-5, 5:-5], bare)
    assert (grey[:5] == 0).all()


def lut(count: int, first: int, bits: int, data: list[int]) -> Dataset:
    item = Dataset()
    item.LUTDescriptor = [count, first, bits]
    item.LUTData = data
    item["LUTDescriptor"].VR, item["LUTData"].VR = "US", "US"
    return item


def test_a_voi_lut_comes_before_a_window_and_agrees_with_pydicom() -> None:
    table = list(reversed(range(4096)))
    pixels = np.arange(4096, dtype=np.uint16).reshape(64, 64)
    dataset = dataset_of(pixels, BitsStored=12, WindowCenter=1, WindowWidth=1)
    dataset.VOILUTSequence = Sequence([lut(4096, 0, 12, table)])
    expected = np.floor(apply_voi_lut(pixels, dataset) / 4095 * 255 + 0.5)
    assert np.array_equal(grey_of(dataset), expected)


def test_a_long_voi_lut_of_8_bit_entries_does_not_wrap() -> None:
    """pydicom 3.0.2 indexes such a table with bytes and shows entry 0x34 where 0x134 is meant."""
    pixels = np.arange(1024, dtype=np.uint16).reshape(32, 32)
    dataset = dataset_of(pixels, BitsStored=10)
    dataset.VOILUTSequence = Sequence([lut(1024, 0, 8, [value // 4 for value in range(1024)])])
    assert np.array_equal(grey_of(dataset), pixels // 4)


def test_a_modality_lut_is_applied_before_the_window() -> None:
    pixels = np.arange(256, dtype=np.uint8).reshape(16, 16)
    dataset = dataset_of(pixels, WindowCenter=500.5, WindowWidth=1000, VOILUTFunction="LINEAR_EXACT")
    dataset.ModalityLUTSequence = Sequence([lut(256, 0, 16, [4 * value for value in range(256)])])
    expected = np.floor(np.clip((4.0 * pixels - 500.5) / 1000 + 0.5, 0, 1) * 255 + 0.5)
    assert np.array_equal(grey_of(dataset), expected)


def test_colour_and_palette_turn_grey_as_pillow_turns_them() -> None:
    for name in ("examples_rgb_color.dcm", "examples_palette.dcm"):
        dataset = pydicom.dcmread(shipped(name))
        colour = dataset.pixel_array
        if dataset.PhotometricInterpretation == "PALETTE COLOR":
            colour = (apply_color_lut(colour, dataset) / 257).round().astype(np.uint8)
        pillow = np.asarray(Image.fromarray(colour).convert("L")).astype(int)
        assert np.abs(grey_of(dataset) - pillow).max() <= 1, name


# Transfer syntaxes


LOSSY = ("JPEG baseline", "JPEG extended", "JPEG-LS near", "JPEG 2000 lossy", "HTJ2K lossy")


@pytest.mark.parametrize("bits", [8, 12, 16])
def test_every_lossless_encoding_has_the_same_pixels_and_hash(tmp_path: Path, bits: int) -> None:
    pixels = np.random.default_rng(5).integers(0, 2**bits, (33, 20))
    syntaxes = set()
    encoded = in_every_syntax(tmp_path, bits)
    for name, path in encoded.items():
        picture = read_dicom(path)
        picture.refuse_unfit()
        stored = picture.stored_values()
        syntaxes.add(picture.facts.transfer_syntax)
        if name in LOSSY:
            assert stored.shape == pixels.shape
            continue
        assert np.array_equal(stored, pixels), name
        assert pixels_sha256(stored) == pixels_sha256(pixels.astype(stored.dtype))
    assert len(syntaxes) == len(encoded)
    assert len(set(encoded) - set(LOSSY)) == 11


def test_lossy_encodings_of_12_bits_come_close(tmp_path: Path, make_dicom: MakeDicom) -> None:
    """JPEG Extended, JPEG-LS near-lossless and JPEG 2000 of a smooth picture."""
    rows, columns = np.mgrid[0:64, 0:48]
    pixels = (2000 + 1500 * np.sin(rows / 9) * np.cos(columns / 7)).astype(np.uint16)
    plain = make_dicom(tmp_path / "plain.dcm", pixels, BitsStored=12)
    for name, syntax in {
        "extended": gdcm.TransferSyntax.JPEGExtendedProcess2_4,
        "near": gdcm.TransferSyntax.JPEGLSNearLossless,
        "wavelets": gdcm.TransferSyntax.JPEG2000,
    }.items():
        by_gdcm(plain, tmp_path / f"{name}.dcm", syntax)
        picture = read_dicom(tmp_path / f"{name}.dcm")
        picture.refuse_unfit()
        assert picture.facts.bits == 12
        assert np.abs(picture.stored_values().astype(int) - pixels).max() <= 25, name


def test_the_shipped_12_bit_jpeg_has_the_pixels_that_libjpeg_gives() -> None:
    """JPGExtended.dcm, decoded once by pylibjpeg-libjpeg 2.5 (GPL, not installed): within one level."""
    stored = read_dicom(shipped("JPGExtended.dcm")).stored_values().astype(int)
    theirs = [
        [1, 1, 1, 1], [1, 1, 20, 1], [1, 23, 68, 40], [1, 22, 56, 62],
        [1, 14, 14, 23], [1, 2, 1, 1], [1, 1, 1, 1], [1, 1, 1, 1],
    ]  # fmt: skip
    assert stored.shape == (1024, 256)
    assert np.abs(stored[::128, ::64] - theirs).max() <= 1
    assert abs(stored.mean() - 3770427 / stored.size) <= 0.1


def test_the_shipped_lossless_twins_have_one_hash() -> None:
    """Files that other tools encoded from one MR slice."""
    names = ["", "_RLE", "_bigendian", "_expb", "_implicit", "_jp2klossless", "_jpeg_ls_lossless", "_padded"]
    pictures = [read_dicom(shipped(f"MR_small{name}.dcm")) for name in names]
    assert len({pixels_sha256(picture.stored_values()) for picture in pictures}) == 1


def test_real_jpeg2000_decodes_as_pillow_decodes_it(jordan: list[Path]) -> None:
    """GDCM and Pillow bring their own OpenJPEG; irreversible wavelets may round one level apart."""
    for path in jordan:
        frame = next(generate_frames(pydicom.dcmread(path).PixelData, number_of_frames=1))
        with Image.open(BytesIO(frame)) as image:
            expected = np.asarray(image.convert("RGB")).astype(int)
        stored = read_dicom(path).stored_values()
        assert stored.shape == (331, 331, 3)
        assert np.abs(stored - expected).max() <= 1


def test_a_file_without_preamble_and_meta_header_is_read(tmp_path: Path) -> None:
    pixels = np.arange(64, dtype=np.uint8).reshape(8, 8)
    dataset = dataset_of(pixels)
    del dataset.file_meta
    path = tmp_path / "old"
    dataset.save_as(path, implicit_vr=True, little_endian=True)
    picture = read_dicom(path)
    assert np.array_equal(picture.stored_values(), pixels)
    assert picture.facts.transfer_syntax == "Implicit VR Little Endian"


# Refusals


PIXELS = np.zeros((4, 4), dtype=np.uint8)


@pytest.mark.parametrize(
    ("elements", "reason"),
    [
        ({"NumberOfFrames": 3}, "multi-frame: 3 frames"),
        ({"Rows": 60_000, "Columns": 60_000}, "at most 64,000,000"),
        ({"Rows": 0}, "no rows"),
        ({"BitsAllocated": 32, "BitsStored": 32}, "above 16"),
        ({"PhotometricInterpretation": "HSV"}, "photometric"),
    ],
)
def test_what_the_header_shows_is_refused_before_decoding(elements: dict[str, object], reason: str) -> None:
    with pytest.raises(Refusal, match=reason):
        DicomPicture(dataset_of(PIXELS, **elements)).refuse_unfit()


@pytest.mark.parametrize("syntax", [MPEG2MPML, "1.2.3.4.5"])
def test_a_syntax_of_no_single_picture_is_refused(syntax: str) -> None:
    dataset = dataset_of(np.zeros((4, 4), dtype=np.uint16))
    dataset.file_meta.TransferSyntaxUID = syntax
    with pytest.raises(Refusal, match="unknown or holds no single picture"):
        DicomPicture(dataset).refuse_unfit()


def test_only_whitelisted_elements_are_read(tmp_path: Path, make_dicom: MakeDicom) -> None:
    path = make_dicom(tmp_path / "x.dcm", PIXELS, PatientName="DOE^JANE", PatientID="77", EthnicGroup="X")
    picture = read_dicom(path)
    assert picture.person.patient_id == "77"
    assert {"PatientName", "EthnicGroup"}.isdisjoint(picture._dataset.dir())


@pytest.mark.parametrize(
    ("age", "years"),
    [("036Y", 36), ("018M", 1.5), ("003W", 0.057), ("010D", 0.027), ("", None), ("36", None), ("200Y", None)],
)
def test_age_strings(age: str, years: float | None) -> None:
    assert age_in_years(age) == years


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=6))
def test_no_age_string_raises(age: str) -> None:
    years = age_in_years(age)
    assert years is None or 0 <= years <= 130
