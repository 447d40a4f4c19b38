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
        (59, (0.30, 0.35, 0.40, 0.30), "The ring gets lower and wider.", ["ring", "shape"]),
        (40, (0.36, 0.62, 0.12, 0.12), "Foramen looks flatter at the end.", ["foramen"]),
        (59, (0.22, 0.55), "Joint space gets narrow at the top.", ["joint"]),
        (20, None, "The hips seem to move together, first slowly, then fast.", ["distance"]),
    ),
    "R2": (
        (59, (0.12, 0.48, 0.22, 0.28), "Neck and shaft meet at a smaller angle.", ["neck", "shape"]),
        (50, (0.78, 0.72), "Inner cortex gets thinner.", ["bone"]),
        (30, (0.20, 0.40, 0.60, 0.30), "Ring turns from round to elongated.", ["ring", "shape"]),
        (59, None, "Joint spaces are narrower than at the start.", ["joint"]),
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
            title="Simulated pelvis radiographs: the consensus meeting (demonstration)",
            group_a="A",
            group_b="B",
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
