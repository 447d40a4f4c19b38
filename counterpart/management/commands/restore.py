"""`manage.py restore FOLDER`: put a backup into an empty installation, on SQLite or PostgreSQL."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from counterpart.backup.folder import BackupUnusable, restore


class Command(BaseCommand):
    help = "Restore the backup in FOLDER into this empty installation, checking every hash before and after."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *, folder: Path, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        try:
            manifest = restore(folder)
        except BackupUnusable as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Restored what was backed up on {manifest['made_at']}: every table and file has its hash, the "
            f"audit trail holds with {manifest['audit_head']['count']} events. People must sign in again. "
            "Put secret_key and pseudonym_key back before anyone does."
        )
