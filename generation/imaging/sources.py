"""Where pictures come from: the files of a folder, of a zip, or those that a DICOMDIR names.

Nothing of a zip is unpacked to disk: a member is read into memory, by the process that decodes it.
"""

from __future__ import annotations

import os
import stat
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath

from generation.imaging.picture import Refusal

# Uncompressed, 64 million pixels of three 16-bit samples are 384 MB; no radiograph's file is larger.
MAX_FILE_BYTES = 512 * 1024**2
MAX_MEMBERS = 1_000_000
# Deflate reaches 1,032:1 on zeros. Real films come near 10:1, a black one of a few MB far above.
MAX_RATIO, RATIO_FREE_BYTES = 200, 64 * 1024**2
DICOMDIR = "DICOMDIR"


class SourceUnusable(Exception):
    """The folder, zip or DICOMDIR as a whole cannot be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Source:
    """One file to read. ``name``: as the report says it, unique. ``problem``: why it is not to be read."""

    name: str
    path: Path
    member: str = ""
    problem: str = ""

    @classmethod
    def of(cls, path: Path) -> Source:
        """Return one file by its bare name."""
        return cls(path.name, path)

    def read(self) -> bytes:
        """Return the bytes, at most MAX_FILE_BYTES. Raises Refusal, OSError or zipfile's errors."""
        if self.problem:
            raise Refusal(self.problem)
        if self.member:
            with opened_zip(self.path).open(self.member) as stream:
                return capped(stream.read(MAX_FILE_BYTES + 1))
        with self.path.open("rb") as stream:
            return capped(stream.read(MAX_FILE_BYTES + 1))

    def version(self) -> str:
        """Return what changes when the file does: its size and time, or the member's size and checksum."""
        try:
            found = self.path.stat()
            if self.member:
                info = opened_zip(self.path).getinfo(self.member)
                return f"{info.file_size} {info.CRC} {found.st_mtime_ns}"
            return f"{found.st_size} {found.st_mtime_ns}"
        except OSError:
            return "unreadable"


def capped(data: bytes) -> bytes:
    """Return ``data``, or raise Refusal if there is more of it than any radiograph has."""
    if len(data) > MAX_FILE_BYTES:
        raise Refusal(f"the file is larger than any radiograph: {MAX_FILE_BYTES // 1024**2} MB at most")
    return data


@lru_cache(maxsize=2)
def opened_zip(path: Path) -> zipfile.ZipFile:
    """Return the zip, opened once a process: reading its directory takes time where it is long."""
    return zipfile.ZipFile(path)


def of_folder(folder: Path, ignore: Collection[Path] = ()) -> list[Source]:
    """Return every visible file below ``folder``, by name, with the members of zips in their place.

    DICOMDIR files are indexes, not pictures, and left out, as are the files to ``ignore`` and links that
    lead out of the folder.
    """
    ignored = {path.resolve() for path in ignore}
    root = folder.resolve()
    found: list[Source] = []
    for path in visible(folder):
        real = path.resolve()
        name = path.relative_to(folder).as_posix()
        if real in ignored or path.name == DICOMDIR:
            continue
        if not real.is_relative_to(root):
            found.append(Source(name, path, problem="a link that leads out of the folder"))
        elif is_zip(path):
            found += of_zip_inside(path, name)
        else:
            found.append(Source(name, path))
    return sorted(found, key=lambda source: source.name)


def visible(folder: Path) -> Iterator[Path]:
    """Yield the ordinary files below ``folder`` that no dot hides; folders that are links are not entered."""
    for where, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in files:
            path = Path(where, name)
            if not name.startswith(".") and path.is_file():
                yield path


def is_zip(path: Path) -> bool:
    """Whether the file starts as a zip and its directory can be read."""
    try:
        with path.open("rb") as stream:
            if stream.read(4) not in (b"PK\x03\x04", b"PK\x05\x06"):
                return False
    except OSError:
        return False
    return zipfile.is_zipfile(path)


def of_zip_inside(path: Path, name: str) -> list[Source]:
    """Return the members of a zip that lies in a folder; one that cannot be read is a file with a problem."""
    try:
        return of_zip(path, prefix=f"{name}/")
    except SourceUnusable as error:
        return [Source(name, path, problem=str(error))]


def of_zip(path: Path, *, prefix: str = "") -> list[Source]:
    """Return the files of a zip, by name. Raises SourceUnusable if it cannot be read or holds too many.

    Members with a name that leads out, a password, an absurd size or ratio, and links come with a problem.
    """
    try:
        members = opened_zip(path).infolist()
    except (OSError, zipfile.BadZipFile, NotImplementedError, ValueError, EOFError):
        raise SourceUnusable("the zip is damaged: its directory cannot be read") from None
    if len(members) > MAX_MEMBERS:
        raise SourceUnusable(f"the zip holds {len(members):,} files; at most {MAX_MEMBERS:,} are read")
    seen: set[str] = set()
    found = []
    for info in members:
        parts = PurePosixPath(info.filename.replace("\\", "/")).parts
        if info.is_dir() or not parts or parts[-1] == DICOMDIR or is_hidden(parts):
            continue
        problem = member_problem(info, parts, again=info.filename in seen)
        seen.add(info.filename)
        found.append(Source(prefix + info.filename, path, info.filename, problem))
    return sorted(found, key=lambda source: source.name)


def is_hidden(parts: tuple[str, ...]) -> bool:
    """Whether a dot hides the file or a folder above it; '..' hides nothing, it leads out."""
    return any(part.startswith(".") and part != ".." for part in parts)


def member_problem(info: zipfile.ZipInfo, parts: tuple[str, ...], *, again: bool) -> str:
    """Say why a member of a zip is not read; '' if it may be."""
    if again:
        return "the zip holds two files of this name"
    if ".." in parts or parts[0] in ("/", "\\") or ":" in parts[0]:
        return "its name leads out of the zip"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "a link, not a file"
    if info.flag_bits & 1:
        return "encrypted: unpack the zip with its password first"
    if info.file_size > MAX_FILE_BYTES:
        return f"the file is larger than any radiograph: {MAX_FILE_BYTES // 1024**2} MB at most"
    if info.file_size > RATIO_FREE_BYTES and info.file_size > MAX_RATIO * max(info.compress_size, 1):
        return "compressed too well to be a picture: a zip bomb?"
    return ""
