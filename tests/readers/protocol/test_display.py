from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readers.protocol.display import (
    DEFAULTS,
    LEVEL,
    PLAYBACKS,
    TOOLS,
    WINDOW,
    DisplayProblem,
    document,
    parse,
)

SETTINGS = st.fixed_dictionaries(
    {},
    optional={
        "tools": st.lists(st.sampled_from(TOOLS), unique=True),
        "fps": st.integers(1, 60),
        "playback": st.sampled_from(PLAYBACKS),
        "window": st.floats(*WINDOW) | st.integers(*WINDOW),
        "level": st.floats(*LEVEL) | st.integers(*LEVEL),
        "see_all_frames": st.booleans(),
    },
)
DOCUMENTS = st.dictionaries(st.sampled_from(list(DEFAULTS)), SETTINGS)


@given(DOCUMENTS)
def test_a_display_survives_json_whole(given_document):
    displays = parse(given_document)
    assert parse(json.loads(json.dumps(document(displays)))) == displays
    for phase, settings in given_document.items():
        for name, value in settings.items():
            kept = getattr(displays[phase], name)
            assert set(kept) == set(value) if name == "tools" else kept == value


def test_readers_have_no_difference_map_in_the_blinded_phase_unless_the_protocol_says_so():
    assert "difference" not in parse({})["blinded"].tools
    assert "difference" in parse({})["exploratory"].tools
    assert "difference" in parse({"blinded": {"tools": ["difference"]}})["blinded"].tools


@pytest.mark.parametrize(
    ("given_document", "field"),
    [
        ([], "display"),
        ({"washout": {}}, "display.washout"),
        ({"blinded": {"speed": 2}}, "display.blinded.speed"),
        ({"blinded": "fast"}, "display.blinded"),
        ({"blinded": {"fps": 0}}, "display.blinded.fps"),
        ({"blinded": {"fps": 61}}, "display.blinded.fps"),
        ({"blinded": {"fps": 30.5}}, "display.blinded.fps"),
        ({"blinded": {"fps": True}}, "display.blinded.fps"),
        ({"blinded": {"playback": "shuffle"}}, "display.blinded.playback"),
        ({"blinded": {"window": 0.5}}, "display.blinded.window"),
        ({"blinded": {"level": float("nan")}}, "display.blinded.level"),
        ({"training": {"tools": ["scalpel"]}}, "display.training.tools"),
        ({"training": {"tools": ["zoom", "zoom"]}}, "display.training.tools"),
        ({"training": {"tools": "zoom"}}, "display.training.tools"),
        ({"exploratory": {"see_all_frames": 1}}, "display.exploratory.see_all_frames"),
    ],
)
def test_a_display_that_cannot_be_shown_is_refused_by_name(given_document, field):
    with pytest.raises(DisplayProblem) as refusal:
        parse(given_document)
    assert refusal.value.field == field
    assert refusal.value.reason
