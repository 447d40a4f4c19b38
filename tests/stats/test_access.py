"""Who may see results, by page, file and API: one table for all addresses."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from readers.models import Study
from tests.stats.conftest import person, score

PAGES = [
    "/studies/running/results/",
    "/studies/running/results/table2.csv",
    "/studies/running/results/table3.csv",
    "/studies/running/results/table3.html",
    "/studies/running/results/table2.md",
    "/studies/running/results/table3.docx",
    "/studies/running/results/table3s.xlsx",
    "/studies/running/results/table2.tex",
    "/studies/running/results/discordant.csv",
    "/studies/running/results/ratings.csv",
    "/studies/running/results/bundle.zip",
    "/studies/running/results/figures/",
    "/studies/running/results/figures/likert.svg",
]
API = [f"/api/v1/studies/running/tables/{number}/" for number in ("2", "3", "3s", "discordant")]
WHILE_READING = {
    "analyst": 200,
    "coordinator": 403,
    "monitor": 403,
    "reader-R1": 404,
    "stranger": 404,
}
AFTER_LOCK = WHILE_READING | {"coordinator": 200}


@pytest.fixture
def finished(running: Study) -> Study:
    for reader in ("R1", "R2"):
        for video in ("V01", "V02"):
            score(running, reader, video, 4)
    return running


@pytest.mark.parametrize("address", PAGES + API)
def test_while_reading(client: Client, running: Study, address: str) -> None:
    score(running, "R1", "V01", 4)
    statuses = {}
    for name in WHILE_READING:
        client.force_login(person(name))
        statuses[name] = client.get(address).status_code
    assert statuses == WHILE_READING


@pytest.mark.parametrize("address", PAGES + API)
def test_after_every_reader_has_finished(client: Client, finished: Study, address: str) -> None:
    statuses = {}
    for name in AFTER_LOCK:
        client.force_login(person(name))
        statuses[name] = client.get(address).status_code
    assert statuses == AFTER_LOCK


@pytest.mark.parametrize("address", PAGES)
def test_pages_send_whoever_is_not_signed_in_to_sign_in(client: Client, running: Study, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("address", API)
def test_the_api_refuses_whoever_is_not_signed_in(client: Client, running: Study, address: str) -> None:
    assert client.get(address).status_code == 403


def test_the_coordinator_is_told_why(client: Client, people: dict[str, User], running: Study) -> None:
    client.force_login(people["coordinator"])
    assert "once every reader has finished" in client.get(PAGES[0]).content.decode()
    assert "once every reader has finished" in client.get(API[0]).json()["detail"]


def test_a_superuser_without_a_role_sees_nothing(client: Client, running: Study) -> None:
    client.force_login(User.objects.create_superuser("root"))
    assert client.get(PAGES[0]).status_code == 404


@pytest.mark.parametrize("address", PAGES + API)
def test_results_are_read_only_and_never_cached(
    client: Client, people: dict[str, User], running: Study, address: str
) -> None:
    score(running, "R1", "V01", 4)
    client.force_login(people["analyst"])
    assert client.post(address).status_code in (403, 405)
    assert client.get(address).headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/studies/running/results/table4.csv", 404),
        ("/studies/running/results/table2.exe", 404),
        ("/studies/running/results/table1.docx", 404),
        ("/studies/running/results/figures/pie.svg", 404),
        ("/studies/running/results/figures/likert.svg", 404),
        ("/studies/running/results/figures/?direction=XY", 400),
        ("/studies/running/results/figures/likert.svg?criterion=weight", 400),
        ("/studies/running/results/?specialty=dentist", 400),
        ("/studies/running/results/?criterion=weight", 400),
        ("/studies/running/results/table3.tex?phase=washout", 400),
        ("/studies/running/results/table2.csv?direction=XY", 400),
        ("/studies/nowhere/results/", 404),
        ("/api/v1/studies/running/tables/4/", 404),
        ("/api/v1/studies/running/tables/1/", 404),
        ("/api/v1/studies/running/tables/2/?specialty=dentist", 400),
        ("/api/v1/studies/running/tables/2/?criterion=weight", 400),
        ("/api/v1/studies/nowhere/tables/2/", 404),
    ],
)
def test_addresses_that_name_nothing(
    client: Client, people: dict[str, User], running: Study, address: str, status: int
) -> None:
    client.force_login(people["analyst"])
    assert client.get(address).status_code == status
