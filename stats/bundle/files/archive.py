"""A zip whose bytes depend on its contents alone."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Iterable, Mapping

# The earliest time that a zip can hold: the real time of packing would make equal data differ.
NO_TIME = (1980, 1, 1, 0, 0, 0)
READABLE = 0o644 << 16
UNIX = 3
OFFICE = (".docx", ".xlsx")
OFFICE_TIME = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def archive(files: Mapping[str, bytes], *, folder: str) -> bytes:
    """Files in ``folder`` of a zip, in the order of their names, with ``SHA256SUMS`` for `sha256sum -c`."""
    timeless = {n: _without_time(c) if n.endswith(OFFICE) else c for n, c in sorted(files.items())}
    timeless["SHA256SUMS"] = _sums(timeless)
    return _packed((f"{folder}/{name}", content) for name, content in timeless.items())


def _packed(entries: Iterable[tuple[str, bytes]]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        for name, content in entries:
            entry = zipfile.ZipInfo(name, date_time=NO_TIME)
            entry.external_attr = READABLE
            entry.create_system = UNIX
            packed.writestr(entry, content, zipfile.ZIP_DEFLATED, compresslevel=9)
    return stream.getvalue()


def _without_time(office: bytes) -> bytes:
    """An Office file, itself a zip, without the times at which it and its parts were written."""
    with zipfile.ZipFile(io.BytesIO(office)) as parts:
        named = [(part.filename, parts.read(part)) for part in parts.infolist()]
    core = "docProps/core.xml"
    return _packed(
        (name, OFFICE_TIME.sub(rb"\g<1>1980-01-01T00:00:00Z", content) if name == core else content)
        for name, content in named
    )


def _sums(files: Mapping[str, bytes]) -> bytes:
    lines = [f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in files.items()]
    return "".join(lines).encode()
