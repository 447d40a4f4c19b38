"""The one way to the files of videos, wherever they are stored: a local folder or S3-compatible storage.

`STORAGES["frames"]` says where. A file is there whole under its name, or not at all.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, Storage, storages

from generation.diffusion.folder import write_atomic
from generation.models import Video


class DurableFiles(FileSystemStorage):
    """A local folder whose files are written aside, synced and renamed; a name is written over."""

    @property
    def base_location(self) -> str:
        return str(settings.FRAMES_ROOT)

    @property
    def location(self) -> str:
        return str(Path(self.base_location).absolute())

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        return name

    def _save(self, name: str, content: Any) -> str:
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, content.read())
        return name


def store() -> Storage:
    """The storage of all videos' files."""
    return storages["frames"]


def name_of(video: Video, file: str) -> str:
    """A file's name in the storage: below the hash of what decides the video's pixels."""
    return f"{video.spec_sha256[:2]}/{video.spec_sha256}/{file}"


def has(video: Video, file: str) -> bool:
    """Whether the file is there, whole."""
    return store().exists(name_of(video, file))


def read(video: Video, file: str) -> bytes:
    """The file's bytes. Raises FileNotFoundError."""
    return read_stored(name_of(video, file))


def read_stored(name: str) -> bytes:
    """The bytes of a file by its name in the storage. Raises FileNotFoundError."""
    with store().open(name) as stored:
        content: bytes = stored.read()
    return content


def write(video: Video, file: str, data: bytes) -> None:
    """Store ``data`` under the file's name; when this returns, it survives a power cut."""
    store().save(name_of(video, file), ContentFile(data))
