"""The live study: its videos are rendered on this machine; its readers stand in four different phases.

The past that those phases need (viewings, submissions, the finished reader's answers) is made up, and the
study's notice says so. It is written with explicit times because the services, rightly, know no clock but the
server's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from counterpart.demo import people
from counterpart.demo.criteria import CRITERIA
from generation.models import RenderJob, Video
from generation.services.jobs import set_priority
from generation.services.rendering import request_video
from generation.services.training import register_model
from generation.tasks.cpu import has_bfloat16
from readers.models import Answer, Assignment, Exposure, Membership, Reader, Study, Submission
from readers.protocol.forms import form_sha256
from readers.services.allocation import allocate_videos
from readers.services.imported import record_imported_answers
from readers.services.studies import create_study, enrol_reader, grant_role, set_criteria

SLUG = "live-demo"
N_EXPLORATORY = N_BLINDED = 6
FIRST_SEED = 20_241
SEEDS = range(FIRST_SEED, FIRST_SEED + N_EXPLORATORY + N_BLINDED)
TIME_PER_VIDEO = timedelta(minutes=2)
NOTICE = (
    "Demonstration. The videos are rendered on this machine by a small model of a simulated registry, whose "
    "groups A and B are made up; so is what happened before today, including the finished reader's answers."
)


@dataclass(frozen=True)
class Past:
    """How far a reader of the demonstration is said to have come, in days before now."""

    person: people.Person
    code: str
    specialty: str
    explored: int | None = None
    scored: int | None = None


@dataclass(frozen=True)
class Rendering:
    """How the live study's videos are rendered."""

    n_frames: int = 60
    steps: int = 16
    guidance: float = 1.0  # at which the model changes as much as is true (docs/reference/quality.md)


AS_SHOWN = Rendering()
FORM_LOCKED_DAYS_AGO = 33
PASTS = (
    Past(people.READER, "R1", "surgeon", explored=35),
    Past(people.EXPLORER, "R2", "radiologist"),
    Past(people.WAITER, "R3", "surgeon", explored=9),
    Past(people.FINISHER, "R4", "radiologist", explored=40, scored=5),
)


def load(*, sign_ins: dict[people.Person, User], rendering: Rendering = AS_SHOWN) -> Study | None:
    """Create the live study and queue its videos; None when it is there already."""
    if Study.objects.filter(slug=SLUG).exists():
        return None
    with transaction.atomic():
        study = _create(sign_ins)
        videos = _request_videos(rendering)
        coordinator = sign_ins[people.COORDINATOR]
        allocate_videos(study=study, videos=videos, by=coordinator)
        _lock_form_in_the_past(study)
        for past in PASTS:
            _write_past(study.readers.get(code=past.code), past)
        record_imported_answers(study=study, by=coordinator)
        _render_what_is_read_first(study)
    return study


def _create(sign_ins: dict[people.Person, User]) -> Study:
    coordinator = sign_ins[people.COORDINATOR]
    study = create_study(
        by=coordinator,
        slug=SLUG,
        title="Simulated pelvis radiographs (live demonstration)",
        group_a="A",
        group_b="B",
        n_exploratory=N_EXPLORATORY,
        n_blinded=N_BLINDED,
        sign_off_required=False,
        allocation_seed=FIRST_SEED,
        notice=NOTICE,
    )
    set_criteria(study=study, criteria=CRITERIA, by=coordinator)
    grant_role(study=study, user=sign_ins[people.ANALYST], role=Membership.Role.ANALYST, by=coordinator)
    for past in PASTS:
        enrol_reader(
            study=study, user=sign_ins[past.person], code=past.code, specialty=past.specialty, by=coordinator
        )
    return study


def _request_videos(rendering: Rendering) -> list[Video]:
    model = register_model(name="demo", folder=settings.BASE_DIR / "generation" / "demo_model")
    return [
        request_video(
            trained_model=model,
            seed=seed,
            conditions={
                "sex": "M" if number % 2 else "F",
                "age": 45 + 3 * number,
                "bmi": 22 + number,
                "implant": "no",
            },
            group_from="A",
            group_to="B",
            n_frames=rendering.n_frames,
            steps=rendering.steps,
            guidance=rendering.guidance,
            precision="bfloat16" if has_bfloat16() else "float32",
        )
        for number, seed in enumerate(SEEDS)
    ]


def _lock_form_in_the_past(study: Study) -> None:
    study.form_sha256 = form_sha256(study.question_template, [item.item for item in study.criteria.all()])
    study.form_locked_at = timezone.now() - timedelta(days=FORM_LOCKED_DAYS_AGO)
    study.full_clean()
    study.save()


def _write_past(reader: Reader, past: Past) -> None:
    now = timezone.now()
    assignments = reader.assignments.select_related("reader__study")
    if past.explored is not None:
        record_viewings(assignments.filter(phase="exploratory"), start=now - timedelta(days=past.explored))
    if past.scored is not None:
        record_viewings(
            assignments.filter(phase="blinded"), start=now - timedelta(days=past.scored), answers=True
        )


def record_viewings(assignments: Iterable[Assignment], *, start: datetime, answers: bool = False) -> None:
    """Write openings and submissions, one after the other from `start`, with made-up answers if wanted."""
    rng = np.random.default_rng(FIRST_SEED)
    for number, assignment in enumerate(assignments):
        study = assignment.reader.study
        opened_at = start + number * TIME_PER_VIDEO
        Exposure.objects.create(assignment=assignment, opened_at=opened_at)
        if answers:
            for criterion in study.criteria.all():
                Answer.objects.create(
                    assignment=assignment,
                    criterion=criterion,
                    version=1,
                    score=int(rng.integers(1, 6)),
                    answered_at=opened_at + TIME_PER_VIDEO / 2,
                    answered_by=assignment.reader.user,
                )
        Submission.objects.create(
            assignment=assignment,
            submitted_at=opened_at + TIME_PER_VIDEO,
            form_sha256=study.form_sha256 if answers else "",
        )


def _render_what_is_read_first(study: Study) -> None:
    """Queue videos in the order in which the two readers who can read today will want them."""
    assignments = Assignment.objects.filter(reader__study=study)
    wanted = assignments.filter(reader__code="R1", phase="blinded") | assignments.filter(
        reader__code="R2", phase="exploratory"
    )
    for priority, assignment in enumerate(wanted.order_by("position", "reader__code"), start=1):
        set_priority(job=RenderJob.objects.get(video=assignment.study_video.video), priority=priority)
