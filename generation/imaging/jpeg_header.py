"""What a JPEG codestream says of itself (ITU-T T.81 annex B), read before a decoder in C sees it."""

from __future__ import annotations

from dataclasses import dataclass

START_OF_IMAGE, START_OF_SCAN = 0xD8, 0xDA
FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # SOF0 to SOF15; the others are tables and reserved
ADOBE, TRANSFORM = 0xEE, 11  # APP14, and where it says how colours were transformed (ITU-T T.872, 6.5.3)
TABLES = {0xC4, 0xCC, 0xDB, 0xDD, 0xFE, *range(0xE0, 0xF0)}  # DHT, DAC, DQT, DRI, COM, APPn


@dataclass(frozen=True)
class JpegHeader:
    """``precision``: bits a sample; ``samples``: components a pixel."""

    precision: int
    rows: int
    columns: int
    samples: int


def read_jpeg_header(data: bytes) -> JpegHeader:
    """Return the frame header of ``data``.

    Raises ValueError unless whole segments of known kinds, one frame header among them, lead to a first scan,
    and where Adobe's segment names a colour transform that no picture of one or three components has.
    """
    if data[:2] != bytes([0xFF, START_OF_IMAGE]):
        raise ValueError("no JPEG codestream")
    at, found = 2, None
    while True:
        while data[at : at + 2] == b"\xff\xff":  # fill bytes (B.1.1.2)
            at += 1
        marker, length = data[at + 1 : at + 2], int.from_bytes(data[at + 2 : at + 4], "big")
        body = data[at + 4 : at + 2 + length]
        if data[at : at + 1] != b"\xff" or not marker or length < 2 or len(body) != length - 2:
            raise ValueError("a segment is cut or does not begin with a marker")
        if marker[0] == START_OF_SCAN:
            break
        if marker[0] in FRAMES and found is None and len(body) >= 6 and len(body) == 6 + 3 * body[5]:
            found = JpegHeader(
                body[0], int.from_bytes(body[1:3], "big"), int.from_bytes(body[3:5], "big"), body[5]
            )
        elif marker[0] not in TABLES:
            raise ValueError("a segment of an unknown kind, or a second frame")
        if marker[0] == ADOBE and body[:5] == b"Adobe" and body[TRANSFORM : TRANSFORM + 1] > b"\x01":
            raise ValueError("an Adobe segment names an unknown colour transform")
        at += 2 + length
    if found is None:
        raise ValueError("no frame header before the first scan")
    return found
