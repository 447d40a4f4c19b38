from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from readers.protocol.phases import Facts, Phase, phase_of

SEEN = datetime(2026, 1, 1, 12, 0, 0, 123456, tzinfo=UTC)
OPENS = SEEN + timedelta(days=28)
MICROSECOND = timedelta(microseconds=1)


def facts(**changes):
    values = {
        "n_training": 1,
        "training_submitted": 1,
        "n_exploratory": 2,
        "exploratory_submitted": 2,
        "n_blinded": 3,
        "blinded_submitted": 0,
        "washout_days": 28,
        "washout_anchor": "last_exposure",
        "last_opening": SEEN,
        "last_submission": SEEN,
        "form_locked_at": SEEN,
    }
    return Facts(**values | changes)


@pytest.mark.parametrize(
    ("changes", "now", "phase"),
    [
        ({"training_submitted": 0, "exploratory_submitted": 0}, OPENS, Phase.TRAINING),
        ({"exploratory_submitted": 0, "last_opening": None}, SEEN, Phase.EXPLORATORY),
        ({"exploratory_submitted": 1}, OPENS + timedelta(days=99), Phase.EXPLORATORY),
        ({"form_locked_at": None}, SEEN, Phase.CONSENSUS),
        ({"form_locked_at": None}, OPENS + timedelta(days=99), Phase.CONSENSUS),
        ({}, SEEN, Phase.WASHOUT),
        ({}, OPENS - MICROSECOND, Phase.WASHOUT),
        ({}, OPENS, Phase.BLINDED),
        ({"blinded_submitted": 2}, OPENS, Phase.BLINDED),
        ({"blinded_submitted": 3}, OPENS, Phase.LOCKED),
        ({"n_exploratory": 0, "exploratory_submitted": 0, "last_opening": None}, SEEN, Phase.BLINDED),
    ],
)
def test_phase(changes, now, phase):
    assert phase_of(facts(**changes), now=now) is phase


def test_opening_is_unknown_while_another_exploratory_video_may_move_it():
    assert facts(exploratory_submitted=1).opens_at is None
    assert facts().opens_at == OPENS
