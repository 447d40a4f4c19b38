"""`manage.py backup FOLDER`: rows, radiographs, frames and checkpoints of this installation, with hashes."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from counterpart.backup.folder import BackupUnusable, check, make
from generation.frames import DurableFiles, store


class Command(BaseCommand):
    help = (
        "Back this installation up into a new FOLDER; people can go on working. The keys (secret_key, "
        "pseudonym_key) are not part of it: keep them elsewhere."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--check", action="store_true", help="write nothing: check the backup that lies in FOLDER"
        )

    def handle(self, *, folder: Path, **options: Any) -> None:
        try:
            manifest = check(folder) if options["check"] else make(folder)
        except BackupUnusable as error:
            raise CommandError(str(error)) from error
        if not options["check"] and not isinstance(store(), DurableFiles):
            self.stderr.write(
                "The videos' frames lie in other storage (COUNTERPART_FRAMES_URL) and are no part of this "
                "backup: back that storage up by its own means."
            )
        rows = sum(table["rows"] for table in manifest["tables"].values())
        size = sum(file["size"] for file in manifest["files"]) / 1e6
        self.stdout.write(
            f"{folder}: {rows} rows and {len(manifest['files'])} files ({size:.1f} MB), "
            f"made {manifest['made_at']}; every hash is there{' and right' if options['check'] else ''}."
        )
