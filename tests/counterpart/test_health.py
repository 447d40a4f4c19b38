"""What the watcher of a server is told when a part of it fails."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from generation.models import RenderChunk, RenderJob, TrainedModel, Video
from readers.models import Action
from readers.services.audit import record

PARTS = {"database", "storage", "disk", "clock", "queue"}


def test_all_is_well(client, db):
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == dict.fromkeys(PARTS, "ok")


def test_alive_asks_nothing_of_the_database(client):
    assert client.get("/livez").content == b"alive\n"


@pytest.mark.django_db(transaction=True)
def test_a_database_without_tables_is_told_part_by_part(client):
    with connection.schema_editor() as editor:
        editor.execute("ALTER TABLE readers_auditevent RENAME TO readers_auditevent_gone")
    try:
        response = client.get("/readyz")
    finally:
        with connection.schema_editor() as editor:
            editor.execute("ALTER TABLE readers_auditevent_gone RENAME TO readers_auditevent")
    assert response.status_code == 503
    told = response.json()
    assert told["clock"].startswith("failed (")
    assert told["storage"] == "ok"


def test_a_folder_that_cannot_be_written_is_told_without_its_name(client, db, settings):
    Path(settings.FRAMES_ROOT).write_text("a file where the folder should be")
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["storage"] == "failed (FileExistsError)"
    assert str(settings.DATA_ROOT) not in response.content.decode()


def test_a_clock_that_was_set_back_is_told(client, db):
    record(action=Action.EXPORT, actor=None)
    with time_machine.travel(timezone.now() - timedelta(days=1)):
        response = client.get("/readyz")
    assert response.status_code == 503
    assert "clock is behind" in response.json()["clock"]


def test_a_clock_that_differs_from_the_databases_is_told(client, db):
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        told = client.get("/readyz").json()["clock"]
    # SQLite has no clock of its own.
    assert (told != "ok") == (connection.vendor == "postgresql")


def test_a_broker_that_does_not_answer_is_told_without_its_address(client, db, settings):
    settings.CELERY_BROKER_URL = "amqp://someone:secret@127.0.0.1:1//"
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["queue"].startswith("failed (")
    assert "secret" not in response.content.decode()


def test_a_render_that_no_worker_took_up_is_told(client, db):
    model = TrainedModel.objects.create(
        name="m", folder="m", weights_sha256="0" * 64, config={}, conditions={}, image_size=8
    )
    sizes = {"n_frames": 4, "width": 8, "height": 8}
    video = Video.objects.create(
        trained_model=model, spec={}, spec_sha256="1" * 64, group_from="A", group_to="B", seed=1, **sizes
    )
    chunk = RenderChunk.objects.create(
        job=RenderJob.objects.create(video=video),
        index=0,
        first_frame=0,
        last_frame=3,
        state="leased",
        lease_owner="gone",
        lease_expires_at=timezone.now() - timedelta(minutes=1),
    )
    assert client.get("/readyz").status_code == 200
    chunk.lease_expires_at = timezone.now() - timedelta(hours=1)
    chunk.save()
    response = client.get("/readyz")
    assert response.status_code == 503
    assert "render_worker" in response.json()["queue"]
