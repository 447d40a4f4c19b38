"""The figures page in a browser under the site's policy, and figures as files."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from readers.models import Assignment, Exposure, Study, Submission
from readers.services.studies import grant_role
from stats.selectors import case_times
from stats.services import load_reconstruction
from tests.stats.conftest import person, score

FIGURES = "/studies/running/results/figures/"


@pytest.fixture
def analyst(client: Client, people: dict[str, User], running: Study) -> Client:
    client.force_login(people["analyst"])
    return client


def test_without_ratings_it_says_so_and_loads_no_plotly(analyst: Client) -> None:
    page = analyst.get(FIGURES).content.decode()
    assert "There are no ratings yet" in page
    assert "plotly-cartesian" not in page


def test_only_the_figures_page_loads_plotly(analyst: Client, running: Study) -> None:
    score(running, "R1", "V01", 4)
    assert "plotly-cartesian" in analyst.get(FIGURES).content.decode()
    assert "plotly" not in analyst.get("/studies/running/results/").content.decode()


def test_a_figure_file_is_svg(analyst: Client, running: Study) -> None:
    score(running, "R1", "V01", 4)
    response = analyst.get(f"{FIGURES}likert.svg")
    assert response.headers["Content-Type"] == "image/svg+xml"
    assert response.headers["Content-Disposition"] == 'attachment; filename="running-likert.svg"'
    assert response.content.startswith(b"<svg ")


def test_reading_time_runs_from_the_last_opening_before_the_submission(running: Study) -> None:
    score(running, "R1", "V01", 4, submit=False)
    case = Assignment.objects.get(reader__code="R1", study_video__label="V01")
    for after in (10, 420, 530):
        Exposure.objects.create(assignment=case, opened_at=running.form_locked_at + timedelta(seconds=after))
    submitted = running.form_locked_at + timedelta(seconds=510)
    Submission.objects.create(assignment=case, submitted_at=submitted, form_sha256=running.form_sha256)
    times = case_times(running)
    assert times[["reader", "position", "seconds"]].to_numpy().tolist() == [["R1", case.position, 90.0]]


DRAWN = 'html[data-figures="drawn"]'


@pytest.fixture
def published(transactional_db: Any) -> User:
    """The analyst of the paper's study, where a live server can see them."""
    study = load_reconstruction(coordinator=person("coordinator"))
    grant_role(study=study, user=person("analyst"), role="analyst", by=person("coordinator"))
    return person("analyst")


@pytest.mark.browser
def test_every_figure_is_drawn_under_the_policy(published: User, signed_in_page: Any) -> None:
    """No console error (a policy violation is one), legend in place; a filter swaps the content."""
    page = signed_in_page(published)
    page.goto("/studies/paper-reconstruction/results/figures/")
    page.wait_for_selector(DRAWN, state="attached")
    assert page.locator(".figure .main-svg").count() >= 4
    likert = page.locator('.figure[data-figure="likert"]')
    assert "3: no change" in likert.inner_text()
    stacked = likert.locator(".main-svg").evaluate_all("all => all.map(e => e.getBoundingClientRect().top)")
    assert len(set(stacked)) == 1
    page.get_by_role("link", name="Pelvis ring").click()
    page.wait_for_selector(DRAWN, state="attached")
    assert page.url.endswith("?criterion=pelvis_ring")
    assert "Obturator" not in page.locator(".figure").first.inner_text()
    assert page.problems == []


@pytest.mark.browser
@pytest.mark.parametrize(("kind", "start"), [("svg", b"<svg"), ("png", b"\x89PNG\r\n\x1a\n")])
def test_a_figure_is_downloaded_as_drawn(
    published: User, signed_in_page: Any, kind: str, start: bytes
) -> None:
    page = signed_in_page(published)
    page.goto("/studies/paper-reconstruction/results/figures/?criterion=pelvis_ring")
    page.wait_for_selector(DRAWN, state="attached")
    with page.expect_download() as waiting:
        page.locator('.from-page[data-figure="forest"]').get_by_role("button", name=kind.upper()).click()
    assert waiting.value.suggested_filename == f"paper-reconstruction-forest.{kind}"
    content = Path(waiting.value.path()).read_bytes()
    assert content.startswith(start)
    assert page.problems == []
    if kind == "png":
        assert int.from_bytes(content[16:20]) == 3 * 820
