"""One file of any kind in; either a canonical image on disk or a reason out. Never an exception.

Nothing that a file says about its patient enters a reason: messages of the decoding libraries, which quote
elements, are not passed on.
"""

from __future__ import annotations

import warnings
import zipfile
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Literal

from generation.imaging import canonical
from generation.imaging.dicom import read_dicom
from generation.imaging.picture import Facts, Person, Picture, Refusal
from generation.imaging.raster import FORMATS, read_picture
from generation.imaging.sources import Source

UNKNOWN = "not a DICOM, PNG, JPEG or TIFF file"


@dataclass(frozen=True)
class Reading:
    """What became of one file. ``person`` stays in memory; see picture.Person."""

    status: Literal["read", "held", "quarantined"]
    reason: str = ""
    facts: Facts = field(default_factory=Facts)
    person: Person = field(default_factory=Person)
    decoded_sha256: str = ""
    pixel_sha256: str = ""
    source_rows: int = 0
    source_columns: int = 0
    side: int = 0


def read_file(source: Source, into: Path) -> Reading:
    """Read one file and write its canonical image as ``into/<pixel_sha256>.png``.

    DICOM is tried for whatever does not start as another kind of picture. Damage, bombs and unknown kinds
    become a Reading that says so.
    """
    facts, person = Facts(), Person()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            picture = open_picture(source.read())
            facts, person = picture.facts, picture.person
            picture.refuse_unfit()
            stored = picture.stored_values()
            image = canonical.canonical(picture.grey(stored))
    except Refusal as refusal:
        return Reading(refusal.status, refusal.reason, facts, person)
    except Exception as error:  # whatever a decoder raises on an untrusted file means the same: it is damaged
        return Reading("quarantined", explain(error), facts, person)
    pixel_sha256 = canonical.pixels_sha256(image)
    canonical.write_png(into / f"{pixel_sha256}.png", image)
    return Reading(
        "read",
        facts=facts,
        person=person,
        decoded_sha256=canonical.pixels_sha256(stored),
        pixel_sha256=pixel_sha256,
        source_rows=stored.shape[0],
        source_columns=stored.shape[1],
        side=image.shape[0],
    )


def open_picture(data: bytes) -> Picture:
    """Open a picture by what it holds, not by its name. Raises Refusal if it is no kind of picture."""
    if not data:
        raise Refusal("the file is empty")
    # A DICOM file's preamble may start as a TIFF (PS3.10 7.1), so that both kinds of program read it
    stated = data[128:132] == b"DICM"
    for start, kind in FORMATS.items():
        if data.startswith(start) and not stated:
            return read_picture(data, kind)
    if data.startswith(b"PK\x03\x04"):
        raise Refusal("a zip within a zip: unpack it first")
    try:
        picture = read_dicom(BytesIO(data))
    except Exception:
        if stated:
            raise
        raise Refusal(UNKNOWN) from None
    if not stated and picture.facts.rows is None:
        raise Refusal(UNKNOWN)
    return picture


def explain(error: Exception) -> str:
    """Say what a decoder's exception means, without its message."""
    if isinstance(error, MemoryError):
        return "decoding needs more memory than an import allows"
    if isinstance(error, PermissionError):
        return "the file may not be read: check its permissions"
    if isinstance(error, zipfile.BadZipFile):
        return "damaged: the zip's copy fails its checksum or cannot be unpacked"
    return f"damaged: cannot be decoded ({type(error).__name__})"
