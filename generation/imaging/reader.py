"""One file of any kind in; either a canonical image on disk or a reason out. Never an exception.

Nothing that a file says about its patient enters a reason: messages of the decoding libraries, which quote
elements, are not passed on.
"""

from __future__ import annotations

import warnings
import zipfile
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from generation.imaging import canonical
from generation.imaging.box import Box
from generation.imaging.burned_in import find_text
from generation.imaging.characterise import guess
from generation.imaging.collimation import crop, exposed_area
from generation.imaging.dicom import read_dicom
from generation.imaging.perceptual import perceptual_hash
from generation.imaging.picture import Facts, Person, Picture, Refusal
from generation.imaging.pseudonym import hidden
from generation.imaging.raster import FORMATS, read_picture
from generation.imaging.sources import Source

UNKNOWN = "not a DICOM, PNG, JPEG or TIFF file"


@dataclass(frozen=True, slots=True)
class Options:
    """How to read. ``crop``: leave uniform borders out. ``strict``: review what no header calls free of text.

    ``characteriser``: the file of a trained model that fills in what the registry lacks.
    """

    crop: bool = False
    strict: bool = False
    characteriser: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What became of one file. ``person`` is hidden before it leaves memory: see ``hide``.

    ``doubt``: why a person must look at it first. ``text``: where text was found, in the canonical image.
    ``exposed``: the area inside uniform borders, in pixels of the source.
    """

    status: Literal["read", "quarantined"]
    reason: str = ""
    facts: Facts = field(default_factory=Facts)
    person: Person = field(default_factory=Person)
    decoded_sha256: str = ""
    pixel_sha256: str = ""
    source_rows: int = 0
    source_columns: int = 0
    side: int = 0
    doubt: str = ""
    text: tuple[Box, ...] = ()
    exposed: Box | None = None
    perceptual_hash: str = ""
    pixel_mm: float | None = None
    guesses: tuple[tuple[str, str], ...] = ()


def hide(reading: Reading, key: bytes) -> Reading:
    """Return the reading with pseudonyms in place of the numbers that name a person or an examination."""
    person = reading.person
    return replace(
        reading,
        person=replace(
            person,
            patient_id=hidden(key, "patient", person.patient_id),
            accession=hidden(key, "accession", person.accession),
            sop_instance_uid=hidden(key, "instance", person.sop_instance_uid),
        ),
    )


def read_file(source: Source, into: Path, options: Options = Options()) -> Reading:
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
            return keep(picture, stored, picture.grey(stored), into, options)
    except Refusal as refusal:
        return Reading("quarantined", refusal.reason, facts, person)
    except Exception as error:  # whatever a decoder raises on an untrusted file means the same: it is damaged
        return Reading("quarantined", explain(error), facts, person)


def keep(
    picture: Picture, stored: NDArray[np.generic], grey: NDArray[np.uint8], into: Path, options: Options
) -> Reading:
    """Write the canonical image of ``grey`` and return what is known of the picture."""
    text = find_text(grey)
    exposed = exposed_area(grey)
    rows, columns = grey.shape
    kept = Box(0, 0, columns, rows)
    if options.crop:
        kept, grey = exposed, crop(grey, exposed)
    image = canonical.canonical(grey)
    pixel_sha256 = canonical.pixels_sha256(image)
    canonical.write_png(into / f"{pixel_sha256}.png", image)
    doubt = picture.doubt()
    if not doubt and text:
        doubt = "text was found in the picture"
    elif not doubt and options.strict and not picture.facts.burned_in_stated:
        doubt = "text may be in the picture: no header says that there is none"
    return Reading(
        "read",
        facts=picture.facts,
        person=picture.person,
        decoded_sha256=canonical.pixels_sha256(stored),
        pixel_sha256=pixel_sha256,
        source_rows=rows,
        source_columns=columns,
        side=image.shape[0],
        doubt=doubt,
        text=tuple(canonical.to_canonical(part, *grey.shape) for box in text if (part := within(box, kept))),
        exposed=exposed,
        perceptual_hash=perceptual_hash(image),
        pixel_mm=picture.facts.pixel_mm and picture.facts.pixel_mm / canonical.scale(*grey.shape),
        guesses=tuple(guess(image, options.characteriser).items()) if options.characteriser else (),
    )


def within(box: Box, kept: Box) -> Box | None:
    """Return the part of ``box`` inside ``kept``, in its pixels; None if there is none."""
    part = Box(
        max(box.left, kept.left) - kept.left,
        max(box.top, kept.top) - kept.top,
        min(box.right, kept.right) - kept.left,
        min(box.bottom, kept.bottom) - kept.top,
    )
    return part if part.left < part.right and part.top < part.bottom else None


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
