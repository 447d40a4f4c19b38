"""From a queued video to Table 2: a reader scores a case by keyboard, the analyst counts the answers."""

from __future__ import annotations

import csv
from collections.abc import Callable
from io import BytesIO, StringIO
from typing import Any

import numpy as np
import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from PIL import Image

from counterpart.demo import live_study, people
from generation.models import Video
from readers.models import Answer, Assignment, Exposure, Study, Submission
from tests.readers.conftest import frames_at
from tests.stored import frames_folder

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TYPED = [5, 4, 3, 2, 1, 5]
SMALL = live_study.Rendering(n_frames=6, steps=2)


@pytest.fixture
def live() -> Study:
    """The demonstration's live study with its first video rendered, as a person meets it after a minute."""
    study = live_study.load(sign_ins=people.sign_in_accounts(), rendering=SMALL)
    assert study is not None
    call_command("render_worker", once=True)
    assert Video.objects.exclude(completed_at=None).count() == 1
    return study


def test_a_reader_scores_a_video_by_keyboard_and_the_analyst_counts_it(
    live: Study, signed_in_page: Callable[..., Any]
) -> None:
    reader = User.objects.get(username=people.READER.username)
    first = Assignment.objects.get(reader__user=reader, phase="blinded", position=1)

    page = signed_in_page(reader)
    page.goto("/")
    page.get_by_role("link", name="Begin").click()
    page.wait_for_url(f"**/read/{first.public_id}/")
    page.locator("#verified").get_by_text("exact").wait_for()

    frame = page.locator("#frame")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    assert frame.inner_text().startswith("frame 2 / 6")
    page.keyboard.press("End")
    assert frame.inner_text().startswith("frame 6 / 6")
    for digit in TYPED:
        page.keyboard.press(str(digit))
    page.get_by_text("saved").first.wait_for()
    page.keyboard.press("Enter")
    page.get_by_text("Video 2 of 6").wait_for()
    assert page.problems == []

    assert Submission.objects.filter(assignment=first).count() == 1
    assert Exposure.objects.filter(assignment=first).count() == 1
    stored = (
        Answer.objects.filter(assignment=first)
        .order_by("criterion__position")
        .values_list("score", flat=True)
    )
    assert list(stored) == TYPED

    as_a_to_b = [score if first.direction == "AB" else 6 - score for score in TYPED]
    analyst = signed_in_page(User.objects.get(username=people.ANALYST.username))
    analyst.goto(f"/studies/{live.slug}/results/")
    assert "7 of 24 cases" in analyst.locator("main").inner_text()
    table = analyst.request.get(f"/studies/{live.slug}/results/table2.csv").text()
    before = scores_of_the_finished_reader(live)
    for position, criterion in enumerate(live.criteria.order_by("position")):
        expected = [before[criterion.key].count(code) for code in range(1, 6)]
        expected[as_a_to_b[position] - 1] += 1
        assert counts_of(table, criterion.name, criterion.anchors) == expected


def test_the_frames_on_the_wire_are_the_frames_that_were_rendered(
    live: Study, signed_in_page: Callable[..., Any]
) -> None:
    reader = User.objects.get(username=people.READER.username)
    first = Assignment.objects.select_related("study_video__video").get(
        reader__user=reader, phase="blinded", position=1
    )
    video = first.study_video.video
    rendered = [
        np.asarray(Image.open(frames_folder(video) / f"{index:04d}.png")) for index in range(video.n_frames)
    ]
    page = signed_in_page(reader)
    page.goto(f"/read/{first.public_id}/")
    page.locator("#verified").get_by_text("exact").wait_for()
    shown = [
        np.asarray(Image.open(BytesIO(page.request.get(f"{frames_at(first)}/{position}.png").body())))
        for position in range(video.n_frames)
    ]
    expected = rendered if first.direction == "AB" else rendered[::-1]
    assert all(np.array_equal(a, b) for a, b in zip(shown, expected, strict=True))


def scores_of_the_finished_reader(study: Study) -> dict[str, list[int]]:
    """The demonstration's made-up answers, as A→B codes, by criterion."""
    scores: dict[str, list[int]] = {criterion.key: [] for criterion in study.criteria.all()}
    for answer in Answer.objects.filter(assignment__reader__code="R4").select_related(
        "assignment", "criterion"
    ):
        scores[answer.criterion.key].append(
            answer.score if answer.assignment.direction == "AB" else 6 - answer.score
        )
    return scores


def counts_of(table: str, criterion: str, anchors: list[str]) -> list[int]:
    """The counts of codes 1 to 5 of one criterion in a downloaded Table 2."""
    rows = [row for row in csv.DictReader(StringIO(table)) if row["group"] == criterion]
    by_category = {row["Criterion / category"]: int(row["Ratings (full precision)"]) for row in rows}
    return [by_category[f"{code}. {anchor}"] for code, anchor in enumerate(anchors, start=1)]
