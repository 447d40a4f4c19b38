"""Numbers for Prometheus: requests by route, and the state of the work at the moment of asking.

With several web processes, each keeps its counts in a file of `PROMETHEUS_MULTIPROC_DIR` (see
`gunicorn.conf.py`), and whichever is asked adds them up.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator

from django.conf import settings
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import REGISTRY, Collector
from prometheus_client.values import ValueClass

from generation.models import RenderChunk
from readers.models import AuditEvent

REQUESTS = Counter("counterpart_requests", "Requests answered", ["method", "route", "status"])
SECONDS = Histogram(
    "counterpart_request_seconds",
    "Time to answer, without what is streamed",
    ["route"],
    buckets=(0.01, 0.03, 0.1, 0.3, 1, 3, 10),
)
SEVERAL_PROCESSES: bool = ValueClass._multiprocess


class Work(Collector):
    """What waits, what is on record, and how much room is left."""

    def collect(self) -> Iterator[Metric]:
        chunks = GaugeMetricFamily("counterpart_render_chunks", "Chunks of renders", labels=["state"])
        states = RenderChunk.objects.order_by().values_list("state").annotate(Count("pk"))
        for state, n in states:
            chunks.add_metric([state], n)
        yield chunks
        last = AuditEvent.objects.values_list("number", flat=True).last()
        yield GaugeMetricFamily("counterpart_audit_events", "Events of the audit trail", value=last or 0)
        free = shutil.disk_usage(settings.DATA_ROOT).free
        yield GaugeMetricFamily("counterpart_free_bytes", "Room left in COUNTERPART_DATA", value=free)


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """All numbers, for whoever holds COUNTERPART_METRICS_TOKEN; to anyone else there is no such page."""
    token, given = settings.METRICS_TOKEN, request.headers.get("Authorization", "")
    if not token or not constant_time_compare(given, f"Bearer {token}"):
        raise Http404
    work = CollectorRegistry()
    work.register(Work())
    counted: CollectorRegistry = REGISTRY
    if SEVERAL_PROCESSES:
        counted = CollectorRegistry()
        MultiProcessCollector(counted)
    return HttpResponse(generate_latest(counted) + generate_latest(work), content_type=CONTENT_TYPE_LATEST)
