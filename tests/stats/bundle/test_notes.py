"""Notes of the exploratory phase reach the analyst with frame and place; the blinded variant has none."""

from __future__ import annotations

from uuid import uuid4

import pytest

from readers.models import Observation, Retraction, Study
from tests.stats.bundle.conftest import bundle_of, rows_of


@pytest.fixture
def noted(read_here: Study) -> Study:
    """Two readers noted on E01; R2 took the note back. Both saw it A→B, as all do."""
    for code, mark in (("R1", {"x": 3, "y": 4, "width": 2, "height": 1}), ("R2", {})):
        case = read_here.readers.get(code=code).assignments.get(phase="exploratory")
        note = Observation.objects.create(
            assignment=case,
            frame=8,
            text="=Old-people are wider",
            tags=["ring", "size"],
            idempotency_key=uuid4(),
            **mark,
        )
        if not mark:
            Retraction.objects.create(observation=note)
    return read_here


def test_notes_come_with_frame_place_and_whether_they_stand(noted: Study) -> None:
    first, second = rows_of(bundle_of(noted)["notes.csv"])
    assert first.pop("made_at").endswith("+00:00")
    assert first == {
        "reader": "R1",
        "video": "E01",
        "direction": "AB",
        "frame": "9",
        "rendered_frame": "9",
        "x": "3",
        "y": "4",
        "width": "2",
        "height": "1",
        "text": "'=Old-people are wider",
        "tags": "ring, size",
        "retracted": "False",
    }
    assert (second["reader"], second["x"], second["retracted"]) == ("R2", "", "True")


def test_the_blinded_bundle_has_no_notes(noted: Study) -> None:
    files = bundle_of(noted, without_groups=True)
    assert "notes.csv" not in files
    assert all(b"wider" not in content for content in files.values())
