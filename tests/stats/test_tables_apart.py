"""Second readings and null videos on the analyst's page: in tables of their own, and in no other."""

from __future__ import annotations

import csv
import io

import pytest
from django.contrib.auth.models import User
from django.test import Client

from readers.models import Answer, Assignment, Criterion, Study, StudyVideo, Submission
from readers.services.form import lock_form
from readers.services.studies import create_study, enrol_reader, grant_role, set_criteria
from stats.selectors import study_ratings
from tests.stats.conftest import ANCHORS, person


@pytest.fixture
def read(people: dict[str, User]) -> Study:
    """Two readers score three videos, one twice, and a null video; each code is the position."""
    by = people["coordinator"]
    study = create_study(
        by=by,
        slug="twice",
        title="Twice",
        group_a="Young",
        group_b="Old",
        n_exploratory=0,
        n_blinded=3,
        n_null=1,
        n_repeats=1,
        repeat_distance=2,
        washout_anchor="last_exposure",
        sign_off_required=False,
        allocation_seed=1,
    )
    set_criteria(study=study, criteria=[{"key": "size", "name": "Size", "anchors": ANCHORS}], by=by)
    for label, kind in (("V01", "counterfactual"), ("V02", "counterfactual"), ("V03", "counterfactual")):
        StudyVideo.objects.create(study=study, label=label, phase="blinded", direction="AB", kind=kind)
    StudyVideo.objects.create(study=study, label="V04", phase="blinded", direction="BA", kind="null")
    for code in ("R1", "R2"):
        enrol_reader(study=study, user=person(f"reader-{code}"), code=code, specialty="surgeon", by=by)
    grant_role(study=study, user=people["analyst"], role="analyst", by=by)
    lock_form(study=study, by=by)
    study.refresh_from_db()
    criterion = Criterion.objects.get()
    for case in Assignment.objects.select_related("reader"):
        Answer.objects.create(
            assignment=case,
            criterion=criterion,
            version=1,
            score=case.position,
            answered_by=case.reader.user,
        )
        Submission.objects.create(assignment=case, form_sha256=study.form_sha256)
    return study


def cells(client: Client, study: Study, key: str) -> list[list[str]]:
    content = client.get(f"/studies/{study.slug}/results/{key}.csv").content.decode()
    return list(csv.reader(io.StringIO(content)))


def test_second_readings_and_null_videos_have_tables_of_their_own(
    client: Client, read: Study, people: dict[str, User]
) -> None:
    client.force_login(people["analyst"])
    page = client.get(f"/studies/{read.slug}/results/").content.decode()
    assert "Agreement of readers with themselves" in page
    assert "changes seen where there is none" in page
    assert cells(client, read, "repeats")[1][1:4] == ["Size", "2", "2"]
    nulls = Assignment.objects.filter(study_video__kind="null").values_list("position", flat=True)
    unchanged = sum(position == 3 for position in nulls)
    caught = cells(client, read, "catch")[1]
    assert caught[1:3] + caught[4:5] == ["Size", "2", f"{50 * unchanged}% ({unchanged})"]


def test_the_other_tables_hold_first_readings_of_counterfactual_videos_alone(
    client: Client, read: Study, people: dict[str, User]
) -> None:
    client.force_login(people["analyst"])
    assert len(study_ratings(read)) == 6
    assert set(study_ratings(read)["video"]) == {"V01", "V02", "V03"}
    total = [row for row in cells(client, read, "table2") if row and row[0] == "Size"]
    assert "6" in total[0]


def test_a_study_without_repeats_says_so(client: Client, running: Study, people: dict[str, User]) -> None:
    client.force_login(people["analyst"])
    for key in ("repeats", "catch"):
        assert client.get(f"/studies/{running.slug}/results/{key}.csv").status_code == 404
