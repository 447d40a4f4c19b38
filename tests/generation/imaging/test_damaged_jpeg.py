"""Codestreams over which GDCM 3.2.6 ends its process: found by benchmarks/fuzz_ingest.py, now refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom import dcmread
from pydicom.data import get_testdata_file
from pydicom.encaps import generate_frames

from generation.imaging.jpeg_header import JpegHeader, read_jpeg_header
from generation.imaging.reader import read_file
from generation.imaging.sources import Source
from tests.generation.imaging.samples import in_every_syntax


def codestream(name: str) -> bytes:
    """The JPEG of a file that pydicom ships."""
    dataset = dcmread(str(get_testdata_file(name, download=False)))
    return next(generate_frames(dataset.PixelData, number_of_frames=1))


EXTENDED = codestream("JPGExtended.dcm")


def test_the_header_says_what_the_file_says() -> None:
    assert read_jpeg_header(EXTENDED) == JpegHeader(precision=12, rows=1024, columns=256, samples=1)
    baseline = codestream("SC_rgb_jpeg_dcmtk.dcm")
    assert read_jpeg_header(baseline) == JpegHeader(precision=8, rows=100, columns=100, samples=3)


def test_fill_bytes_before_a_marker_are_allowed() -> None:
    filled = EXTENDED[:2] + b"\xff\xff" + EXTENDED[2:]
    assert read_jpeg_header(filled) == read_jpeg_header(EXTENDED)


@given(st.integers(0, 200), st.binary(min_size=1, max_size=4), st.integers(0, 600))
def test_damage_gives_a_header_or_a_value_error(at: int, new: bytes, end: int) -> None:
    try:
        header = read_jpeg_header(EXTENDED[:at] + new + EXTENDED[at + len(new) : end])
    except ValueError:
        return
    assert 0 <= header.rows < 2**16
    assert 0 <= header.columns < 2**16


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("JPEG lossless", b"\xff\xc4", b"\x00\xc4"),
        ("JPEG lossless SV1", b"\xff\xc3", b"\xff\xc8"),
        ("JPEG lossless", b"\xff\xc3\x00\x0b\x10\x00\x21", b"\xff\xc3\x00\x0b\x10\xe0\x21"),
        ("JPEG extended", b"\xff\xc4", b"\x00\xc4"),
        ("JPEG-LS", b"\xff\xf7", b"\xff\xc8"),
    ],
)
def test_a_damaged_codestream_is_a_reason_and_ends_nothing(
    tmp_path: Path, name: str, old: bytes, new: bytes
) -> None:
    """Read in this process, which GDCM would have ended."""
    path = in_every_syntax(tmp_path, 12)[name]
    data = path.read_bytes()
    assert old in data
    path.write_bytes(data.replace(old, new, 1))
    reading = read_file(Source.of(path), tmp_path)
    assert reading.reason.startswith("damaged: cannot be decoded")
    assert reading.facts.bits == 12


@pytest.mark.parametrize("transform", [2, 3, 128])
def test_an_unknown_transform_of_colours_is_a_reason_and_ends_nothing(tmp_path: Path, transform: int) -> None:
    data = Path(str(get_testdata_file("SC_rgb_jpeg_gdcm.dcm", download=False))).read_bytes()
    at = data.index(b"Adobe") + len("Adobe") + 6
    path = tmp_path / "colour.dcm"
    path.write_bytes(data[:at] + bytes([transform]) + data[at + 1 :])
    assert data[at] == 0
    assert read_file(Source.of(path), tmp_path).reason.startswith("damaged: cannot be decoded")
