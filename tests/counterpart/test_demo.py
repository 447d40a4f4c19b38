"""The demonstration: it starts with one command, shows every phase, and Ctrl-C leaves nothing running."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.utils import timezone

from counterpart.demo import people
from counterpart.demo.live_study import AS_SHOWN
from counterpart.management.commands.demo import refuse_busy_port
from generation.diffusion.folder import checkpoint_sha256
from generation.models import RenderJob
from generation.quality.document import QUALITY, read_quality
from readers.models import Answer, Assignment, Reader, Study
from readers.protocol.phases import phase_of
from readers.selectors.consensus import state_for, visit
from readers.selectors.facts import facts_of


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def demo(tmp_path: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "manage.py", "demo", "--port", str(port)],
        cwd=settings.BASE_DIR,
        env=os.environ | {"COUNTERPART_DATA": str(tmp_path / "demo"), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        yield process
        process.terminate()


def test_one_command_serves_and_ctrl_c_ends_it(demo: subprocess.Popen[str], port: int) -> None:
    assert demo.stdout is not None
    said = []
    for line in demo.stdout:
        said.append(line)
        if line.lstrip().startswith("engineer"):
            break
    text = "".join(said)
    assert f"http://127.0.0.1:{port}/" in text
    assert people.PASSWORD in text
    assert all(person.username in text for person in people.SIGN_INS)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in/", timeout=20) as page:
        assert page.status == 200

    demo.send_signal(signal.SIGINT)
    assert demo.wait(30) == 0
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_a_busy_port_is_refused_with_another_one_named(port: int) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        with pytest.raises(CommandError, match=f"Port {port} is in use.*PORT={port + 1}"):
            refuse_busy_port(port)


def test_the_shipped_model_brings_the_report_of_its_own_weights() -> None:
    folder = settings.BASE_DIR / "generation" / "demo_model"
    report = read_quality(folder / QUALITY, checkpoint_sha256=checkpoint_sha256(folder))
    assert report["effects"]["best"]["all"] == AS_SHOWN.guidance


@pytest.mark.django_db
def test_the_live_study_has_a_reader_in_each_phase_and_loading_again_changes_nothing() -> None:
    call_command("load_demo")
    study = Study.objects.get(slug="live-demo")
    phases = {
        reader.user.username: str(phase_of(facts_of(reader), now=timezone.now()))
        for reader in Reader.objects.filter(study=study)
    }
    assert phases == {
        people.READER.username: "blinded",
        people.EXPLORER.username: "exploratory",
        people.WAITER.username: "washout",
        people.FINISHER.username: "locked",
    }
    counts = [model.objects.count() for model in (Study, Assignment, Answer, RenderJob)]
    call_command("load_demo")
    assert [model.objects.count() for model in (Study, Assignment, Answer, RenderJob)] == counts


@pytest.mark.django_db
def test_what_can_be_read_today_is_rendered_first() -> None:
    call_command("load_demo")
    first = RenderJob.objects.order_by("priority", "pk").values_list("video", flat=True)[:2]
    wanted = Assignment.objects.filter(position=1, reader__study__slug="live-demo")
    blinded = wanted.get(reader__code="R1", phase="blinded").study_video.video_id
    exploratory = wanted.get(reader__code="R2", phase="exploratory").study_video.video_id
    assert list(first) == [blinded, exploratory]


@pytest.mark.django_db
def test_the_second_study_is_in_its_consensus_meeting() -> None:
    call_command("load_demo")
    study = Study.objects.get(slug="meeting-demo")
    phases = {phase_of(facts_of(reader), now=timezone.now()) for reader in study.readers.all()}
    assert phases == {"consensus"}
    coordinator = User.objects.get(username=people.COORDINATOR.username)
    visitor = visit(user=coordinator, public_id=study.room.public_id)
    assert len(state_for(visitor).pool) == 8
    assert not RenderJob.objects.exclude(video__study_videos__study__slug="live-demo").exists()
