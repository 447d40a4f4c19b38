"""`manage.py export_video VIDEO FOLDER`: frames, manifest, contact sheet, DICOM file and preview."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from generation.models import Video
from generation.selectors.videos import FrameNotReady
from generation.services.outputs import export


class Command(BaseCommand):
    help = (
        "Write a finished video into a new FOLDER: lossless frames with their manifest, a contact sheet, a "
        "multi-frame DICOM file (Secondary Capture, marked as synthetic) and, where ffmpeg is installed, an "
        "MP4 preview that is not for scoring. The files show groups and direction: not for readers."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("video", type=UUID, help="the video's id, as its page and `render` say it")
        parser.add_argument("folder", type=Path)

    def handle(self, *, video: UUID, folder: Path, **options: Any) -> None:
        found = Video.objects.select_related("trained_model").filter(pk=video).first()
        if found is None:
            raise CommandError(f"There is no video {video}.")
        try:
            for name in export(video=found, out=folder):
                self.stdout.write(f"{folder}/{name}" if not name.startswith("no ") else name)
        except FileExistsError as error:
            raise CommandError(f"{folder} holds files already: name a new folder.") from error
        except FrameNotReady as error:
            raise CommandError(f"{error} Render it first: manage.py render_worker --drain.") from error
