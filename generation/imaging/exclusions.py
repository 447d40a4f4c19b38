"""Reasons in a few kinds, for the flow of a cohort: without numbers, names and lines that reports give."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

# What a reason begins with -> its kind.
KINDS = (
    ("damaged", "damaged"),
    ("BurnedInAnnotation", "text may be written in the picture"),
    ("text ", "text may be written in the picture"),
    ("waits for review", "text may be written in the picture"),
    ("refused on review", "refused on review"),
    ("multi-frame", "several pictures in one file"),
    ("the file holds several", "several pictures in one file"),
    ("not a DICOM", "no picture"),
    ("the file is empty", "no picture"),
    ("the DICOM file holds no", "no picture"),
    ("the picture has no", "no picture"),
    ("no decoder", "no decoder"),
    ("the transfer syntax", "no decoder"),
    ("the header claims", "too large"),
    ("the file is larger", "too large"),
    ("compressed too well", "too large"),
    ("decoding needs", "too large"),
    ("the bit depth", "pixel format not taken"),
    ("the photometric", "pixel format not taken"),
    ("the pixel format", "pixel format not taken"),
    ("a palette", "pixel format not taken"),
    ("no registry row", "no registry row"),
    ("its registry row", "registry row refused"),
    ("registry lines", "registry rows contradict each other"),
    ("the same pixels with other", "same pixels with other attributes"),
    ("the same pixels", "same pixels as another file"),
    ("the same SOP", "same SOP instance as another file"),
    ("already in", "already in the cohort"),
    ("nothing was imported", "nothing was imported"),
)
OTHER = "not readable as a file"


def kind_of(reason: str) -> str:
    """Return the kind of a reason; OTHER for those of links, passwords and the like."""
    return next((kind for start, kind in KINDS if reason.startswith(start)), OTHER)


def tally(reasons: Iterable[tuple[str, str]]) -> dict[str, dict[str, int]]:
    """Count (status, reason) as status → kind → how many, most frequent first."""
    counted: dict[str, Counter[str]] = {}
    for status, reason in reasons:
        counted.setdefault(status, Counter())[kind_of(reason)] += 1
    return {status: dict(kinds.most_common()) for status, kinds in sorted(counted.items())}
