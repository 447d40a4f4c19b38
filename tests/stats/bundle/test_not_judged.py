"""A criterion that could not be judged is a missing rating: no table counts it, and the bundle says so."""

from __future__ import annotations

import json

import pytest

from readers.models import Answer, Study, Submission, Unlock
from tests.stats.bundle.conftest import bundle_of, rows_of


@pytest.fixture
def with_one_missing(read_here: Study) -> Study:
    """R2 was unlocked on V01 and could then not judge its size."""
    case = read_here.readers.get(code="R2").assignments.get(study_video__label="V01")
    answer = Answer.objects.filter(assignment=case).order_by("version").last()
    by = read_here.memberships.get(role="coordinator").user
    submission = Submission.objects.get(assignment=case)
    Unlock.objects.create(submission=submission, by=by, reason="A slip.", at=submission.submitted_at)
    Answer.objects.create(
        assignment=case,
        criterion=answer.criterion,
        version=answer.version + 1,
        kind="cannot_judge",
        reason="Old-people are blurred",
        answered_at=submission.submitted_at,
        answered_by=answer.answered_by,
    )
    Submission.objects.create(
        assignment=case,
        version=2,
        submitted_at=submission.submitted_at,
        form_sha256=submission.form_sha256,
    )
    return read_here


def test_a_missing_rating_is_in_no_table_and_in_the_list_of_its_own(with_one_missing: Study) -> None:
    files = bundle_of(with_one_missing)
    assert len(rows_of(files["ratings.csv"])) == 3
    assert rows_of(files["not_judged.csv"]) == [
        {"criterion": "size", "video": "V01", "reader": "R2", "reason": "Old-people are blurred"}
    ]
    assert {row["video"]: row["R2"] for row in rows_of(files["wide/size.csv"])}["V01"] == ""
    assert '1 answer was "cannot judge"' in files["README.md"].decode()
    assert "results/results.json" in files
    json.loads(files["results/results.json"])


def test_the_blinded_bundle_keeps_the_readers_words_back(with_one_missing: Study) -> None:
    files = bundle_of(with_one_missing, without_groups=True)
    assert [row["reason"] for row in rows_of(files["not_judged.csv"])] == [""]
    assert all(b"Old-people" not in content for content in files.values())


def test_cases_without_a_log_have_no_active_time(read_here: Study) -> None:
    rows = rows_of(bundle_of(read_here)["reading_times.csv"])
    assert len(rows) == 4
    assert {row["active_s"] for row in rows} == {""}
