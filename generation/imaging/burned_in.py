"""Text written into a picture: lines of glyphs, found by their strokes. A heuristic, measured in the docs.

A glyph is a connected set of pixels that stand out from what is around them by far (white top-hat; for dark
text black), of one brightness, with sharp edges, of the size of a letter. Text is three glyphs or more in a
row, five if tiny, of like height, on one line. Single letters, as the lead markers L and R, are none.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from generation.imaging.box import Box
from generation.imaging.sliding import opening

Grey = NDArray[np.uint8]

WORKING_SIDE = 1300  # larger pictures are looked at in this size: letters stay 8 pixels high and more
CONTRAST = 60  # grey levels between a stroke and its surroundings
LEAST_HEIGHT, MOST_HEIGHT = 7, 1 / 14  # of a glyph: pixels, and part of the picture's shorter side
SHARP = 0.75  # part of the contrast that is crossed within one pixel of a glyph's edge
LEAST_GLYPHS, TINY, LEAST_TINY_GLYPHS = 3, 10, 5
SMALL = 400  # pixels of a side below which bones are as small as letters, and every letter counts as tiny


@dataclass(frozen=True)
class Glyph:
    top: int
    left: int
    bottom: int
    right: int

    @property
    def height(self) -> int:
        return self.bottom - self.top


def find_text(grey: Grey) -> list[Box]:
    """Return a box around each line of text in ``grey``: across or upright, bright or dark."""
    factor = shrinking(grey, WORKING_SIDE)
    small = shrink(grey, factor)
    boxes = []
    for picture in (small, 255 - small):
        glyphs = find_glyphs(picture)
        tiny = min(picture.shape) if min(picture.shape) < SMALL else TINY
        boxes += [around(line, factor, grey.shape) for line in lines_of(glyphs, tiny)]
        turned = [Glyph(g.left, g.top, g.right, g.bottom) for g in glyphs]
        for line in lines_of(turned, tiny):
            upright = [Glyph(g.left, g.top, g.right, g.bottom) for g in line]
            boxes.append(around(upright, factor, grey.shape))
    return sorted(set(boxes), key=lambda box: (box.top, box.left))


def shrinking(grey: Grey, side: int) -> int:
    """Return the whole number by which ``grey`` must shrink to fit ``side``; a line stays a line."""
    return max(1, min(-(-max(grey.shape) // side), *grey.shape))


def shrink(grey: Grey, factor: int) -> Grey:
    """Return the means of ``factor`` × ``factor`` pixels; odd lines at the far edges are left out."""
    if factor == 1:
        return grey
    rows, columns = (side // factor for side in grey.shape)
    whole = grey[: rows * factor, : columns * factor]
    total = np.zeros((rows, columns), dtype=np.uint32)
    for row in range(factor):
        for column in range(factor):
            total += whole[row::factor, column::factor]
    return (total // factor**2).astype(np.uint8)


def find_glyphs(grey: Grey) -> list[Glyph]:
    """Return what may be bright letters, from left to right."""
    width = min(31, 2 * (min(grey.shape) // 40) + 7)
    opened = opening(grey, width)
    strokes = grey - opened > CONTRAST  # an opening is nowhere brighter than its picture
    labels, _ = ndimage.label(strokes, structure=np.ones((3, 3)))
    found = []
    for index, place in enumerate(ndimage.find_objects(labels), start=1):
        height, breadth = (part.stop - part.start for part in place)
        if not (LEAST_HEIGHT <= height <= MOST_HEIGHT * min(grey.shape) and breadth <= 1.6 * height):
            continue
        inside = labels[place] == index
        share = inside.mean()
        if not 0.12 <= share <= (1.0 if breadth <= 0.45 * height else 0.85):
            continue
        values = grey[place][inside]
        if np.percentile(values, 90) - np.percentile(values, 40) > 40:
            continue
        edge = inside & ~ndimage.binary_erosion(inside)
        contrast = float(np.median(values)) - float(np.median(opened[place][inside]))
        wider = tuple(slice(max(part.start - 1, 0), part.stop + 1) for part in place)
        inner = tuple(
            slice(part.start - wide.start, part.stop - wide.start)
            for part, wide in zip(place, wider, strict=True)
        )
        steps = ndimage.maximum_filter(grey[wider], size=3) - ndimage.minimum_filter(grey[wider], size=3)
        if np.median(steps[inner][edge]) < SHARP * contrast:
            continue
        found.append(Glyph(place[0].start, place[1].start, place[0].stop, place[1].stop))
    return sorted(found, key=lambda glyph: glyph.left)


def lines_of(glyphs: list[Glyph], tiny: int = TINY) -> list[list[Glyph]]:
    """Group glyphs, ordered or not, into lines of text; glyphs below ``tiny`` pixels must be many."""
    lines: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda glyph: glyph.left):
        for line in lines:
            if follows(line[-1], glyph):
                line.append(glyph)
                break
        else:
            lines.append([glyph])
    return [line for line in lines if is_text(line, tiny)]


def follows(last: Glyph, glyph: Glyph) -> bool:
    """Whether ``glyph`` may be the next letter: of like height, at the same level, not far to the right."""
    tall, small = max(last.height, glyph.height), min(last.height, glyph.height)
    level = abs((last.top + last.bottom) - (glyph.top + glyph.bottom)) / 2
    gap = glyph.left - last.right
    return small >= 0.55 * tall and level <= 0.35 * tall and -0.3 * tall <= gap <= 1.3 * tall


def is_text(line: list[Glyph], tiny: int) -> bool:
    """Whether there are enough glyphs, and their tops or bottoms level, as letters' are."""
    height = float(np.median([glyph.height for glyph in line]))
    if len(line) < (LEAST_GLYPHS if height >= tiny else LEAST_TINY_GLYPHS):
        return False
    bottoms = np.array([glyph.bottom for glyph in line])
    tops = np.array([glyph.top for glyph in line])
    off = min(np.abs(edge - np.median(edge)).mean() for edge in (tops, bottoms))
    return bool(off <= max(0.08 * height, 0.6))


def around(line: list[Glyph], factor: int, shape: tuple[int, ...]) -> Box:
    """Return the box of a line in pixels of the full picture, with a margin of a third of its height."""
    margin = max(glyph.height for glyph in line) // 3 + 1
    left, top = min(g.left for g in line) - margin, min(g.top for g in line) - margin
    right, bottom = max(g.right for g in line) + margin, max(g.bottom for g in line) + margin
    rows, columns = shape
    return Box(
        max(left * factor, 0), max(top * factor, 0), min(right * factor, columns), min(bottom * factor, rows)
    )
