"""Send the reminders that are due; for cron, any number of times a day."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from readers.errors import MailNotSent
from readers.services.reminders import due_reminders, send_due_reminder


class Command(BaseCommand):
    help = "Remind readers 7, 1 and 0 days before their blinded phase opens, each once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say what would be sent, and send nothing")

    def handle(self, *, dry_run: bool, **options: Any) -> None:
        failed = 0
        for reader, opens_at, days in due_reminders():
            words = f"{reader.study.slug} {reader.code}: {days} days before {opens_at:%Y-%m-%d %H:%M} UTC"
            if dry_run:
                self.stdout.write(f"would send {words}")
                continue
            try:
                if send_due_reminder(reader=reader, opens_at=opens_at, days_before=days):
                    self.stdout.write(f"sent {words}")
            except MailNotSent as error:
                failed += 1
                self.stderr.write(f"not sent {words}: {error}")
        if failed:
            raise CommandError(f"{failed} reminders could not be sent; the next run tries them again.")
