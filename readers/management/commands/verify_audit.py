"""Check the audit trail; exit status 0 when it holds, 1 with one line for each finding when it does not."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from readers.models import AuditEvent
from readers.protocol.audit import Head, head_of, verify
from readers.selectors.answer_check import altered_answers

FORMAT = "counterpart-audit-head/1"


class Command(BaseCommand):
    help = "Verify that no audit event was edited, deleted, reordered, inserted or cut off, and no answer."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--head", type=Path, metavar="FILE", help="a head that was written before")
        parser.add_argument(
            "--write-head",
            type=Path,
            metavar="FILE",
            help="write count and hash of the verified trail there; keep it outside this machine",
        )

    def handle(self, *, head: Path | None, write_head: Path | None, **options: Any) -> None:
        links = [event.link for event in AuditEvent.objects.all()]
        n_answers, altered = altered_answers()
        findings = [*map(str, verify(links, head=_read(head) if head else None)), *altered]
        for finding in findings:
            self.stdout.write(finding)
        if findings:
            raise CommandError(
                f"The audit trail does not hold: {len(findings)} findings, {len(links)} events."
            )
        end = head_of(links)
        if write_head:
            text = json.dumps({"format": FORMAT, **asdict(end)}, indent=2)
            write_head.write_text(f"{text}\n", encoding="ascii")
        self.stdout.write(f"The audit trail holds: {end.count} events, head {end.hash}.")
        self.stdout.write(f"All {n_answers} answers are as they were saved.")


def _read(path: Path) -> Head:
    try:
        content = json.loads(path.read_text(encoding="ascii"))
        if content["format"] != FORMAT:
            raise ValueError(f"its format is {content['format']!r}")
        return Head(count=int(content["count"]), hash=str(content["hash"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CommandError(f"{path} is not a head that --write-head wrote ({error!r}).") from error
