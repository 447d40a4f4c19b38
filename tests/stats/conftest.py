from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from readers.models import Answer, Assignment, Criterion, Study, StudyVideo, Submission
from readers.services.form import lock_form
from readers.services.studies import create_study, enrol_reader, grant_role, set_criteria
from stats.services import load_reconstruction

ANCHORS = ["much less", "less", "the same", "more", "much more"]


def person(name: str) -> User:
    return User.objects.get_or_create(username=name)[0]


@pytest.fixture
def people(db: Any) -> dict[str, User]:
    return {name: person(name) for name in ("coordinator", "analyst", "monitor", "stranger")}


@pytest.fixture(scope="module")
def loaded_once(django_db_setup: None, django_db_blocker: Any) -> Iterator[Study]:
    """The paper's study with an analyst, in a transaction around all tests of a module."""
    with django_db_blocker.unblock(), transaction.atomic():
        coordinator = person("coordinator")
        study = load_reconstruction(coordinator=coordinator)
        grant_role(study=study, user=person("analyst"), role="analyst", by=coordinator)
        yield study
        transaction.set_rollback(True)


@pytest.fixture
def reconstruction(loaded_once: Study, db: Any) -> Study:
    """The paper's study; what a test changes is gone after it."""
    return loaded_once


@pytest.fixture
def running(people: dict[str, User]) -> Study:
    """A study of one criterion, two videos (one shown each way) and two readers, of whom nobody has begun."""
    by = people["coordinator"]
    study = create_study(
        by=by,
        slug="running",
        title="Running",
        group_a="Young",
        group_b="Old",
        n_exploratory=0,
        n_blinded=2,
        washout_anchor="last_exposure",
        sign_off_required=False,
        allocation_seed=1,
    )
    set_criteria(study=study, criteria=[{"key": "size", "name": "=Size", "anchors": ANCHORS}], by=by)
    for label, direction in (("V01", "AB"), ("V02", "BA")):
        StudyVideo.objects.create(study=study, label=label, phase="blinded", direction=direction)
    for code, specialty in (("R1", "surgeon"), ("R2", "radiologist")):
        enrol_reader(study=study, user=person(f"reader-{code}"), code=code, specialty=specialty, by=by)
    grant_role(study=study, user=people["analyst"], role="analyst", by=by)
    grant_role(study=study, user=people["monitor"], role="monitor", by=by)
    return lock_form(study=study, by=by)


def score(study: Study, reader: str, video: str, *scores: int, submit: bool = True) -> None:
    """Answer every criterion of a case, once for each score given, and submit it."""
    case = Assignment.objects.get(reader__study=study, reader__code=reader, study_video__label=video)
    for criterion in Criterion.objects.filter(study=study):
        for version, value in enumerate(scores, start=1):
            Answer.objects.create(
                assignment=case,
                criterion=criterion,
                version=version,
                score=value,
                answered_by=case.reader.user,
            )
    if submit:
        Submission.objects.create(assignment=case, submitted_at=timezone.now(), form_sha256=study.form_sha256)
