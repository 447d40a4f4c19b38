"""`manage.py study check|export|import|example`: a study's protocol as a file."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from readers.errors import ProtocolError
from readers.models import Study
from readers.protocol.changes import changes_between
from readers.protocol.document import Protocol, content, sha256
from readers.protocol.document_file import example, parse, serialise
from readers.protocol.problems import ProtocolUnusable
from readers.protocol.yaml_text import MAX_BYTES
from readers.selectors.protocol import protocol_of
from readers.services.setup import import_protocol

UNUSABLE, REFUSED = 1, 2


class Command(BaseCommand):
    """Exit status: 0 done, 1 the file cannot be used (every problem on a line), 2 refused with the reason."""

    help = "Check, export or import the protocol of a study as a YAML file."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        check = acts.add_parser("check", help="say what is wrong with a file, or its hash")
        check.add_argument("file", help="the protocol's file; - reads from standard input")
        export = acts.add_parser("export", help="write a study's protocol")
        export.add_argument("slug", help="the study's name in addresses")
        export.add_argument("--out", type=Path, help="write here instead of to standard output")
        make = acts.add_parser("import", help="make a study from a file, or change one whose form is open")
        make.add_argument("file", help="the protocol's file; - reads from standard input")
        make.add_argument("--by", required=True, help="sign-in name of the person who does this")
        make.add_argument("--reason", default="", help="why an existing study is changed; kept for good")
        make.add_argument("--dry-run", action="store_true", help="say what would happen, and do nothing")
        acts.add_parser("example", help="write a file with the usual values, to begin from")

    def handle(self, *args: object, act: str, **options: Any) -> None:
        if act == "check":
            self._check(**options)
        elif act == "export":
            self._export(**options)
        elif act == "import":
            self._import(**options)
        else:
            self.stdout.write(serialise(example()), ending="")

    def _check(self, *, file: str, **options: Any) -> None:
        protocol = _read(file)
        self.stdout.write(f"{_name(file)} can be used: {_summary(protocol)}")

    def _export(self, *, slug: str, out: Path | None, **options: Any) -> None:
        protocol = protocol_of(_study(slug))
        text = serialise(protocol)
        if out is None:
            self.stdout.write(text, ending="")
            return
        try:
            out.write_text(text, encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{out} cannot be written: {error.strerror}", returncode=REFUSED) from None
        self.stdout.write(f"{out}: {_summary(protocol)}")

    def _import(self, *, file: str, by: str, reason: str, dry_run: bool, **options: Any) -> None:
        protocol = _read(file)
        user = User.objects.filter(username=by, is_active=True).first()
        if user is None:
            raise CommandError(f"there is no account “{by}” (--by)", returncode=REFUSED)
        before = Study.objects.filter(slug=protocol.values["slug"]).first()
        old = content(protocol_of(before)) if before else None
        try:
            study = import_protocol(protocol=protocol, by=user, reason=reason, dry_run=dry_run)
        except ProtocolError as refusal:
            raise CommandError(str(refusal), returncode=REFUSED) from None
        changes = changes_between(old, content(protocol)) if old is not None else []
        for change in changes:
            self.stdout.write(f"{change.place}: {change.before} → {change.after}")
        done = "would be" if dry_run else "is"
        if old is None:
            what = f"{done} made, with {by} as its coordinator"
        elif changes:
            what = f"{done} changed"
        else:
            what = "is already as in the file; nothing changed"
        self.stdout.write(f"{study.slug} {what}: {_summary(protocol)}")


def _read(file: str) -> Protocol:
    try:
        if file == "-":
            data = sys.stdin.buffer.read(MAX_BYTES + 1)
        else:
            with open(file, "rb") as stream:
                data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}", returncode=UNUSABLE) from None
    try:
        return parse(data)
    except ProtocolUnusable as unusable:
        lines = "\n".join(f"  {problem}" for problem in unusable.problems)
        raise CommandError(f"{_name(file)} cannot be used:\n{lines}", returncode=UNUSABLE) from None


def _study(slug: str) -> Study:
    study = Study.objects.filter(slug=slug).first()
    if study is None:
        known = ", ".join(Study.objects.order_by("slug").values_list("slug", flat=True)) or "none"
        raise CommandError(f"there is no study “{slug}”; there are: {known}", returncode=REFUSED)
    return study


def _name(file: str) -> str:
    return "standard input" if file == "-" else file


def _summary(protocol: Protocol) -> str:
    return f"{len(protocol.criteria)} criteria, SHA-256 {sha256(content(protocol))}"
