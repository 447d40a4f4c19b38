"""No sequence of calls shows a blinded video early: random walks over everything that people can do."""

from __future__ import annotations

import contextlib
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from readers.errors import ProtocolError
from readers.models import Exposure, Submission
from readers.services.reading import open_case, submit_case

DAY = timedelta(days=1)

MOVES = (
    ("open", "exploratory", 0),
    ("read", "exploratory", 0),
    ("read", "exploratory", 1),
    ("open", "blinded", 0),
    ("read", "blinded", 0),
    ("read", "blinded", 1),
    ("lock", None, None),
    ("wait", None, timedelta(minutes=1)),
    ("wait", None, 28 * DAY - timedelta(seconds=1)),
    ("wait", None, 28 * DAY),
)
WAY = [("read", "exploratory", 0), ("read", "exploratory", 1), ("lock", None, None)]


def move(world, reader, clock, kind, phase, value):
    if kind == "wait":
        clock.shift(value)
    elif kind == "lock":
        world.lock_form()
    else:
        case = world.cases(reader, phase)[value]
        open_case(public_id=case.public_id, by=reader.user)
        if kind == "read" and phase == "blinded":
            world.answer(case, "ring", 3)
            world.answer(case, "distance", 3)
        if kind == "read":
            world.study.refresh_from_db()
            form = world.study.form_sha256 if phase == "blinded" else ""
            submit_case(public_id=case.public_id, form_sha256=form, by=reader.user)


@pytest.mark.slow
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_walk_opens_a_blinded_video_early(make_world, clock, data):
    with transaction.atomic():
        world = make_world(n_exploratory=2, n_blinded=2)
        reader = world.readers[0]
        # Most walks start well on their way, or few of them would come to the blinded phase.
        start = WAY[: data.draw(st.sampled_from([0, 1, 3, 3, 3]))]
        moves = start + data.draw(st.lists(st.sampled_from(MOVES), min_size=6, max_size=12))
        for kind, phase, value in moves:
            with contextlib.suppress(ProtocolError):
                move(world, reader, clock, kind, phase, value)
        exploratory = [
            *Exposure.objects.filter(assignment__phase="exploratory").values_list("opened_at", flat=True),
            *Submission.objects.filter(assignment__phase="exploratory").values_list(
                "submitted_at", flat=True
            ),
        ]
        blinded = Exposure.objects.filter(assignment__phase="blinded").order_by("opened_at").first()
        if blinded is not None:
            world.study.refresh_from_db()
            assert world.study.form_locked_at <= blinded.opened_at
            assert len(exploratory) >= 4
            assert blinded.opened_at >= max(exploratory) + 28 * DAY
        transaction.set_rollback(True)
