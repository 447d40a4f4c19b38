"""The protocol as one document: what a file holds, a version keeps, and a signature signs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from readers.protocol.forms import anchor_problem
from readers.protocol.problems import Problem, ProtocolUnusable, shown, unknown_key
from readers.protocol.rules import CONTROL, MISSING, is_one_line, problems_between, value_problem
from readers.protocol.settings import SETTINGS, Kind, Setting
from readers.protocol.words import gettext_noop as _

FORMAT = "counterpart-protocol/1"
Content = dict[str, Any]

NOT_A_MAPPING = _("This must hold names with values, each on a line of its own, as in `days: 28`.")
WRONG_FORMAT = _("The document must begin with `format: %(format)s`; other formats cannot be read.")
NOT_A_LIST = _("This must be a list of criteria, each with key, name and five anchors.")
SAME_KEY = _("Two criteria have the key “%(key)s”: give one of them another key.")

# The words of a criterion that the document holds, each with its limits.
CRITERION = (
    Setting("key", ("key",), Kind.WORD, "key", required=True, high=64, help=""),
    Setting("name", ("name",), Kind.TEXT, "name", required=True, high=120, help=""),
    Setting("finding_low", ("finding_low",), Kind.TEXT, "finding_low", default="", high=60, help=""),
    Setting("finding_high", ("finding_high",), Kind.TEXT, "finding_high", default="", high=60, help=""),
)


@dataclass(frozen=True)
class Protocol:
    """`values` holds every one of `SETTINGS` by name; `criteria` are mappings as in the document."""

    values: Mapping[str, Any]
    criteria: tuple[Mapping[str, Any], ...] = ()


def content(protocol: Protocol) -> Content:
    """The document: every setting at its path, complete, so that it reads the same when defaults change."""
    document: Content = {"format": FORMAT}
    for setting in SETTINGS:
        *folders, key = setting.path
        place = document
        for folder in folders:
            place = place.setdefault(folder, {})
        place[key] = _normal(setting, protocol.values[setting.name])
    document["criteria"] = [_criterion(criterion) for criterion in protocol.criteria]
    return document


def fields(protocol: Protocol) -> dict[str, Any]:
    """The settings as the fields of a study: as in `values`, with the display by phase in one of them."""
    display = content(protocol)["display"]
    plain = (setting.name for setting in SETTINGS if setting.path[0] != "display")
    return {name: protocol.values[name] for name in plain} | {"display": display}


def canonical(document: Mapping[str, Any]) -> str:
    """The text that is hashed: JSON with sorted keys, no spaces, every sign as itself."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha256(document: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of the canonical text."""
    return hashlib.sha256(canonical(document).encode()).hexdigest()


def read(document: object) -> Protocol:
    """The protocol of a document; raises `ProtocolUnusable` with everything that is wrong.

    Settings that are not there take their defaults; nothing is guessed and no unknown name is passed over.
    """
    if not isinstance(document, Mapping):
        raise ProtocolUnusable([Problem("", NOT_A_MAPPING)])
    problems = list(_shape_problems(document))
    if document.get("format") != FORMAT:
        problems.append(Problem("format", WRONG_FORMAT, {"format": FORMAT}))
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        value, problem = _value(document, setting)
        if problem:
            problems.append(problem)
        else:
            values[setting.name] = value
    problems += problems_between(values)
    criteria = document.get("criteria")
    problems += _criteria_problems([] if criteria is None else criteria)
    if problems:
        raise ProtocolUnusable(problems)
    return Protocol(values, tuple(_criterion(criterion) for criterion in criteria or ()))


def _shape_problems(document: Mapping[str, Any]) -> Iterator[Problem]:
    """Unknown names at each level, and values where names should be."""
    tree: dict[str, Any] = {"format": None, "criteria": None}
    for setting in SETTINGS:
        place = tree
        for folder in setting.path[:-1]:
            place = place.setdefault(folder, {})
        place[setting.path[-1]] = None

    def walk(given: Mapping[str, Any], known: Mapping[str, Any], path: str) -> Iterator[Problem]:
        for key, value in given.items():
            place = f"{path}{shown(key)}"
            if key not in known:
                yield unknown_key(key, known, place=place)
            elif known[key] is not None and isinstance(value, Mapping):
                yield from walk(value, known[key], f"{place}.")
            elif known[key] is not None and value is not None:
                yield Problem(place, NOT_A_MAPPING)

    return walk(document, tree, "")


def _value(document: Mapping[str, Any], setting: Setting) -> tuple[Any, Problem | None]:
    place: Any = document
    for folder in setting.path[:-1]:
        place = place.get(folder)
        if not isinstance(place, Mapping):
            place = {}
    if setting.path[-1] not in place:
        problem = Problem(setting.place, MISSING) if setting.required else None
        return _normal(setting, setting.default), problem
    value = place[setting.path[-1]]
    if problem := value_problem(setting, value):
        return None, problem
    return _normal(setting, value), None


def _normal(setting: Setting, value: Any) -> Any:
    """One value in one form: choices in the order of the table, 255.0 as 255."""
    if setting.kind is Kind.SEVERAL:
        return [choice for choice in setting.choices or () if choice in value]
    if setting.kind is Kind.NUMBER and value == int(value):
        return int(value)
    return value


def _criterion(criterion: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "key": criterion["key"],
        "name": criterion["name"],
        "anchors": list(criterion["anchors"]),
        "finding_low": criterion.get("finding_low") or "",
        "finding_high": criterion.get("finding_high") or "",
    }


def _criteria_problems(criteria: object) -> Iterator[Problem]:
    if not isinstance(criteria, Sequence) or isinstance(criteria, str):
        yield Problem("criteria", NOT_A_LIST)
        return
    seen: set[object] = set()
    for number, criterion in enumerate(criteria, start=1):
        place = f"criteria[{number}]"
        if not isinstance(criterion, Mapping):
            yield Problem(place, NOT_A_MAPPING)
            continue
        yield from _criterion_problems(criterion, place)
        key = criterion.get("key")
        if isinstance(key, str) and key in seen:
            yield Problem(f"{place}.key", SAME_KEY, {"key": shown(key)})
        seen.add(key if isinstance(key, str) else None)


def _criterion_problems(criterion: Mapping[str, Any], place: str) -> Iterator[Problem]:
    known = [word.name for word in CRITERION] + ["anchors"]
    for key in criterion:
        if key not in known:
            yield unknown_key(key, known, place=f"{place}.{shown(key)}")
    for word in CRITERION:
        problem = value_problem(word, criterion.get(word.name, word.default))
        if problem:
            yield Problem(f"{place}.{word.name}", problem.message, problem.values)
    anchors = criterion.get("anchors")
    if reason := anchor_problem(anchors):
        yield Problem(f"{place}.anchors", reason)
    elif not all(is_one_line(anchor) for anchor in anchors or ()):
        yield Problem(f"{place}.anchors", CONTROL)
