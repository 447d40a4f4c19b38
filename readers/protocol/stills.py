"""Stills: a part of a frame, with its mark drawn in, as PNG."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw

from readers.protocol.observations import Mark, still_box

POINT_RADIUS = 4


def still_png(frame_png: bytes, mark: Mark | None) -> bytes:
    """PNG (8-bit grey, no metadata) of the part of a frame around a mark; the whole frame without one."""
    with Image.open(io.BytesIO(frame_png)) as frame:
        left, upper, right, lower = still_box(mark, width=frame.width, height=frame.height)
        image = frame.convert("L").crop((left, upper, right, lower))
    if mark is not None:
        draw = ImageDraw.Draw(image)
        outline = _outline(mark, left, upper)
        # White inside black is seen on any grey.
        for grow, grey in ((1, 0), (0, 255)):
            box = (outline[0] - grow, outline[1] - grow, outline[2] + grow, outline[3] + grow)
            (draw.ellipse if mark.width is None else draw.rectangle)(box, outline=grey)
    stream = io.BytesIO()
    image.save(stream, format="PNG")
    return stream.getvalue()


def _outline(mark: Mark, left: int, upper: int) -> tuple[int, int, int, int]:
    x, y = mark.x - left, mark.y - upper
    if mark.width is None or mark.height is None:
        return x - POINT_RADIUS, y - POINT_RADIUS, x + POINT_RADIUS, y + POINT_RADIUS
    return x, y, x + mark.width - 1, y + mark.height - 1
