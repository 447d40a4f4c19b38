"""Rendering by Celery with a real RabbitMQ: the same chunks, the same bytes, a worker killed in between."""

from __future__ import annotations

import hashlib
import subprocess
import sys

import pytest
from django.conf import settings as django_settings
from django.utils import timezone

from generation.counterfactual.rendering import Renderer
from generation.counterfactual.spec import VideoSpec
from generation.models import RenderChunk
from generation.services.jobs import pause_job, resume_job
from tests.generation.rendering.processes import (
    SLOW,
    attempts,
    kill,
    product_process,
    states,
    wait_for,
    written,
)
from tests.rabbitmq import free_port, rabbitmq_server
from tests.stored import frames_folder

CELERY = ("-m", "celery", "-A", "counterpart", "worker", "--queues", "gpu", "--concurrency", "1")


@pytest.fixture
def broker(tmp_path, settings):
    """A RabbitMQ that this process sends to."""
    port = free_port()
    with rabbitmq_server(tmp_path / "rabbitmq", port) as server:
        settings.CELERY_BROKER_URL = f"amqp://guest:guest@127.0.0.1:{port}//"
        from counterpart.celery import app

        app.conf.broker_url = settings.CELERY_BROKER_URL
        yield server
        app.pool.force_close_all()


def waiting_messages(app) -> int:
    with app.connection_for_read() as connection:
        return connection.default_channel.queue_declare("gpu", passive=True).message_count


@pytest.mark.timeout(300)  # a broker and two workers start on a busy machine
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_killed_celery_workers_chunk_is_rendered_by_the_next(
    broker, settings, request_tiny, tiny_model, tmp_path, caplog
):
    from counterpart.celery import app

    video = request_tiny(**SLOW)
    assert app.control.purge() == 2  # one message a chunk
    pause_job(job=video.render_job)
    resume_job(job=video.render_job)

    def celery_worker():
        return product_process(tmp_path, *CELERY, COUNTERPART_BROKER_URL=settings.CELERY_BROKER_URL)

    with celery_worker() as process:
        wait_for(lambda: states(video) == ["done", "leased"])
        kill(process)
    assert states(video) == ["done", "leased"]
    finished = written(frames_folder(video))
    assert len(finished) == 12
    RenderChunk.objects.filter(state="leased").update(lease_expires_at=timezone.now())  # as time would

    with celery_worker():
        wait_for(lambda: states(video) == ["done", "done"])
        wait_for(lambda: waiting_messages(app) == 0)
    assert finished.items() <= written(frames_folder(video)).items()
    assert attempts(video) == [1, 2]
    video.refresh_from_db()
    frames = Renderer(tiny_model).frames(VideoSpec.from_dict(video.spec), 0, 23)
    assert [entry["pixels_sha256"] for entry in video.manifest["frames"]] == [
        hashlib.sha256(frame.tobytes()).hexdigest() for frame in frames
    ]

    kill(broker)
    unheard = request_tiny(seed=2)
    assert states(unheard) == ["queued", "queued"]
    assert "Error calling" in caplog.text


def test_without_a_broker_celery_is_not_imported():
    code = (
        "import os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'counterpart.settings'\n"
        "import django; django.setup(); import counterpart.urls, generation.tasks.worker\n"
        "print('celery' in sys.modules, 'kombu' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=django_settings.BASE_DIR, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "False"]
