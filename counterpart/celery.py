"""Celery's application, for those who render on several machines; without a broker it is not imported.

`celery -A counterpart worker --queues gpu --concurrency 1` on each of them, with the same settings as the web
server. What is to be rendered stands in the database; a message only says that something waits, so that a
message that comes twice, late or not at all changes no frame.
"""

from __future__ import annotations

import os
from typing import Any

from celery import Celery
from celery.signals import worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "counterpart.settings")

from django.conf import settings

app = Celery("counterpart")
app.conf.update(
    broker_url=settings.CELERY_BROKER_URL,
    # A message counts as done only when its chunk is; that of a killed worker goes to another one.
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    # Nobody holds messages back while others idle: a chunk takes minutes.
    worker_prefetch_multiplier=1,
    # The lease guards the chunk of a worker that lost its broker: it may finish what it renders.
    worker_cancel_long_running_tasks_on_connection_loss=False,
    task_default_queue="gpu",
    task_ignore_result=True,
    broker_transport_options={"confirm_publish": True},
    broker_connection_retry_on_startup=True,
    worker_hijack_root_logger=False,
)
app.autodiscover_tasks(["generation.tasks"], related_name="celery_task")


@worker_ready.connect
def _announce_what_waits(**signal: Any) -> None:
    """Messages that never came, or that a broker lost, are sent anew; too many do no harm."""
    from generation.services.announce import announce_all

    announce_all()
