from __future__ import annotations

import io
import logging
import os
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pydicom
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from generation.imaging.batch import CRASHED, read_files
from generation.imaging.canonical import pixels_sha256, read_png
from generation.imaging.reader import UNKNOWN, Reading, read_file
from generation.imaging.sources import Source
from tests.generation.imaging.samples import dataset_of

Textured = Callable[..., np.ndarray]


def read_path(path: Path, into: Path) -> Reading:
    return read_file(Source.of(path), into)


def read_many(paths: list[Path], into: Path, **options: int) -> dict[Path, Reading]:
    readings = read_files([Source.of(path) for path in paths], into, **options)
    return {source.path: reading for source, reading in readings}


def save(path: Path, pixels: np.ndarray, **options: object) -> Path:
    Image.fromarray(pixels).save(path, **options)
    return path


# What is taken


@pytest.mark.parametrize("suffix", [".png", ".dcm", ""])
def test_an_8_bit_grey_png_is_stored_pixel_for_pixel_whatever_its_name(
    tmp_path: Path, textured: Textured, suffix: str
) -> None:
    pixels = textured(1, (64, 64))
    reading = read_path(save(tmp_path / f"x{suffix}", pixels, format="PNG"), tmp_path)
    assert reading.status == "read"
    assert reading.pixel_sha256 == reading.decoded_sha256 == pixels_sha256(pixels)
    assert np.array_equal(read_png(tmp_path / f"{reading.pixel_sha256}.png"), pixels)


def test_a_12_bit_picture_in_a_16_bit_png_is_not_black(tmp_path: Path, textured: Textured) -> None:
    pixels = textured(2, (40, 40), 4096)
    reading = read_path(save(tmp_path / "x.png", pixels), tmp_path)
    low, high = np.percentile(pixels, [0.5, 99.5], method="inverted_cdf")
    fractions = (pixels - float(low)) / (float(high) - float(low))
    expected = np.floor(np.clip(fractions, 0, 1) * 255 + 0.5)
    assert reading.facts.bits == 16
    assert np.array_equal(read_png(tmp_path / f"{reading.pixel_sha256}.png"), expected)


def test_a_jpeg_is_taken_as_pillow_decodes_it(tmp_path: Path, textured: Textured) -> None:
    path = save(tmp_path / "x.jpg", textured(3, (16, 16)))
    reading = read_path(path, tmp_path)
    with Image.open(path) as image:
        assert reading.pixel_sha256 == pixels_sha256(np.asarray(image))


@pytest.mark.parametrize("compression", [None, "tiff_lzw", "tiff_adobe_deflate"])
@pytest.mark.parametrize("high", [256, 65_536])
def test_a_tiff_of_8_or_16_bits_shows_what_the_same_png_shows(
    tmp_path: Path, textured: Textured, high: int, compression: str | None
) -> None:
    pixels = textured(4, (40, 30), high)
    tiff = read_path(save(tmp_path / "x.tif", pixels, compression=compression), tmp_path)
    png = read_path(save(tmp_path / "x.png", pixels), tmp_path)
    assert (tiff.status, tiff.facts.transfer_syntax, tiff.facts.bits) == ("read", "TIFF", png.facts.bits)
    assert tiff.decoded_sha256 == png.decoded_sha256 == pixels_sha256(pixels)
    assert tiff.pixel_sha256 == png.pixel_sha256


@pytest.mark.parametrize("high", [256, 65_536])
def test_a_tiff_whose_zero_is_white_is_turned(tmp_path: Path, textured: Textured, high: int) -> None:
    pixels = textured(4, (40, 30), high)
    # Pillow turns 8 bits itself on writing, and leaves 16 as they are
    turned = save(tmp_path / "white.tif", pixels if high == 256 else high - 1 - pixels, tiffinfo={262: 0})
    white, black = (read_path(path, tmp_path) for path in (turned, save(tmp_path / "x.tif", pixels)))
    greys = [read_png(tmp_path / f"{reading.pixel_sha256}.png").astype(int) for reading in (white, black)]
    assert np.abs(greys[0] - greys[1]).max() <= (0 if high == 256 else 1)


def test_a_tiff_of_several_pages_or_of_fractions_is_refused(tmp_path: Path, textured: Textured) -> None:
    pages = [Image.fromarray(textured(seed)) for seed in (1, 2)]
    pages[0].save(tmp_path / "pages.tif", save_all=True, append_images=pages[1:])
    assert "several pictures" in read_path(tmp_path / "pages.tif", tmp_path).reason
    save(tmp_path / "float.tif", textured(1).astype(np.float32))
    assert "pixel format" in read_path(tmp_path / "float.tif", tmp_path).reason


def test_every_shipped_test_file_gives_an_image_or_a_reason(tmp_path: Path) -> None:
    """The numbers of docs/reference/import_cohort.md. The files are those of the pydicom 3.0.2 wheel."""
    folder = Path(pydicom.__file__).parent / "data" / "test_files"
    readings = [read_path(path, tmp_path) for path in sorted(folder.rglob("*")) if path.is_file()]
    read = [reading for reading in readings if reading.status == "read"]
    assert all(bool(reading.reason) == (reading.status != "read") for reading in readings)
    assert len(read) == 79
    assert len({reading.facts.transfer_syntax for reading in read}) == 12
    assert {reading.facts.photometric for reading in read} == {
        "MONOCHROME1", "MONOCHROME2", "PALETTE COLOR", "RGB", "YBR_FULL", "YBR_FULL_422", "YBR_RCT",
    }  # fmt: skip


# What is not


def reason(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    reading = read_path(path, path.parent)
    assert reading.status == "quarantined"
    assert not list(path.parent.glob("*.png"))
    return reading.reason


def test_other_kinds_of_file_are_named_as_such(tmp_path: Path) -> None:
    path = tmp_path / "x"
    gif = io.BytesIO()
    Image.new("L", (4, 4)).save(gif, format="GIF")
    assert reason(path, b"") == "the file is empty"
    for data in (b"hello", b"patient,age\n" * 40, gif.getvalue(), os.urandom(4096)):
        assert reason(path, data) == UNKNOWN


def test_damaged_pictures_are_quarantined(tmp_path: Path, textured: Textured) -> None:
    path = tmp_path / "x"
    for kind in ("PNG", "JPEG"):
        whole = io.BytesIO()
        Image.fromarray(textured(4, (64, 64))).save(whole, format=kind)
        assert reason(path, whole.getvalue()[:200]).startswith("damaged: cannot be decoded")
    dicom = io.BytesIO()
    dataset_of(textured(4, (64, 64))).save_as(dicom, enforce_file_format=True)
    assert reason(path, dicom.getvalue()[:-2000]).startswith("damaged: cannot be decoded")


def test_a_picture_that_claims_too_many_pixels_is_not_decoded(tmp_path: Path) -> None:
    bomb = io.BytesIO()
    Image.new("1", (12_000, 12_000)).save(bomb, format="PNG")
    assert "at most 64,000,000" in reason(tmp_path / "x", bomb.getvalue())


def test_animations_are_refused(tmp_path: Path, textured: Textured) -> None:
    film = io.BytesIO()
    first, second = (Image.fromarray(textured(seed)) for seed in (5, 6))
    first.save(film, format="PNG", save_all=True, append_images=[second])
    assert "several pictures" in reason(tmp_path / "x", film.getvalue())


def test_a_file_that_may_not_be_read_says_so(tmp_path: Path) -> None:
    assert read_path(tmp_path, tmp_path).status == "quarantined"


# Untrusted bytes


def whole_files() -> list[bytes]:
    pixels = np.random.default_rng(7).integers(0, 256, (24, 24)).astype(np.uint8)
    files = []
    for kind in ("PNG", "JPEG"):
        out = io.BytesIO()
        Image.fromarray(pixels).save(out, format=kind)
        files.append(out.getvalue())
    plain = dataset_of(pixels, PatientID="1", PatientAge="040Y", WindowCenter=100, WindowWidth=50)
    packed = dataset_of(pixels)
    packed.compress("1.2.840.10008.1.2.5")
    for dataset in (plain, packed):
        out = io.BytesIO()
        dataset.save_as(out, enforce_file_format=True)
        files.append(out.getvalue())
    return files


WHOLE = whole_files()


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(WHOLE),
    st.lists(st.tuples(st.integers(0, 3000), st.binary(min_size=1, max_size=4)), max_size=6),
    st.integers(0, 3000),
)
def test_mutated_files_give_a_reading_and_never_raise(
    tmp_path: Path, data: bytes, changes: list[tuple[int, bytes]], cut: int
) -> None:
    mutated = bytearray(data)
    for position, new in changes:
        mutated[position : position + len(new)] = new
    path = tmp_path / "mutated"
    path.write_bytes(mutated[: len(mutated) - cut // 10])
    assert isinstance(read_path(path, tmp_path), Reading)


def test_nothing_that_a_broken_header_says_is_passed_on(
    tmp_path: Path, textured: Textured, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """pydicom quotes bad values in warnings, log lines and exceptions."""
    canary, number = "CANARY", "1.5555"
    dataset = dataset_of(textured(8), PatientID=number, RescaleIntercept=0)
    dataset.SOPInstanceUID = dataset.RescaleSlope = dataset.WindowCenter = dataset.WindowWidth = number
    data = io.BytesIO()
    dataset.save_as(data, enforce_file_format=True)
    broken = data.getvalue().replace(number.encode(), canary.encode())
    assert broken.count(canary.encode()) >= 5
    (tmp_path / "x").write_bytes(broken)
    with caplog.at_level(logging.DEBUG), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        reading = read_path(tmp_path / "x", tmp_path)
    assert reading.status == "quarantined"
    assert canary not in reading.reason + str(reading.facts) + caplog.text + str(capfd.readouterr())
    assert not caught


# Processes


def test_a_file_that_hangs_its_reader_costs_only_itself(tmp_path: Path, textured: Textured) -> None:
    """Opening a pipe that nobody writes to blocks for ever, as a decoder in an endless loop does."""
    (tmp_path / "out").mkdir()
    good = [save(tmp_path / f"{seed}.png", textured(seed)) for seed in range(3)]
    os.mkfifo(tmp_path / "pipe")
    readings = read_many([*good, tmp_path / "pipe"], tmp_path / "out", workers=2, seconds=1)
    assert readings[tmp_path / "pipe"].reason == CRASHED
    assert {readings[path].status for path in good} == {"read"}


@dataclass(frozen=True)
class Fatal(Source):
    """A file whose decoder aborts, as C++ does where nobody catches what it throws."""

    def read(self) -> bytes:
        os.abort()


def test_a_file_that_aborts_its_decoder_costs_only_itself(tmp_path: Path, jordan: list[Path]) -> None:
    sources = [Source.of(jordan[0]), Fatal("fatal", tmp_path), Source.of(jordan[1])]
    readings = {source.name: reading for source, reading in read_files(sources, tmp_path, workers=1)}
    assert readings["fatal"].reason == CRASHED
    assert [readings[path.name].status for path in jordan[:2]] == ["read", "read"]


def test_many_files_give_what_single_ones_give(tmp_path: Path, jordan: list[Path]) -> None:
    readings = read_many(jordan, tmp_path, workers=2)
    assert readings == {path: read_path(path, tmp_path) for path in jordan}
