"""One of two studies that differ in what a reader must not learn: `python -m tests.production.twins NUMBER`.

Groups, title, seeds, directions and another reader's answers are others; what the reader sees and does is the
same. Prints the reader's session, the words to fill addresses with, and the directions.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import django

SECRETS: list[dict[str, Any]] = [
    {"title": "Pelvis", "group_a": "Women", "group_b": "Men", "allocation_seed": 20260220},
    {"title": "Quite another", "group_a": "Arthritis", "group_b": "Healthy", "allocation_seed": 7},
]
FIRST_SEED = (9_100_000, 310_000)
SCORES = ((5, 1), (1, 2))  # of the other reader, for each criterion


def make(number: int) -> dict[str, Any]:
    """The study: the reader has submitted a blinded case and opened the next; the other has read all."""
    from django.conf import settings
    from django.contrib.auth.models import User
    from django.test import Client

    from readers.frame_addresses import seal
    from readers.services.allocation import allocate_videos
    from readers.services.form import lock_form
    from readers.services.reading import open_case
    from readers.services.studies import create_study, enrol_reader, set_criteria
    from tests.readers.conftest import CRITERIA, World, make_video
    from tests.readers.test_leak_crawler import NOWHERE, alike

    coordinator, *people = (User.objects.create_user(name) for name in ("lead", "reader", "other"))
    study = create_study(
        by=coordinator,
        slug="twin",
        n_exploratory=0,
        n_blinded=4,
        washout_anchor="last_exposure",
        sign_off_required=False,
        **SECRETS[number],
    )
    set_criteria(study=study, criteria=CRITERIA, by=coordinator)
    readers = [
        enrol_reader(study=study, user=user, code=f"R{place}", specialty="surgeon", by=coordinator)
        for place, user in enumerate(people)
    ]
    allocate_videos(
        study=study, videos=[make_video(seed=FIRST_SEED[number] + i) for i in range(4)], by=coordinator
    )
    lock_form(study=study, by=coordinator)
    study.refresh_from_db()
    world = World(study, coordinator, coordinator, coordinator, readers)
    mine, others = readers
    alike(world, mine)
    scores = {item["key"]: score for item, score in zip(CRITERIA, SCORES[number], strict=True)}
    for case in world.cases(others, "blinded"):
        world.read(case, scores)
    submitted, current, following, _ = world.cases(mine, "blinded")
    world.read(submitted, {"ring": 3, "distance": 4})
    open_case(public_id=current.public_id, by=mine.user)
    client = Client()
    client.force_login(mine.user)
    theirs = world.cases(others, "blinded")[0]
    cases = [case.public_id for case in (current, submitted, following, theirs)]
    ids = [*cases, study.room.public_id, NOWHERE]
    return {
        "session": client.cookies[settings.SESSION_COOKIE_NAME].value,
        "case": str(current.public_id),
        "form": study.form_sha256,
        "directions": [case.direction for case in world.cases(mine, "blinded")],
        "words": {
            "uuid": [str(one) for one in ids],
            "seal": [seal(mine.user, one) for one in ids],
            "slug": ["twin", "ring", "form", "answers"],
            "int": [0, 99],
            "str": ["V01", "nothing"],
        },
    }


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps(make(int(sys.argv[1]))))
