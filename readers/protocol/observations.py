"""What a reader notes about a frame: the place on the image, and how notes of several readers are pooled."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from readers.protocol.words import Sentence
from readers.protocol.words import gettext_noop as _

MAX_TEXT = 1000
MAX_TAGS = 8
MAX_TAG = 40
# A still shows this much around a point or a box, as a part of the image's shorter side.
SURROUND = 0.2


@dataclass(frozen=True)
class Mark:
    """A point (no size) or a box on the image, in pixels of the frame from its upper left corner."""

    x: int
    y: int
    width: int | None = None
    height: int | None = None


def mark_problem(mark: Mark, *, width: int, height: int) -> Sentence | None:
    """Why a mark does not fit on an image of `width` × `height` pixels; None when it does."""
    if (mark.width is None) != (mark.height is None):
        return Sentence(_("A box needs both a width and a height; a point has neither."))
    wide, high = (1, 1) if mark.width is None or mark.height is None else (mark.width, mark.height)
    if mark.x < 0 or mark.y < 0 or wide < 1 or high < 1:
        return Sentence(_("A mark starts inside the image and is at least one pixel large."))
    if mark.x + wide > width or mark.y + high > height:
        return Sentence(
            _("The mark reaches outside the image, which is %(width)d × %(height)d pixels."),
            {"width": width, "height": height},
        )
    return None


def tags_problem(tags: object) -> Sentence | None:
    """Why these cannot be the tags of a note; None when they can."""
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        return Sentence(_("Tags are a list of words."))
    if len(tags) > MAX_TAGS:
        return Sentence(_("A note has at most %(most)d tags."), {"most": MAX_TAGS})
    if any(not tag.strip() or len(tag) > MAX_TAG for tag in tags):
        return Sentence(_("A tag has between 1 and %(most)d characters."), {"most": MAX_TAG})
    return None


def still_box(mark: Mark | None, *, width: int, height: int) -> tuple[int, int, int, int]:
    """Part of the frame that a still shows: left, upper, right, lower in pixels; all of it without a mark."""
    if mark is None:
        return 0, 0, width, height
    around = round(SURROUND * min(width, height))
    return (
        max(0, mark.x - around),
        max(0, mark.y - around),
        min(width, mark.x + (mark.width or 1) + around),
        min(height, mark.y + (mark.height or 1) + around),
    )


def pooled_order(ids: Iterable[str], *, key: str) -> list[str]:
    """The ids in an order that tells neither author nor time: by SHA-256 of `key` and id."""
    return sorted(ids, key=lambda each: hashlib.sha256(f"{key}:{each}".encode()).hexdigest())


@dataclass(frozen=True)
class Note:
    """A note for the analyst; `frame` as shown, `rendered_frame` from group A, so that directions pool.

    Both count from 0; `x` and `y` are a point or the corner of a box, in pixels of the frame.
    """

    reader: str
    video: str
    direction: str
    frame: int
    rendered_frame: int
    x: int | None
    y: int | None
    width: int | None
    height: int | None
    text: str
    tags: list[str]
    made_at: datetime
    retracted: bool
