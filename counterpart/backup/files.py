"""Radiographs, frames and checkpoints: copied with their hashes, and checked against them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

PIECE = 1 << 20


@dataclass(frozen=True)
class File:
    """One file: its root's name and the path below it ("frames/ab/…/0000.png"), bytes, SHA-256 (hex)."""

    path: str
    size: int
    sha256: str


def roots() -> dict[str, Path]:
    """The folders that are kept, by the name they have in a backup."""
    return {
        "media": Path(settings.MEDIA_ROOT),
        "frames": Path(settings.FRAMES_ROOT),
        "models": Path(settings.MODELS_ROOT),
    }


def present() -> Iterator[tuple[str, Path]]:
    """Name in the backup and place of every file there is, in order."""
    for name, root in roots().items():
        for path in sorted(root.rglob("*")):
            if path.is_file() and not path.is_symlink():
                yield f"{name}/{path.relative_to(root).as_posix()}", path


def place_of(path: str) -> Path:
    """Where a file of a backup belongs; `ValueError` for a path that leads elsewhere."""
    name, _, below = path.partition("/")
    root = roots()[name].resolve() if name in roots() else None
    if root is None or not (place := (root / below).resolve()).is_relative_to(root) or place == root:
        raise ValueError(f"The backup names a file outside its folders: {path!r}.")
    return place


def copy(source: Path, target: Path) -> tuple[int, str]:
    """Copy a file so that it is there whole or not at all; bytes and SHA-256 (hex)."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f"{target.name}.partial")
    digest, size = hashlib.sha256(), 0
    with source.open("rb") as read, partial.open("wb") as write:
        while piece := read.read(PIECE):
            digest.update(piece)
            size += len(piece)
            write.write(piece)
        write.flush()
        os.fsync(write.fileno())
    partial.rename(target)
    return size, digest.hexdigest()


def sha256_of(path: Path) -> str:
    """SHA-256 (hex) of a file's content."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
