"""Where images lie: those of a cohort in the media storage, held ones apart, for nobody but reviewers."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage

from generation.models import Cohort, HeldImage


def image_name(cohort: Cohort, pixel_sha256: str) -> str:
    """Return where an image lies in the media storage: its name says nothing but its pixels' hash."""
    return f"radiographs/{cohort.name}/{pixel_sha256[:2]}/{pixel_sha256}.png"


def place(staged: Path, name: str) -> None:
    """Put a staged image into the storage; what a killed import left under this name is replaced."""
    if default_storage.exists(name):
        default_storage.delete(name)
    with staged.open("rb") as stream:
        default_storage.save(name, File(stream))


def held_file(held: HeldImage) -> Path:
    """Return where the pixels of a held image lie until somebody has decided."""
    return held_folder(held.cohort) / f"{held.pixel_sha256}.png"


def held_folder(cohort: Cohort) -> Path:
    """Return the folder of a cohort's held pixels, outside the media storage; its owner's alone."""
    folder = Path(settings.DATA_ROOT) / "held" / cohort.name
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
