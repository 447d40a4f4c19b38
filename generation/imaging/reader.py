"""One file of any kind in; either a canonical image on disk or a reason out. Never an exception.

Nothing that a file says about its patient enters a reason: messages of the decoding libraries, which quote
elements, are not passed on.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from generation.imaging import canonical
from generation.imaging.dicom import read_dicom
from generation.imaging.picture import Facts, Person, Picture, Refusal
from generation.imaging.raster import read_picture

PICTURE_STARTS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")


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


def read_file(path: Path, into: Path) -> Reading:
    """Read one file and write its canonical image as ``into/<pixel_sha256>.png``.

    DICOM is tried for whatever does not start as a PNG or JPEG. Damage, bombs and unknown kinds become a
    Reading that says so.
    """
    facts, person = Facts(), Person()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            picture = open_picture(path)
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


def open_picture(path: Path) -> Picture:
    """Open ``path`` by what it holds, not by its name. Raises Refusal if it is no kind of picture."""
    with path.open("rb") as stream:
        start = stream.read(132)
    if not start:
        raise Refusal("the file is empty")
    if start.startswith(PICTURE_STARTS):
        return read_picture(path)
    try:
        picture = read_dicom(path)
    except Exception:
        if start[128:] == b"DICM":
            raise
        raise Refusal("not a DICOM, PNG or JPEG file") from None
    if start[128:] != b"DICM" and picture.facts.rows is None:
        raise Refusal("not a DICOM, PNG or JPEG file")
    return picture


def explain(error: Exception) -> str:
    """Say what a decoder's exception means, without its message."""
    if isinstance(error, MemoryError):
        return "decoding needs more memory than an import allows"
    if isinstance(error, PermissionError):
        return "the file may not be read: check its permissions"
    return f"damaged: cannot be decoded ({type(error).__name__})"
