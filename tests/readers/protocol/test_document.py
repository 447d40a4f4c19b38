"""The protocol's document and file: there and back, and every refusal with its place, reason and line."""

from __future__ import annotations

import json
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readers.protocol import document, yaml_text
from readers.protocol.document import Protocol
from readers.protocol.document_file import example, parse, serialise
from readers.protocol.problems import ProtocolUnusable
from readers.protocol.rules import is_one_line, problems_between
from readers.protocol.settings import BY_NAME, SETTINGS, Kind

FILE = serialise(example())


def texts(low: int, high: int) -> st.SearchStrategy[str]:
    letters = st.characters(exclude_categories=["Cc", "Cs", "Co", "Cn", "Zl", "Zp"])
    return st.text(letters, max_size=high - low).map(lambda text: "x" * low + text)


def value_of(setting):
    match setting.kind:
        case Kind.TEXT if setting.name == "question_template":
            return st.sampled_from(["{criterion}?", "From {A} to {B}: “{criterion}”: 100 % – # no"])
        case Kind.TEXT:
            return texts(int(setting.required), min(int(setting.high), 40))
        case Kind.WORD:
            return st.text(string.ascii_letters + string.digits + "-_", min_size=1, max_size=30).filter(
                lambda word: word != "new"
            )
        case Kind.YES_NO:
            return st.booleans()
        case Kind.CHOICE:
            return st.sampled_from(list(setting.choices))
        case Kind.SEVERAL:
            return st.lists(st.sampled_from(list(setting.choices)), unique=True)
        case Kind.NUMBER:
            return st.floats(setting.low, setting.high).map(lambda x: int(x) if x == int(x) else x)
        case _:
            whole = st.integers(int(setting.low), int(setting.high))
            return whole if setting.required or setting.default is not None else st.none() | whole


CRITERION = st.fixed_dictionaries(
    {
        "key": st.text(string.ascii_lowercase, min_size=1, max_size=10),
        "name": texts(1, 20),
        "anchors": st.tuples(*[texts(0, 12)] * 5).map(lambda words: [f"{i}{w}" for i, w in enumerate(words)]),
        "finding_low": texts(0, 10),
        "finding_high": texts(0, 10),
    }
)


def possible(values):
    """`values` with what they contradict themselves in taken back."""
    if list(problems_between(values)):
        values |= {"n_common": None, "n_per_reader": None, "n_repeats": 0, "group_a": "X", "group_b": "Y"}
    return values


PROTOCOLS = st.builds(
    Protocol,
    st.fixed_dictionaries({setting.name: value_of(setting) for setting in SETTINGS}).map(possible),
    st.lists(CRITERION, max_size=3, unique_by=lambda criterion: criterion["key"]).map(tuple),
)


@settings(max_examples=50)
@given(PROTOCOLS)
def test_a_protocol_is_the_same_after_its_file_and_after_its_json(protocol):
    content = document.content(protocol)
    again = parse(serialise(protocol))
    assert again == document.read(content)
    assert document.content(again) == content
    assert document.sha256(document.content(again)) == document.sha256(json.loads(json.dumps(content)))


@given(st.text(max_size=200) | st.binary(max_size=200))
def test_any_text_is_a_protocol_or_refused_with_reasons(data):
    with pytest.raises(ProtocolUnusable) as refused:
        parse(data)
    assert refused.value.problems
    assert str(refused.value).encode()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(max_size=5) | st.sampled_from(["washout", "days", "criteria"]), inner, max_size=3
        )
    ),
    max_leaves=12,
)


def problems_of(content):
    try:
        document.read(content)
    except ProtocolUnusable as refused:
        return refused.problems
    return ()


@given(
    st.dictionaries(st.sampled_from([*(s.path[0] for s in SETTINGS), "criteria", "odd"]), JSON, min_size=1)
)
def test_any_value_at_any_place_is_refused_or_read_never_an_error(changes):
    content = document.content(example()) | changes
    problems = problems_of(content)
    assert all(problem.reason and str(problem).encode() for problem in problems)
    if not problems:
        protocol = document.read(content)
        assert document.read(document.content(protocol)) == protocol


def test_settings_left_out_take_the_usual_values():
    shortest = (
        "format: counterpart-protocol/1\ntitle: Pelvic radiographs of women and men\nslug: pelvis\n"
        "groups: {A: women, B: men}\nseed: 20260220\n"
    )
    assert parse(shortest) == example()


def test_the_hash_does_not_depend_on_how_the_file_is_written():
    reordered = "\n".join(line for line in FILE.splitlines() if not line.startswith("seed:"))
    written = parse("seed: 20260220\n" + reordered.replace('"', "'"))
    assert document.sha256(document.content(written)) == document.sha256(document.content(example()))


def test_the_hash_of_the_usual_protocol_stays_what_it_is():
    # A change here means that hashes on record no longer follow from their documents.
    assert document.sha256(document.content(example())) == HASH


HASH = "5bc025ddf14a0d3211c48e64c6185f5b29f260adb4dcafc14a394e421f59f331"


CHANGES = [
    ("days: 28", "days: 27", "washout.days", "27 days is too short: under 28 days"),
    ("days: 28", "days: four weeks", "washout.days", "must be a whole number; four weeks is none"),
    ("days: 28", "days:", "washout.days", "is empty: write a value; 28 is usual"),
    ("days: 28", "days: 28.0", "washout.days", "must be a whole number"),
    ("days: 28", "days: true", "washout.days", "must be a whole number; true is none"),
    ("  days: 28", "  day: 28", "washout.day", "Did you mean “days”?"),
    ("  days: 28", "  zzz: 28", "washout.zzz", "Known are: days, anchor, reopen_exploratory"),
    ('anchor: "latest"', "anchor: first", "washout.anchor", "first is not among the choices: latest, "),
    ("conceal_direction: true", "conceal_direction: yes", "conceal_direction", "must be true or false; yes"),
    ("exploratory: 30", "exploratory: -1", "videos.exploratory", "-1 is too few: 0 is the least"),
    ("blinded: 30", "blinded: 0", "videos.blinded", "0 is too few: 1 is the least"),
    ("blinded: 30", "blinded: 99999", "videos.blinded", "99999 is too many: 10000 is the most"),
    ("number: 0", "number: 31", "repeats.number", "31 videos cannot be repeated when a reader reads only 30"),
    ("common: null", "common: 5", "blocks.per_reader", "Blocks need both numbers"),
    ('B: "men"', 'B: "Women "', "groups.B", "are the same group"),
    ('A: "women"', "A: {x: 1}", "groups.A", "must be a text"),
    ('A: "women"', "A: 1", "groups.A", "must be a text; 1 is none. Put it in quotation marks"),
    ('title: "Pelvic', 'title: "\\tPelvic', "title", "a line break or another sign"),
    ('title: "Pelvic radiographs of women and men"', "title: ''", "title", "is empty"),
    ('slug: "pelvis"', 'slug: "a/b"', "slug", "cannot stand in an address"),
    ('slug: "pelvis"', "slug: new", "slug", "taken by a page"),
    ("{criterion} change?", "{thing} change?", "question", "must contain {criterion}"),
    ("fps: 30", "fps: 61", "display.training.fps", "60 is the most"),
    ("level: 127.5", "level: .nan", "display.training.level", "must be a number"),
    ('tools: ["window", ', 'tools: ["laser", ', "display.training.tools", "laser is not among the choices"),
    ('tools: ["window", ', 'tools: ["zoom", ', "display.training.tools", "“zoom” stands here twice"),
    ("format: counterpart-protocol/1", "format: other/2", "format", "must begin with `format: counterpart"),
    ("criteria: []", "criteria: none", "criteria", "must be a list of criteria"),
    ("criteria: []", "criteria: [ring]", "criteria[1]", "must hold names with values"),
    ("\nwashout:\n", "\nwashout: 28\nx:\n", "washout", "must hold names with values"),
]


@pytest.mark.parametrize(("before", "after", "place", "reason"), CHANGES)
def test_what_cannot_be_is_refused_at_its_place_and_line(before, after, place, reason):
    assert before in FILE
    changed = FILE.replace(before, after, 1)
    with pytest.raises(ProtocolUnusable) as refused:
        parse(changed)
    problem = next(problem for problem in refused.value.problems if problem.place == place)
    assert reason in problem.reason
    assert problem.line is not None
    assert place.rsplit(".")[-1].split("[")[0] in changed.splitlines()[problem.line - 1]


@pytest.mark.parametrize(
    ("values", "place", "reason"),
    [
        ({"n_repeats": 2, "repeat_distance": 31}, "repeats.distance", "30 is the most"),
        ({"n_repeats": 1, "repeat_distance": 34, "n_null": 3}, "repeats.distance", "33 is the most"),
        ({"n_repeats": 9, "n_common": 4, "n_per_reader": 8}, "repeats.number", "reads only 8"),
        ({"n_common": 5, "n_per_reader": 31}, "blocks.per_reader", "cannot read 31 of 30"),
        ({"n_common": 9, "n_per_reader": 8}, "blocks.common", "cannot read 9 videos"),
    ],
)
def test_numbers_that_contradict_each_other_are_refused(values, place, reason):
    with pytest.raises(ProtocolUnusable) as refused:
        example(**values)
    assert place in [problem.place for problem in refused.value.problems]
    assert reason in str(refused.value)


CRITERIA = """criteria:
  - key: ring
    name: Pelvic ring
    anchors: [a, b, c, d]
  - key: ring
    nmae: Distance
    anchors: [a, b, c, d, d]
  - key: two words
    name: "x\\ny"
    anchors: [a, b, c, d, "  "]
    finding_low: 3
"""


def test_criteria_are_refused_one_by_one_and_all_at_once():
    with pytest.raises(ProtocolUnusable) as refused:
        parse(FILE.replace("criteria: []\n", CRITERIA).replace("days: 28", "days: 1"))
    first = FILE.splitlines().index("criteria: []") + 2
    found = {(p.place, p.line - first if "criteria" in p.place else 0) for p in refused.value.problems}
    assert found == {
        ("washout.days", 0),
        ("criteria[1].anchors", 2),
        ("criteria[2].key", 3),
        ("criteria[2].name", 3),
        ("criteria[2].nmae", 4),
        ("criteria[2].anchors", 5),
        ("criteria[3].key", 6),
        ("criteria[3].name", 7),
        ("criteria[3].anchors", 8),
        ("criteria[3].finding_low", 9),
    }
    assert "exactly 5 anchors" in str(refused.value)
    assert "Did you mean “name”?" in str(refused.value)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("", "The file is empty"),
        ("a: [1", "line 1: This is not YAML"),
        ("a: 1\n b: 2", "line 2: This is not YAML"),
        ("a: 1\na: 2", "line 2: “a” stands here twice"),
        ("washout: {days: 28, days: 29}", "line 1, washout: “days” stands here twice"),
        ("a: &x [1]\nb: [*x, *x]", "Anchors, aliases and tags"),
        ("a: !!python/object/apply:os.system ['true']", "Anchors, aliases and tags"),
        ("a: 1\n---\nb: 2", "line 2: The file holds several documents"),
        ("[" * 5_000, "nested deeper than any protocol"),
        ("? [a]\n: 1", "A name must be a plain text"),
        (b"title: \xff", "not text in UTF-8"),
        ("a: \x00", "a sign that YAML does not allow"),
        ("#" * (yaml_text.MAX_BYTES + 1), "more than 256 KiB"),
    ],
)
def test_files_that_are_not_safe_plain_yaml_are_refused(data, reason):
    with pytest.raises(ProtocolUnusable) as refused:
        parse(data)
    assert reason in str(refused.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("Yes", "Yes"),
        ("2026-02-20", "2026-02-20"),
        ("1:30", "1:30"),
        ("010", "010"),
        ("1_000", "1_000"),
        ("0x10", "0x10"),
        ("-3", -3),
        ("2.5", 2.5),
        ("1e-05", 0.00001),
        ("true", True),
        ("~", None),
        ("'true'", "true"),
        ("9" * 5_000, "9" * 5_000),
    ],
)
def test_an_unquoted_value_is_what_it_looks_like(text, value):
    assert yaml_text.load(f"a: {text}").document == {"a": value}


def test_choices_are_hashed_in_one_order():
    changed = example(blinded_tools=["flicker", "window"])
    assert document.content(changed)["display"]["blinded"]["tools"] == ["window", "flicker"]


def test_every_setting_says_its_consequence_in_one_line_and_in_the_file():
    comments = " ".join(line.strip().removeprefix("#").strip() for line in FILE.splitlines() if "#" in line)
    for setting in SETTINGS:
        assert setting.help.endswith(".")
        assert is_one_line(setting.help)
        assert len(setting.help) <= 110
        assert setting.help in comments
    assert len(BY_NAME) == len(SETTINGS)
