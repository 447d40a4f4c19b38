"""The numbers for Prometheus: for the holder of the token alone, in a form that its own parser takes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from readers.models import Action
from readers.services.audit import record

pytestmark = pytest.mark.django_db

TOKEN = "t" * 60


@pytest.fixture
def token(settings: Any) -> dict[str, str]:
    settings.METRICS_TOKEN = TOKEN
    return {"Authorization": f"Bearer {TOKEN}"}


def numbers(text: str) -> dict[tuple[str, ...], float]:
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_requests_are_counted_by_route_and_the_work_is_told(client: Client, token: dict[str, str]) -> None:
    record(action=Action.EXPORT, actor=None)
    before = numbers(client.get("/metrics", headers=token).text)
    client.get("/livez")
    after = numbers(client.get("/metrics", headers=token).text)
    counted = ("counterpart_requests_total", "200", "GET", "livez")
    assert after[counted] == before.get(counted, 0) + 1
    assert after["counterpart_audit_events",] == 1
    assert after["counterpart_free_bytes",] > 0


@pytest.mark.parametrize("given", [{}, {"Authorization": "Bearer "}, {"Authorization": f"Bearer {TOKEN}x"}])
def test_without_the_token_there_is_no_such_page(
    client: Client, token: dict[str, str], given: dict[str, str]
) -> None:
    assert client.get("/metrics", headers=given).status_code == 404


def test_without_a_token_set_there_is_no_such_page(client: Client) -> None:
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_several_processes_are_added_up(tmp_path: Path) -> None:
    count = "from counterpart.metrics import REQUESTS; REQUESTS.labels('GET', 'r', '200').inc()"
    add_up = (
        "from prometheus_client import CollectorRegistry, generate_latest; "
        "from prometheus_client.multiprocess import MultiProcessCollector; "
        "registry = CollectorRegistry(); MultiProcessCollector(registry); "
        "print(generate_latest(registry).decode())"
    )
    start = "import django; django.setup(); "
    environment = os.environ | {
        "PROMETHEUS_MULTIPROC_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "counterpart.settings",
    }
    said = ""
    for program in (count, count, add_up):
        said = subprocess.run(
            [sys.executable, "-c", start + program],
            cwd=configured.BASE_DIR,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    assert numbers(said)["counterpart_requests_total", "200", "GET", "r"] == 2
