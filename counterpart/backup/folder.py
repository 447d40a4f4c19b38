"""A backup folder: ``manifest.json``, ``tables/<model>.jsonl``, ``files/<root>/…``; whole or not there."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from counterpart.backup import files, tables
from readers.models import AuditEvent, Study
from readers.protocol.audit import Head, head_of, verify

FORMAT = "counterpart-backup/1"


class BackupUnusable(Exception):
    """A backup cannot be made or restored as asked; the sentence says why and what to do."""


def make(folder: Path) -> dict[str, Any]:
    """Write a backup into ``folder``, which must not exist; its manifest.

    Rows are read as they are at one moment; readers can go on reading. Files are copied after the rows, so
    every frame that a row names is there.
    """
    if folder.exists():
        raise BackupUnusable(f"{folder} exists already: name a folder that does not.")
    partial = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    (partial / "tables").mkdir(parents=True)
    with tables.snapshot():
        found = tables.dump(partial / "tables")
        head = _verified_head()
        migrations = tables.applied_migrations()
    copied = []
    for name, path in files.present():
        try:
            size, sha256 = files.copy(path, partial / "files" / name)
        except FileNotFoundError:
            continue  # a worker's temporary file, renamed in the meantime
        copied.append(files.File(name, size, sha256))
    manifest = {
        "format": FORMAT,
        "made_at": timezone.now().isoformat(),
        "migrations": migrations,
        "audit_head": asdict(head),
        "tables": {name: asdict(table) for name, table in found.items()},
        "files": [asdict(file) for file in copied],
    }
    (partial / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    partial.rename(folder)
    return manifest


def check(folder: Path) -> dict[str, Any]:
    """The manifest of a backup whose every file has its hash; `BackupUnusable` names one that has not."""
    try:
        manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BackupUnusable(f"{folder} has no readable manifest.json: it is not a backup.") from error
    if manifest.get("format") != FORMAT:
        raise BackupUnusable(f"{folder} has format {manifest.get('format')!r}; this version reads {FORMAT}.")
    expected = {f"tables/{name}.jsonl": table["sha256"] for name, table in manifest["tables"].items()}
    for file in manifest["files"]:
        files.place_of(file["path"])
        expected[f"files/{file['path']}"] = file["sha256"]
    for name, sha256 in expected.items():
        path = folder / name
        if not path.is_file():
            raise BackupUnusable(f"{path} is missing from the backup.")
        if files.sha256_of(path) != sha256:
            raise BackupUnusable(f"{path} is not the file that was backed up: its SHA-256 differs.")
    return manifest


def restore(folder: Path) -> dict[str, Any]:
    """Put a checked backup into this empty, migrated installation, of either kind of database.

    Afterwards every table is read again and must have the hash that it was backed up with, and the audit
    trail must hold and end where it did. Nothing is written when the backup or the installation is unfit.
    """
    manifest = check(folder)
    if User.objects.exists() or Study.objects.exists():
        raise BackupUnusable("This installation holds people or studies: restore only into an empty one.")
    if manifest["migrations"] != tables.applied_migrations():
        raise BackupUnusable(
            "The backup was made by another version of the software. Restore it with that version, "
            "then upgrade."
        )
    for file in manifest["files"]:
        files.copy(folder / "files" / file["path"], files.place_of(file["path"]))
    with transaction.atomic():
        tables.load(folder / "tables")
        now = {name: asdict(table) for name, table in tables.fingerprints().items()}
        if differing := sorted(name for name in now if now[name] != manifest["tables"].get(name)):
            raise BackupUnusable(f"These tables would differ from the backup: {', '.join(differing)}.")
        _verified_head(Head(**manifest["audit_head"]))
    return manifest


def _verified_head(head: Head | None = None) -> Head:
    links = [event.link for event in AuditEvent.objects.all()]
    if findings := verify(links, head=head):
        raise BackupUnusable(f"The audit trail does not hold ({findings[0]}): see `manage.py verify_audit`.")
    return head_of(links)
