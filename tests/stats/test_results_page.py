"""The page while a study is empty, in progress or looked at in part."""

from __future__ import annotations

import csv
import io

import pytest
from django.contrib.auth.models import User
from django.test import Client

from readers.models import Reader, Study
from readers.services.participation import withdraw_reader
from tests.stats.conftest import score


@pytest.fixture
def analyst(client: Client, people: dict[str, User], running: Study) -> Client:
    client.force_login(people["analyst"])
    return client


def page(client: Client, query: str = "") -> str:
    return client.get(f"/studies/running/results/{query}").content.decode()


def test_without_ratings_it_says_what_will_come_and_where_to_look(analyst: Client) -> None:
    text = page(analyst)
    assert "No ratings yet" in text
    assert "(0 of 4 cases are submitted)" in text
    assert 'href="/studies/running/"' in text
    assert "<table" not in text


def test_in_progress_the_numbers_are_called_interim(analyst: Client, running: Study) -> None:
    score(running, "R1", "V01", 4)
    text = page(analyst)
    assert "1 ratings" not in text
    assert "1 rating from 1 of 4 cases" in text
    assert "Interim" in text
    assert "not estimable" in text
    assert "Not estimable: only one reader rated." in text


def test_a_subgroup_without_ratings_offers_the_way_back(analyst: Client, running: Study) -> None:
    score(running, "R1", "V01", 4)
    text = page(analyst, "?specialty=radiologist")
    assert "There are no ratings of this subgroup (radiologists only)." in text
    assert 'href="?"' in text


def test_directions_can_be_looked_at_apart(analyst: Client, running: Study) -> None:
    score(running, "R1", "V01", 4)
    score(running, "R1", "V02", 4)
    both, shown_ba = page(analyst), page(analyst, "?direction=BA")
    assert "Ratings of videos shown Old → Young (1 of 2) are turned" in both
    assert ">3 (1)</button>" in both
    assert ">2 (0)</button>" in shown_ba


def test_no_cell_of_a_csv_file_can_run_as_a_formula(analyst: Client, running: Study) -> None:
    """The criterion of this study is called "=Size"."""
    score(running, "R1", "V01", 4)
    score(running, "R2", "V01", 5)
    for name in ("table2.csv", "table3.csv", "ratings.csv"):
        content = analyst.get(f"/studies/running/results/{name}").content.decode()
        cells = [cell for row in csv.reader(io.StringIO(content)) for cell in row]
        assert "'=Size" in cells, name
        assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))], name


def test_what_people_typed_is_shown_as_text(analyst: Client, running: Study) -> None:
    Study.objects.filter(pk=running.pk).update(notice="<script>alert(1)</script>")
    score(running, "R1", "V01", 4)
    for address in ("", "table2.html", "table3.html", "table2.md"):
        text = analyst.get(f"/studies/running/results/{address}").content.decode()
        assert "<script>" not in text, address


def test_nothing_on_the_page_needs_an_inline_style_or_script(analyst: Client, running: Study) -> None:
    score(running, "R1", "V01", 4)
    text = page(analyst)
    assert " style=" not in text
    assert "<style" not in text
    assert "<script" not in text


def test_withdrawn_readers_are_named_and_their_ratings_come_on_demand(
    client: Client, people: dict[str, User], running: Study
) -> None:
    for reader, value in (("R1", 4), ("R2", 5)):
        score(running, reader, "V01", value)
    client.force_login(people["analyst"])
    assert "Withdrawn" not in client.get("/studies/running/results/").content.decode()
    withdraw_reader(
        reader=Reader.objects.get(study=running, code="R2"), reason="moved", by=people["coordinator"]
    )
    assert "Withdrawn, and in no number here: R2." in client.get("/studies/running/results/").content.decode()

    def readers(query: str) -> list[tuple[str, str]]:
        content = client.get(f"/studies/running/results/ratings.csv{query}").content.decode()
        return [(row["reader"], row["withdrawn"]) for row in csv.DictReader(io.StringIO(content))]

    assert readers("") == [("R1", "False")]
    assert readers("?withdrawn=include") == [("R1", "False"), ("R2", "True")]
