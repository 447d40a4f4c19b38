"""Every file of results that leaves is an audit event; a page that shows them is none."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db.models import QuerySet
from django.test import Client

from readers.models import Action, AuditEvent, Study
from tests.stats.conftest import person, score

RESULTS = "/studies/running/results/"


@pytest.fixture
def analyst(client: Client, running: Study) -> Client:
    for reader in ("R1", "R2"):
        for video, value in (("V01", 4), ("V02", 1)):
            score(running, reader, video, value)
    client.force_login(person("analyst"))
    return client


def exports() -> QuerySet[AuditEvent]:
    return AuditEvent.objects.filter(action=Action.EXPORT).order_by("number")


@pytest.mark.parametrize("name", ["table2.csv", "table3.xlsx", "ratings.csv", "figures/likert.svg"])
def test_each_download_is_on_record_with_its_sha256(analyst: Client, name: str) -> None:
    response = analyst.get(f"{RESULTS}{name}")
    (event,) = exports()
    file = f"running-{Path(name).name}"
    assert f'filename="{file}"' in response["Content-Disposition"]
    assert (event.actor_name, event.study.slug) == ("analyst", "running")
    assert event.details == {"files": {file: hashlib.sha256(response.content).hexdigest()}}


@pytest.mark.parametrize("address", ["", "?columns=more", "figures/"])
def test_a_page_is_no_export(analyst: Client, address: str) -> None:
    assert analyst.get(f"{RESULTS}{address}").status_code == 200
    assert not exports().exists()


def test_what_was_refused_or_is_not_there_did_not_leave(analyst: Client) -> None:
    assert analyst.get(f"{RESULTS}table9.csv").status_code == 404
    assert analyst.get(f"{RESULTS}table2.csv?specialty=dentist").status_code == 400
    analyst.force_login(person("reader-R1"))
    assert analyst.get(f"{RESULTS}ratings.csv").status_code == 404
    assert not exports().exists()


def test_the_command_puts_every_file_on_one_record(analyst: Client, tmp_path: Path) -> None:
    call_command("export_tables", "running", "--out", str(tmp_path))
    (event,) = exports()
    assert event.actor is None
    assert event.details["files"] == {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in tmp_path.iterdir()
    }
