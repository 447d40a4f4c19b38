"""YAML to plain values and back: a small, safe part of YAML, with the line of every value.

What a protocol never needs is refused rather than understood: anchors and aliases (which can grow without
bound), tags, several documents, the same name twice. Only `true`, `false`, `null` and decimal numbers are
read as such: in this YAML `no`, `1:30` and `2026-01-01` are texts, as they look.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from readers.protocol.problems import Problem, ProtocolUnusable, shown
from readers.protocol.words import gettext_noop as _

MAX_BYTES = 256 * 1024
MAX_DEPTH = 8

TOO_LARGE = _("The file has more than %(kib)s KiB: a protocol is a few pages of text.")
NOT_UTF8 = _("The file is not text in UTF-8: save it as UTF-8 and try again.")
NOT_YAML = _("This is not YAML: %(reason)s.")
NO_ALIAS = _("Anchors, aliases and tags (&, *, !) are not read here: write the value out.")
TOO_DEEP = _("This is nested deeper than any protocol: check the indentation and the brackets.")
ONE_DOCUMENT = _("The file holds several documents (---): a protocol is one.")
EMPTY = _("The file is empty.")
SAME_NAME = _("“%(key)s” stands here twice: leave one out.")
NOT_A_NAME = _("A name must be a plain text.")

INT = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})")
FLOAT = re.compile(r"[-+]?(?:[0-9]{1,18}\.[0-9]{0,340}|[0-9]{1,18}(?=[eE]))(?:[eE][-+]?[0-9]{1,3})?")
WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}


@dataclass
class Values:
    """Plain values, and the line (from 1) of each place, as in `washout.days` and `criteria[2].name`."""

    document: Any
    lines: dict[str, int] = field(default_factory=dict)

    def line_of(self, place: str) -> int | None:
        """The line of a place, or of the nearest place around it that is there."""
        while place and place not in self.lines:
            place = re.sub(r"(^|\.)[^.\[]*$|\[\d+\]$", "", place)
        return self.lines.get(place)


def load(data: bytes | str) -> Values:
    """Read YAML; raises `ProtocolUnusable` with the line and the reason."""
    text = _text(data)
    try:
        _check_events(text)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        reason = {"reason": error.problem or "unreadable"}
        raise ProtocolUnusable(
            [Problem("", NOT_YAML, reason, mark.line + 1 if mark is not None else None)]
        ) from None
    except yaml.YAMLError:
        raise ProtocolUnusable(
            [Problem("", NOT_YAML, {"reason": "a sign that YAML does not allow"})]
        ) from None
    if node is None:
        raise ProtocolUnusable([Problem("", EMPTY)])
    values = Values(None)
    problems: list[Problem] = []
    values.document = _plain(node, "", values.lines, problems.append)
    if problems:
        raise ProtocolUnusable(problems)
    return values


def scalar(value: Any) -> str:
    """One value on one line, as `load` reads it back: texts always in quotation marks."""
    if isinstance(value, str):
        return yaml.safe_dump(value, default_style='"', allow_unicode=True, width=float("inf")).rstrip("\n")
    if isinstance(value, list):
        return f"[{', '.join(scalar(entry) for entry in value)}]"
    return json.dumps(value)


def _text(data: bytes | str) -> str:
    if len(data) > MAX_BYTES:
        raise ProtocolUnusable([Problem("", TOO_LARGE, {"kib": MAX_BYTES // 1024})])
    if isinstance(data, str):
        return data
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ProtocolUnusable([Problem("", NOT_UTF8)]) from None


def _check_events(text: str) -> None:
    """Walk the file before anything is built from it: no bombs, no depth that recursion could not follow."""
    depth = documents = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = event.start_mark.line + 1 if event.start_mark is not None else None
        if getattr(event, "anchor", None) or getattr(event, "tag", None):
            raise ProtocolUnusable([Problem("", NO_ALIAS, line=line)])
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            raise ProtocolUnusable([Problem("", TOO_DEEP, line=line)])
        if documents > 1:
            raise ProtocolUnusable([Problem("", ONE_DOCUMENT, line=line)])


def _plain(node: yaml.Node, place: str, lines: dict[str, int], refuse: Callable[[Problem], None]) -> Any:
    lines.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        return [
            _plain(entry, f"{place}[{number}]", lines, refuse)
            for number, entry in enumerate(node.value, start=1)
        ]
    if isinstance(node, yaml.MappingNode):
        return dict(_entries(node, place, lines, refuse))
    quoted = isinstance(node, yaml.ScalarNode) and node.style
    return node.value if quoted else _resolved(node.value)


def _entries(
    node: yaml.MappingNode, place: str, lines: dict[str, int], refuse: Callable[[Problem], None]
) -> Iterator[tuple[str, Any]]:
    seen: set[str] = set()
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        key = key_node.value
        if not isinstance(key, str):
            refuse(Problem(place, NOT_A_NAME, line=line))
            continue
        if key in seen:
            refuse(Problem(place, SAME_NAME, {"key": shown(key)}, line))
            continue
        seen.add(key)
        inner = f"{place}.{shown(key)}" if place else shown(key)
        lines[inner] = line
        yield key, _plain(value_node, inner, lines, refuse)


def _resolved(text: str) -> Any:
    """The value of an unquoted text."""
    if text in WORDS:
        return WORDS[text]
    if INT.fullmatch(text):
        return int(text)
    return float(text) if FLOAT.fullmatch(text) else text
