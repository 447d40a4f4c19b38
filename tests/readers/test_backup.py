"""A backup of a study in the middle of its washout, and its restore: row for row, and nothing opens early."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError

from readers.errors import WashoutNotOver
from readers.models import Answer, AuditEvent, Study
from readers.selectors.facts import facts_of
from readers.services.reading import open_case

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def in_washout(make_world, clock):
    """One reader has read a blinded video, the other is in the washout."""
    world = make_world(n_readers=2)
    world.finish_exploratory(world.readers[0])
    clock.shift(timedelta(days=3))
    world.finish_exploratory(world.readers[1])
    world.lock_form()
    clock.move_to(world.opens_at(world.readers[0]))
    case = world.current(world.readers[0])
    open_case(public_id=case.public_id, by=case.reader.user)
    world.answer(case, "ring", 4)
    return world


def manifest_of(folder: Path) -> dict:
    return json.loads((folder / "manifest.json").read_text())


def empty_installation() -> None:
    call_command("flush", interactive=False)
    for root in (settings.FRAMES_ROOT, settings.MEDIA_ROOT, settings.MODELS_ROOT):
        shutil.rmtree(root, ignore_errors=True)


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "counterpart.settings", **environment},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )


def test_a_restored_study_is_the_same_and_opens_nothing_early(in_washout, clock, tmp_path):
    waiting = in_washout.readers[1]
    opens_at = in_washout.opens_at(waiting)
    frames = {path.name: path.read_bytes() for path in Path(settings.FRAMES_ROOT).rglob("*.png")}
    call_command("backup", tmp_path / "kept")
    empty_installation()
    assert not Study.objects.exists()

    call_command("restore", tmp_path / "kept")

    assert Answer.objects.get().score == 4
    assert {path.name: path.read_bytes() for path in Path(settings.FRAMES_ROOT).rglob("*.png")} == frames
    assert facts_of(waiting).opens_at == opens_at
    case = waiting.assignments.filter(phase="blinded").order_by("position").first()
    for moment in (opens_at - timedelta(microseconds=1), opens_at - timedelta(days=400)):
        clock.move_to(moment)
        with pytest.raises(WashoutNotOver):
            open_case(public_id=case.public_id, by=waiting.user)
    clock.move_to(opens_at)
    open_case(public_id=case.public_id, by=waiting.user)
    call_command("verify_audit")


def test_the_triggers_are_back_after_a_restore(in_washout, tmp_path):
    call_command("backup", tmp_path / "kept")
    empty_installation()
    call_command("restore", tmp_path / "kept")
    with pytest.raises(DatabaseError, match="append-only"):
        Answer.objects.all()._raw_delete("default")


def test_another_installation_on_sqlite_gives_the_same_rows_back(in_washout, tmp_path):
    """On PostgreSQL this is also the way from one kind of database to the other."""
    call_command("backup", tmp_path / "kept")
    elsewhere = {
        "COUNTERPART_DATA": str(tmp_path / "elsewhere"),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'elsewhere.sqlite3'}",
    }
    manage("restore", str(tmp_path / "kept"), **elsewhere)
    manage("backup", str(tmp_path / "again"), **elsewhere)
    first, second = manifest_of(tmp_path / "kept"), manifest_of(tmp_path / "again")
    assert first["tables"] == second["tables"]
    assert first["files"] == second["files"]
    assert first["audit_head"] == second["audit_head"]
    assert first["audit_head"]["count"] == AuditEvent.objects.count() > 0


def test_a_changed_or_missing_file_is_found_before_anything_is_written(in_washout, tmp_path):
    call_command("backup", tmp_path / "kept")
    empty_installation()
    frame = next((tmp_path / "kept" / "files" / "frames").rglob("*.png"))
    frame.write_bytes(frame.read_bytes() + b"\0")
    with pytest.raises(CommandError, match="SHA-256 differs"):
        call_command("restore", tmp_path / "kept")
    frame.unlink()
    with pytest.raises(CommandError, match="missing from the backup"):
        call_command("restore", tmp_path / "kept")
    assert not Study.objects.exists()
    assert not Path(settings.FRAMES_ROOT).exists()


def test_a_backup_cannot_write_outside_its_folders(in_washout, tmp_path):
    call_command("backup", tmp_path / "kept")
    empty_installation()
    manifest = manifest_of(tmp_path / "kept")
    manifest["files"][0]["path"] = "frames/../../stolen"
    (tmp_path / "kept" / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(ValueError, match="outside its folders"):
        call_command("restore", tmp_path / "kept")


def test_a_restore_needs_an_empty_installation(in_washout, tmp_path):
    call_command("backup", tmp_path / "kept")
    with pytest.raises(CommandError, match="only into an empty one"):
        call_command("restore", tmp_path / "kept")
    with pytest.raises(CommandError, match="exists already"):
        call_command("backup", tmp_path / "kept")


def test_keys_and_sessions_are_not_in_a_backup(in_washout, client, tmp_path):
    client.force_login(in_washout.coordinator)
    (settings.DATA_ROOT / "secret_key").write_text("a-secret-that-signs")
    call_command("backup", tmp_path / "kept")
    kept = b"".join(path.read_bytes() for path in (tmp_path / "kept").rglob("*") if path.is_file())
    assert b"a-secret-that-signs" not in kept
    assert client.cookies["sessionid"].value.encode() not in kept
