"""Studies, readers and rendered videos for the tests of the readers room; no model is trained or sampled."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from PIL import Image

from generation.models import TrainedModel, Video
from generation.services.bundles import make_bundle
from readers.frame_addresses import bundle_address
from readers.models import Assignment, Observation, Reader, Signature, Study
from readers.selectors.access import current_assignment
from readers.selectors.facts import facts_of
from readers.selectors.signatures import draft_sha256
from readers.services.allocation import allocate_videos
from readers.services.form import lock_form
from readers.services.observations import observe
from readers.services.reading import open_case, save_answer, submit_case
from readers.services.signing import sign
from readers.services.studies import create_study, enrol_reader, grant_role, set_criteria

START = datetime(2026, 2, 20, 15, 0, 0, 250_000, tzinfo=UTC)
PASSWORD = "given again to sign"
GROUP_A, GROUP_B = "Women-XA", "Men-XB"
CRITERIA = [
    {
        "key": key,
        "name": name,
        "anchors": [f"much {low}", f"slightly {low}", "does not change", f"slightly {high}", f"much {high}"],
    }
    for key, name, low, high in [
        ("ring", "Pelvic ring", "more elongated", "rounder"),
        ("distance", "Interacetabular distance", "smaller", "larger"),
    ]
]


def grey_frames(n: int, *, height: int, width: int, seed: int) -> list[np.ndarray]:
    """Return frames (uint8, height × width), all different, that hold every grey level from 0 to 255."""
    ramp = np.arange(height * width).reshape(height, width)
    return [((ramp * (1 + seed % 7) + 37 * i + seed) % 256).astype(np.uint8) for i in range(n)]


def png_bytes(frame: np.ndarray) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(frame).save(stream, format="PNG")
    return stream.getvalue()


def frame_folder(video: Video) -> Path:
    return Path(settings.FRAMES_ROOT) / video.spec_sha256[:2] / video.spec_sha256


def make_video(
    *,
    seed: int,
    n_frames: int = 4,
    height: int = 24,
    width: int = 32,
    rendered: bool = True,
    group_to: str = GROUP_B,
) -> Video:
    """Store a video and, if `rendered`, its frames and manifest as the renderer leaves them."""
    model, _ = TrainedModel.objects.get_or_create(
        name="gradients",
        defaults={
            "folder": "none",
            "weights_sha256": "0" * 64,
            "config": {},
            "conditions": {},
            "image_size": 32,
        },
    )
    spec = {"seed": seed, "n_frames": n_frames, "height": height, "width": width}
    video = Video(
        trained_model=model,
        spec=spec,
        spec_sha256=hashlib.sha256(json.dumps(spec).encode()).hexdigest(),
        group_from=GROUP_A,
        group_to=group_to,
        seed=seed,
        n_frames=n_frames,
        width=width,
        height=height,
    )
    video.save()
    if rendered:
        render(video)
    return video


def render(video: Video, pictures: Sequence[np.ndarray] = ()) -> None:
    """Write the frames and the manifest of a stored video; without `pictures` its seed decides them."""
    folder = frame_folder(video)
    folder.mkdir(parents=True, exist_ok=True)
    frames = []
    own = grey_frames(video.n_frames, height=video.height, width=video.width, seed=video.seed)
    for index, frame in enumerate(pictures or own):
        data = png_bytes(frame)
        (folder / f"{index:04d}.png").write_bytes(data)
        frames.append(
            {
                "index": index,
                "png_sha256": hashlib.sha256(data).hexdigest(),
                "pixels_sha256": hashlib.sha256(frame.tobytes()).hexdigest(),
                "origin": "rendered",
            }
        )
    video.manifest = {"format": "counterpart-video/1", "spec": video.spec, "frames": frames}
    canonical = json.dumps(video.manifest, sort_keys=True, separators=(",", ":"))
    video.manifest_sha256 = hashlib.sha256(canonical.encode()).hexdigest()
    video.completed_at = START
    video.save()
    make_bundle(video=video)


def make_user(name: str) -> User:
    return User.objects.create_user(name, password=PASSWORD)


@dataclass
class World:
    """One study with its people; the moves below are made as these people would make them."""

    study: Study
    coordinator: User
    analyst: User
    monitor: User
    readers: list[Reader]
    signed_protocol: Signature | None = None

    def cases(self, reader: Reader, phase: str) -> list[Assignment]:
        return list(Assignment.objects.filter(reader=reader, phase=phase).order_by("position"))

    def submit(self, case: Assignment) -> None:
        """Submit an exploratory case."""
        submit_case(public_id=case.public_id, form_sha256="", by=case.reader.user)

    def finish_exploratory(self, reader: Reader, *, note: str = "") -> None:
        """Look at every exploratory video and, where there is one, make the note on each."""
        for case in self.cases(reader, "exploratory"):
            open_case(public_id=case.public_id, by=reader.user)
            if note:
                self.note(case, note)
            self.submit(case)

    def sign_protocol(self) -> Signature:
        version = self.study.protocol_versions.last()
        return sign(
            study=self.study,
            by=self.coordinator,
            meaning="protocol",
            sha256=version.sha256,
            password=PASSWORD,
        )

    def sign_form(self, reader: Reader) -> Signature:
        self.study.refresh_from_db()
        return sign(
            study=self.study,
            by=reader.user,
            meaning="form",
            sha256=draft_sha256(self.study),
            password=PASSWORD,
        )

    def lock_form(self) -> None:
        """Every reader signs the criteria as they are, then the coordinator locks them."""
        if self.study.sign_off_required and self.study.form_locked_at is None:
            for reader in self.readers:
                self.sign_form(reader)
        lock_form(study=self.study, by=self.coordinator)

    def note(self, case: Assignment, text: str, *, frame: int = 0, **more: Any) -> Observation:
        """A note of the reader on an opened case."""
        return observe(
            public_id=case.public_id,
            frame=frame,
            text=text,
            idempotency_key=uuid4(),
            by=case.reader.user,
            **more,
        )

    def opens_at(self, reader: Reader) -> datetime:
        opens_at = facts_of(reader).opens_at
        assert opens_at is not None
        return opens_at

    def current(self, reader: Reader, phase: str = "blinded") -> Assignment:
        case = current_assignment(reader, phase)
        assert case is not None
        return case

    def answer(self, case: Assignment, key: str, score: int, *, idempotency_key: UUID | None = None) -> Any:
        return save_answer(
            public_id=case.public_id,
            criterion_key=key,
            score=score,
            idempotency_key=idempotency_key or uuid4(),
            by=case.reader.user,
        )

    def read(self, case: Assignment, scores: dict[str, int]) -> None:
        open_case(public_id=case.public_id, by=case.reader.user)
        for key, score in scores.items():
            self.answer(case, key, score)
        self.study.refresh_from_db()
        submit_case(public_id=case.public_id, form_sha256=self.study.form_sha256, by=case.reader.user)


@pytest.fixture
def clock() -> Any:
    """The server's clock, standing at START; `clock.move_to(...)` moves it."""
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def make_world(db: None, data_folders: None) -> Callable[..., World]:
    """Return a function that sets up a study of 2 exploratory and 3 blinded videos with its people."""

    def make(
        *,
        n_readers: int = 1,
        video: dict[str, Any] | None = None,
        first_seed: int = 9_100_000,
        **changes: Any,
    ) -> World:
        coordinator, analyst, monitor = (make_user(name) for name in ("coordinator", "analyst", "monitor"))
        values = {
            "title": "Pelvis of XA and XB",
            "group_a": GROUP_A,
            "group_b": GROUP_B,
            "n_exploratory": 2,
            "n_blinded": 3,
            "allocation_seed": 20260220,
            "sign_off_required": True,
            **changes,
        }
        if not values["n_exploratory"]:
            values.setdefault("washout_anchor", "last_exposure")
        study = create_study(
            by=coordinator,
            slug="pelvis",
            **values,
        )
        set_criteria(study=study, criteria=CRITERIA, by=coordinator)
        grant_role(study=study, user=analyst, role="analyst", by=coordinator)
        grant_role(study=study, user=monitor, role="monitor", by=coordinator)
        readers = [
            enrol_reader(
                study=study, user=make_user(f"reader{i}"), code=f"R{i}", specialty="surgeon", by=coordinator
            )
            for i in range(1, n_readers + 1)
        ]
        n_videos = values.get("n_training", 0) + values["n_exploratory"] + values["n_blinded"]
        videos = [make_video(seed=first_seed + i, **(video or {})) for i in range(n_videos)]
        videos += [
            make_video(seed=first_seed + 100_000 + i, group_to=GROUP_A, **(video or {}))
            for i in range(values.get("n_null", 0))
        ]
        allocate_videos(study=study, videos=videos, by=coordinator)
        world = World(study, coordinator, analyst, monitor, readers)
        if values["sign_off_required"]:
            world.signed_protocol = world.sign_protocol()
        return world

    return make


@pytest.fixture
def blinded(make_world: Callable[..., World], clock: Any) -> World:
    """A study whose one reader has the blinded phase open, and the clock at its first moment."""
    world = make_world()
    world.finish_exploratory(world.readers[0])
    world.lock_form()
    clock.move_to(world.opens_at(world.readers[0]))
    return world


def frames_at(case: Assignment) -> str:
    """What the addresses of a case's frames begin with for its reader: ``.bundle`` or ``/0.png`` follows."""
    return bundle_address(case.reader.user, case.public_id).removesuffix(".bundle")


@pytest.fixture
def as_user() -> Callable[[User], Client]:
    """Return a function that gives a client signed in as a person, with CSRF checks off."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in


SECOND = timedelta(seconds=1)
MICROSECOND = timedelta(microseconds=1)
