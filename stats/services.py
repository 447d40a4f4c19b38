"""Writes of the statistics room: only the reconstruction of the paper, which it brings along."""

from __future__ import annotations

import csv
from dataclasses import asdict

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from readers.models import Answer, Assignment, Criterion, Reader, Study, StudyVideo, Submission
from readers.services.form import lock_form
from readers.services.imported import record_imported_answers
from readers.services.studies import create_study, enrol_reader, set_criteria
from stats import reconstruction


def load_reconstruction(*, coordinator: User) -> Study:
    """Load the paper's reconstructed ratings as a finished study; gives back the one there is, if any.

    The study has no exploratory phase and no videos, for only ratings were reconstructed. Every time on
    record is the time of loading; no viewing is recorded, because nobody saw anything.
    """
    existing = Study.objects.filter(slug=reconstruction.SLUG).first()
    if existing is not None:
        return existing
    with reconstruction.RATINGS.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    videos = sorted({row["video"] for row in rows})
    with transaction.atomic():
        study = create_study(
            by=coordinator,
            slug=reconstruction.SLUG,
            title=reconstruction.TITLE,
            group_a=reconstruction.GROUP_A,
            group_b=reconstruction.GROUP_B,
            n_exploratory=0,
            n_blinded=len(videos),
            washout_anchor="last_exposure",
            sign_off_required=False,
            conceal_direction=False,
            allocation_seed=2024,
            notice=reconstruction.NOTICE,
        )
        criteria = [{**asdict(c), "anchors": list(c.anchors)} for c in reconstruction.CRITERIA]
        set_criteria(study=study, criteria=criteria, by=coordinator)
        for label in videos:
            study_video = StudyVideo(study=study, label=label, phase="blinded", direction="AB")
            study_video.full_clean()
            study_video.save()
        for code, specialty in sorted({(row["reader"], row["role"]) for row in rows}):
            user = nobody(f"reconstruction-{code.lower()}")
            enrol_reader(study=study, user=user, code=code, specialty=specialty, by=coordinator)
        lock_form(study=study, by=coordinator)
        _answer_and_submit(study, rows)
        record_imported_answers(study=study, by=coordinator)
    return study


def nobody(username: str) -> User:
    """An account that stands for someone and that nobody can sign in to."""
    user, created = User.objects.get_or_create(username=username, defaults={"is_active": False})
    if created:
        user.set_unusable_password()
        user.save()
    return user


def _answer_and_submit(study: Study, rows: list[dict[str, str]]) -> None:
    criteria = {criterion.key: criterion for criterion in Criterion.objects.filter(study=study)}
    readers = {reader.code: reader for reader in Reader.objects.filter(study=study)}
    assignments = {
        (assignment.reader.code, assignment.study_video.label): assignment
        for assignment in Assignment.objects.filter(reader__study=study).select_related(
            "reader", "study_video"
        )
    }
    now = timezone.now()
    Answer.objects.bulk_create(
        Answer(
            assignment=assignments[row["reader"], row["video"]],
            criterion=criteria[row["criterion"]],
            version=1,
            score=int(row["score"]),
            answered_at=now,
            answered_by=readers[row["reader"]].user,
        )
        for row in rows
    )
    Submission.objects.bulk_create(
        Submission(assignment=assignment, submitted_at=now, form_sha256=study.form_sha256)
        for assignment in assignments.values()
    )
