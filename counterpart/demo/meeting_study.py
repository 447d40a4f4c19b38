"""A second study on the same videos, whose two readers have made their notes and now meet."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from counterpart.demo import people
from counterpart.demo.live_study import NOTICE, record_viewings
from generation.models import Video
from readers.models import Membership, Observation, Reader, Study
from readers.services.allocation import allocate_videos
from readers.services.signing import sign
from readers.services.studies import create_study, enrol_reader, grant_role

SLUG = "meeting-demo"
SEED = 20_242
EXPLORED_DAYS_AGO = 3
# Frame, point or box as fractions of the image's side (left, top, width, height), words, tags.
NOTES = {
    "R1": (
        (59, (0.30, 0.62, 0.40, 0.25), "The shadow over the lower chest fades.", ["soft tissue"]),
        (40, (0.42, 0.50, 0.25, 0.22), "Heart looks a little wider at the end.", ["heart"]),
        (59, (0.18, 0.16), "Shoulders stand farther apart.", ["shoulders"]),
        (20, None, "Lungs seem to grow longer, first slowly, then fast.", ["lungs"]),
    ),
    "R2": (
        (59, (0.28, 0.60, 0.44, 0.28), "Less soft tissue over the bases.", ["soft tissue"]),
        (50, (0.50, 0.20), "Clavicles get denser.", ["bone"]),
        (30, (0.10, 0.30, 0.80, 0.50), "Rib cage turns from oval to broad.", ["ribs", "shape"]),
        (59, None, "The lung fields are higher than at the start.", ["lungs"]),
    ),
}


def load(*, sign_ins: dict[people.Person, User], videos: list[Video]) -> Study | None:
    """Create the study with its readers' notes; None when it is there already."""
    if Study.objects.filter(slug=SLUG).exists():
        return None
    coordinator = sign_ins[people.COORDINATOR]
    with transaction.atomic():
        study = create_study(
            by=coordinator,
            slug=SLUG,
            title="Chest radiographs by sex: the consensus meeting (demonstration)",
            group_a="female",
            group_b="male",
            n_exploratory=len(NOTES["R1"]),
            n_blinded=6,
            allocation_seed=SEED,
            notice=NOTICE,
        )
        grant_role(study=study, user=sign_ins[people.ANALYST], role=Membership.Role.ANALYST, by=coordinator)
        for person, code, specialty in (
            (people.MEETER, "R1", "surgeon"),
            (people.PARTNER, "R2", "radiologist"),
        ):
            enrol_reader(study=study, user=sign_ins[person], code=code, specialty=specialty, by=coordinator)
        allocate_videos(study=study, videos=videos, by=coordinator)
        version = study.protocol_versions.get()
        sign(
            study=study,
            by=coordinator,
            meaning="protocol",
            sha256=version.sha256,
            password=people.PASSWORD,
        )
        for reader in study.readers.all():
            _explore(reader, {video.pk: video for video in videos})
    return study


def _explore(reader: Reader, by_pk: dict[UUID | None, Video]) -> None:
    start = timezone.now() - timedelta(days=EXPLORED_DAYS_AGO)
    cases = list(reader.assignments.filter(phase="exploratory").select_related("study_video"))
    record_viewings(cases, start=start)
    for case, (frame, place, text, tags) in zip(cases, NOTES[reader.code], strict=True):
        video = by_pk[case.study_video.video_id]
        mark = dict(
            zip(
                ("x", "y", "width", "height"),
                (round(video.width * part) for part in place or ()),
                strict=False,
            )
        )
        Observation.objects.create(
            assignment=case,
            frame=min(frame, video.n_frames - 1),
            text=text,
            tags=tags,
            made_at=start,
            idempotency_key=uuid4(),
            **mark,
        )
