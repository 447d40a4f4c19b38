"""A video file to look at, made by the program ffmpeg; its picture and its tags say what it is not for.

Lossy video is never what a reader sees: browsers and players change its grey levels and skip frames
(docs/decisions/0001, docs/reference/viewer.md).
"""

from __future__ import annotations

import math
import secrets
import shutil
import subprocess
from collections.abc import Iterable
from contextlib import suppress
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Grey = NDArray[np.uint8]
MARK = "PREVIEW, NOT FOR SCORING"
FRAMES_A_SECOND = 30
NARROWEST, SMALLEST_BAND = 256, 16
TIME_LIMIT_S = 600


class NoPreview(Exception):
    """The preview cannot be made; the message says what is missing."""


def marked(frame: Grey) -> Grey:
    """The frame below a band that says ``MARK``; width and height are even, as H.264 wants them.

    A frame too narrow for legible words is enlarged by a whole number, each pixel a square.
    """
    times = math.ceil(NARROWEST / frame.shape[1])
    frame = frame.repeat(times, axis=0).repeat(times, axis=1)
    height, width = frame.shape
    band = max(SMALLEST_BAND, height // 16)
    picture = Image.new("L", (width + width % 2, height + band + (height + band) % 2))
    draw = ImageDraw.Draw(picture)
    size = band * 0.7
    size *= min(1.0, 0.96 * width / draw.textlength(MARK, font=ImageFont.load_default(size)))
    font = ImageFont.load_default(size)
    draw.text((width / 2, band / 2), MARK, fill=255, font=font, anchor="mm")
    picture.paste(Image.fromarray(frame), (0, band))
    return np.asarray(picture)


def write_preview(frames: Iterable[Grey], out: Path, *, synthetic: str) -> None:
    """Write ``frames`` (H, W) as an H.264 file (MP4, 30 frames a second, limited range, no B-frames).

    ``synthetic`` is said in its description. The file appears under its name when it is whole. Raises
    NoPreview when there is no ffmpeg, or it fails.
    """
    program = shutil.which("ffmpeg")
    if program is None:
        raise NoPreview(
            "There is no program ffmpeg on this machine: install it (Debian: apt install ffmpeg)."
        )
    shown = (marked(frame) for frame in frames)
    first = next(shown)
    height, width = first.shape
    partial = out.with_name(f".{out.name}.{secrets.token_hex(8)}.tmp")
    command = [
        *(program, "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "gray"),
        *("-s", f"{width}x{height}", "-r", str(FRAMES_A_SECOND), "-i", "-"),
        *("-vf", "scale=in_range=full:out_range=tv", "-c:v", "libx264", "-preset", "fast", "-crf", "18"),
        *("-bf", "0", "-pix_fmt", "yuv420p", "-color_range", "tv", "-threads", "1"),
        *("-metadata", f"title={MARK}", "-metadata", f"comment={MARK}. {synthetic}"),
        *(
            "-fflags",
            "+bitexact",
            "-flags:v",
            "+bitexact",
            "-movflags",
            "+faststart",
            "-f",
            "mp4",
            str(partial),
        ),
    ]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        said = _feed(process, chain([first], shown))
        if process.returncode:
            raise NoPreview(
                f"ffmpeg could not make the preview: {said.decode(errors='replace')[-300:].strip()}"
            )
        partial.replace(out)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        partial.unlink(missing_ok=True)


def _feed(process: subprocess.Popen[bytes], frames: Iterable[Grey]) -> bytes:
    if process.stdin:
        # Whoever ended early says on stderr why.
        with suppress(BrokenPipeError):
            for frame in frames:
                process.stdin.write(frame.tobytes())
    return process.communicate(timeout=TIME_LIMIT_S)[1]
