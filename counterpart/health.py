"""Two addresses for whoever watches the server: is it alive, and can it do its work."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from generation.frames import store
from generation.models import RenderChunk
from readers.models import AuditEvent

FREE_BYTES = 1_000_000_000  # a 180-frame video of 1024² is about 70 MB
LEFT_BEHIND = timedelta(minutes=10)
CLOCKS_APART = timedelta(seconds=5)


@require_safe
@never_cache
def alive(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers."""
    return HttpResponse("alive\n", content_type="text/plain")


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """200 when every part works, else 503; the body names the parts, each with "ok" or why not."""
    found = {name: _said(check) for name, check in CHECKS.items()}
    return JsonResponse(found, status=200 if set(found.values()) == {"ok"} else 503)


def _said(check: Callable[[], str]) -> str:
    try:
        return check() or "ok"
    except Exception as error:  # whatever is broken must not break the report of it
        return f"failed ({type(error).__name__})"


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return ""


def _storage() -> str:
    name = f".ready-{uuid.uuid4().hex}"
    trace = Path(settings.DATA_ROOT) / name
    trace.write_bytes(b"ready")
    trace.unlink()
    store().save(name, ContentFile(b"ready"))
    store().delete(name)
    return ""


def _disk() -> str:
    free = shutil.disk_usage(settings.DATA_ROOT).free
    return "" if free >= FREE_BYTES else "less than 1 GB is free"


def _clock() -> str:
    last = AuditEvent.objects.order_by("-number").values_list("at", flat=True).first()
    if last is not None and last > timezone.now():
        return "the clock is behind the last act on record: no washout ends early, but set it right"
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            apart = abs(cursor.fetchone()[0] - timezone.now())
        if apart > CLOCKS_APART:
            return "this machine's clock and the database's differ by more than 5 s: set both by NTP"
    return ""


def _queue() -> str:
    if settings.CELERY_BROKER_URL:
        from kombu.connection import Connection

        with Connection(settings.CELERY_BROKER_URL, connect_timeout=3) as broker:
            broker.connect()
    stale = RenderChunk.objects.filter(
        state="leased", lease_expires_at__lt=timezone.now() - LEFT_BEHIND
    ).exists()
    return (
        "a render was left behind and no worker took it up: start `manage.py render_worker`" if stale else ""
    )


CHECKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "storage": _storage,
    "disk": _disk,
    "clock": _clock,
    "queue": _queue,
}
