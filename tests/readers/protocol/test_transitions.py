from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readers.protocol.phases import Facts, Phase, phase_of
from readers.protocol.transitions import TRANSITIONS, Cause, ImpossibleTransition, check

ORDER = list(Phase)
DAY = timedelta(days=1)
START = datetime(2026, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 100).map(lambda days: START + days * DAY)


@st.composite
def facts(draw):
    """Facts of a reader such as a record can hold: exploratory videos only after the training, and so on."""
    training, exploratory, blinded = draw(st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(1, 2)))
    trained = draw(st.integers(0, training))
    explored = draw(st.integers(0, exploratory)) if trained == training else 0
    opened = draw(MOMENTS) if explored else None
    return Facts(
        n_training=training,
        training_submitted=trained,
        n_exploratory=exploratory,
        exploratory_submitted=explored,
        n_blinded=blinded,
        blinded_submitted=draw(st.integers(0, blinded)),
        washout_days=28,
        washout_anchor=draw(st.sampled_from(["latest", "last_exposure", "completion", "sign_off"])),
        last_opening=opened,
        last_submission=opened + draw(st.integers(0, 50)) * DAY if opened else None,
        form_locked_at=draw(st.none() | MOMENTS),
    )


@given(before=facts(), now=MOMENTS, later=st.integers(0, 100))
def test_time_alone_moves_a_reader_only_out_of_the_washout(before, now, later):
    phases = [phase_of(before, now=moment) for moment in (now, now + later * DAY)]
    if phases[0] is not phases[1]:
        assert phases[0] is Phase.WASHOUT
        # A reader who has scored everything was in the blinded phase before.
        assert phases[1] in (Phase.BLINDED, Phase.LOCKED)


def test_only_a_reopening_and_an_unlock_lead_back_once_videos_are_read():
    back = {
        (before, cause)
        for (before, cause), afters in TRANSITIONS.items()
        for after in afters
        if before and ORDER.index(after) < ORDER.index(before)
    }
    assert back == {
        (Phase.BLINDED, Cause.REOPENING),
        (Phase.LOCKED, Cause.UNLOCK),
        (Phase.EXPLORATORY, Cause.PROTOCOL_CHANGE),
        (Phase.CONSENSUS, Cause.PROTOCOL_CHANGE),
    }


def test_every_phase_can_be_reached_and_left_but_the_last_only_by_an_unlock():
    reached = set().union(*TRANSITIONS.values())
    assert reached == set(Phase)
    assert {before for before, _ in TRANSITIONS if before} == set(Phase)


@pytest.mark.parametrize(
    ("before", "after", "cause"),
    [
        (Phase.WASHOUT, Phase.BLINDED, Cause.SUBMISSION),
        (Phase.EXPLORATORY, Phase.BLINDED, Cause.FORM_LOCK),
        (Phase.LOCKED, Phase.WASHOUT, Cause.REOPENING),
        (Phase.CONSENSUS, Phase.BLINDED, Cause.TIME),
    ],
)
def test_what_is_not_in_the_table_is_refused(before, after, cause):
    with pytest.raises(ImpossibleTransition):
        check(before, after, cause)
