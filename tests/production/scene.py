"""A study of a production server, made and counted from inside: `python -m tests.production.scene WHAT`.

`prepare N` makes a blinded study of N readers and prints where each reads; `account` prints what is stored.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import django

CRITERIA = ("ring", "distance", "density")


def prepare(n_readers: int) -> dict[str, Any]:
    """Sessions and cases of the readers of a study whose blinded phase is open."""
    from django.conf import settings
    from django.contrib.auth.models import User
    from django.test import Client

    from readers.models import Study
    from readers.selectors.worklist import worklist
    from readers.services.allocation import allocate_videos
    from readers.services.form import lock_form
    from readers.services.studies import create_study, enrol_reader, set_criteria
    from tests.readers.conftest import make_video

    first = 2 * Study.objects.count() + 1
    slug = f"study-{first}"
    coordinator = User.objects.create_user(f"{slug}-coordinator")
    study = create_study(
        by=coordinator,
        slug=slug,
        title="Under load",
        group_a="A",
        group_b="B",
        n_exploratory=0,
        n_blinded=2,
        washout_anchor="last_exposure",
        allocation_seed=1,
        sign_off_required=False,
    )
    items = [{"key": key, "name": key.title(), "anchors": ["--", "-", "0", "+", "++"]} for key in CRITERIA]
    set_criteria(study=study, criteria=items, by=coordinator)
    users = [User.objects.create_user(f"{slug}-reader-{number}") for number in range(n_readers)]
    for number, user in enumerate(users):
        enrol_reader(study=study, user=user, code=f"R{number}", specialty="surgeon", by=coordinator)
    videos = [make_video(seed=seed) for seed in (first, first + 1)]
    allocate_videos(study=study, videos=videos, by=coordinator)
    lock_form(study=study, by=coordinator)
    study.refresh_from_db()
    places = []
    for user in users:
        client = Client()
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        places.append({"session": session, "case": str(worklist(user)[0].next_case)})
    return {"form_sha256": study.form_sha256, "readers": places}


def account() -> dict[str, Any]:
    """Every answer on record by its idempotency key, submissions, and what is wrong with the audit trail."""
    from readers.models import Answer, AuditEvent, Submission
    from readers.protocol.audit import verify
    from readers.selectors.answer_check import altered_answers

    answers = Answer.objects.values_list("idempotency_key", "criterion__key", "score")
    links = [event.link for event in AuditEvent.objects.all()]
    return {
        "answers": [[str(key), criterion, score] for key, criterion, score in answers],
        "submissions": Submission.objects.count(),
        "events": len(links),
        "findings": [*map(str, verify(links)), *altered_answers()[1]],
    }


def main() -> None:
    django.setup()
    what, *rest = sys.argv[1:]
    found = {"prepare": lambda: prepare(int(rest[0])), "account": account}[what]()
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
