"""Bundles of the paper's study, and of a small study that was read here, both ways, after a washout."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User

from readers.models import Answer, Assignment, Criterion, Exposure, Reader, Study, StudyVideo, Submission
from readers.services.form import lock_form
from readers.services.studies import create_study, enrol_reader, grant_role, set_criteria
from stats.bundle.exports import export_bundle
from tests.stats.conftest import ANCHORS, person, score

START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
# Days after START at which each reader opens the first blinded video: R1 after 30 days, R2 after 41.25.
BLINDED_FROM = {"R1": 30.0, "R2": 41.25}
READING_S = 120
SCORES = {("R1", "V01"): (4, 5), ("R1", "V02"): (1,), ("R2", "V01"): (5,), ("R2", "V02"): (2,)}


def unpacked(content: bytes) -> dict[str, bytes]:
    """Files of a bundle by their name within its one folder."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert len({name.split("/")[0] for name in packed.namelist()}) == 1
        return {name.split("/", 1)[1]: packed.read(name) for name in packed.namelist()}


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def bundle_of(study: Study, *, without_groups: bool = False) -> dict[str, bytes]:
    return unpacked(export_bundle(study=study, without_groups=without_groups, by=None).content)


@pytest.fixture(scope="module")
def made_once(loaded_once: Study, django_db_blocker: Any) -> dict[str, bytes]:
    with django_db_blocker.unblock():
        return bundle_of(loaded_once)


@pytest.fixture
def paper_bundle(made_once: dict[str, bytes]) -> dict[str, bytes]:
    """Files of the paper's unblinded bundle."""
    return dict(made_once)


@pytest.fixture
def read_here(db: Any) -> Study:
    """Two readers, an exploratory video, a washout, and two blinded videos: V01 shown A→B, V02 B→A."""
    with time_machine.travel(START, tick=False):
        by: User = person("coordinator")
        study = create_study(
            by=by,
            slug="young-and-old",
            title="How hips of the young and the old differ",
            group_a="Young-people",
            group_b="Old-people",
            n_exploratory=1,
            n_blinded=2,
            sign_off_required=False,
            allocation_seed=987_654_321,
        )
        criterion = {
            "key": "size",
            "name": "=Size",
            "anchors": ANCHORS,
            "finding_low": "Finer-in-B",
            "finding_high": "Coarser-in-B",
        }
        set_criteria(study=study, criteria=[criterion], by=by)
        for label, phase, direction in (
            ("E01", "exploratory", "AB"),
            ("V01", "blinded", "AB"),
            ("V02", "blinded", "BA"),
        ):
            StudyVideo.objects.create(study=study, label=label, phase=phase, direction=direction)
        for code, specialty in (("R1", "surgeon"), ("R2", "radiologist")):
            enrol_reader(study=study, user=person(f"reader-{code}"), code=code, specialty=specialty, by=by)
        grant_role(study=study, user=person("analyst"), role="analyst", by=by)
        for case in Assignment.objects.filter(reader__study=study, phase="exploratory"):
            Exposure.objects.create(assignment=case)
            Submission.objects.create(assignment=case)
        lock_form(study=study, by=by)
    for reader in Reader.objects.filter(study=study):
        _read(reader, START + timedelta(days=BLINDED_FROM[reader.code]))
    return study


def _read(reader: Reader, first: datetime) -> None:
    """Score the blinded cases in order, each opened twice, two minutes from the first opening to the end."""
    criterion = Criterion.objects.get(study=reader.study)
    cases = reader.assignments.filter(phase="blinded").order_by("position")
    for number, case in enumerate(cases.select_related("study_video")):
        opened_at = first + number * timedelta(hours=1)
        for seconds in (0, 30):
            with time_machine.travel(opened_at + timedelta(seconds=seconds), tick=False):
                Exposure.objects.create(assignment=case)
        with time_machine.travel(opened_at + timedelta(seconds=READING_S), tick=False):
            for version, score in enumerate(SCORES[reader.code, case.study_video.label], start=1):
                Answer.objects.create(
                    assignment=case,
                    criterion=criterion,
                    version=version,
                    score=score,
                    answered_by=reader.user,
                )
            Submission.objects.create(assignment=case, form_sha256=reader.study.form_sha256)


@pytest.fixture
def running_half(running: Study) -> Study:
    """The running study with one submitted case."""
    score(running, "R1", "V01", 4)
    return running
