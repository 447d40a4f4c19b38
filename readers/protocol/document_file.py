"""The protocol's file: YAML that explains itself, with each setting's consequence beside it."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from readers.protocol import document, yaml_text
from readers.protocol.document import FORMAT, Protocol
from readers.protocol.problems import ProtocolUnusable
from readers.protocol.settings import BY_NAME, PHASES, SETTINGS, Setting

WIDTH = 96
HEAD = """\
Protocol of a Counterpart reader study.

Check it with `manage.py study check FILE`, make a study from it with `manage.py study import FILE`.
A setting left out takes the value that `manage.py study example` writes; unknown names are refused.
"""
CRITERIA = """\
The items that readers score, each with the words of codes 1 to 5. Usually empty here: they are written
after the exploratory phase, and locked before the blinded one. finding_low and finding_high are the words
of Table 3 when codes 1 and 2, or 4 and 5, prevail from A to B.
"""


def parse(data: bytes | str) -> Protocol:
    """The protocol in a file; raises `ProtocolUnusable` with every problem, its line and its place."""
    values = yaml_text.load(data)
    try:
        return document.read(values.document)
    except ProtocolUnusable as unusable:
        located = [replace(problem, line=values.line_of(problem.place)) for problem in unusable.problems]
        raise ProtocolUnusable(sorted(located, key=lambda problem: problem.line or 0)) from None


def serialise(protocol: Protocol, *, translate: Callable[[str], str] = str) -> str:
    """The file of a protocol, with comments; `parse` gives the same protocol back."""
    content = document.content(protocol)
    lines = [*_comment(HEAD), f"format: {FORMAT}", ""]
    for key, value in content.items():
        if key in ("format", "criteria"):
            continue
        lines += _part((key,), value, translate)
    lines += ["", *_comment(CRITERIA), *_criteria(content["criteria"])]
    return "\n".join(lines) + "\n"


def _part(path: tuple[str, ...], value: Any, translate: Callable[[str], str]) -> list[str]:
    indent = "  " * (len(path) - 1)
    if not isinstance(value, Mapping):
        setting = next(setting for setting in SETTINGS if setting.path == path)
        return [*_help(setting, indent, translate), f"{indent}{path[-1]}: {yaml_text.scalar(value)}"]
    lines = [f"{indent}{path[-1]}:"] if len(path) > 1 else ["", f"{path[-1]}:"]
    for key, inner in value.items():
        lines += _part((*path, key), inner, translate)
    return lines


def _help(setting: Setting, indent: str, translate: Callable[[str], str]) -> list[str]:
    """The consequence of a setting as a comment; the display's is told once, with the first phase."""
    if setting.path[0] == "display" and setting.path[1] != PHASES[0]:
        return []
    choices = [f"- {value}: {translate(label)}" for value, label in (setting.choices or {}).items()]
    return [*_comment(translate(setting.help), indent), *(f"{indent}# {choice}" for choice in choices)]


def _comment(text: str, indent: str = "") -> list[str]:
    lines = []
    for paragraph in text.strip("\n").split("\n\n"):
        lines += [*textwrap.wrap(paragraph, WIDTH - len(indent)), ""]
    return [f"{indent}# {line}".rstrip() for line in lines[:-1]]


def _criteria(criteria: list[dict[str, Any]]) -> list[str]:
    if not criteria:
        return ["criteria: []"]
    lines = ["criteria:"]
    for criterion in criteria:
        key, *others = criterion
        lines.append(f"  - {key}: {yaml_text.scalar(criterion[key])}")
        for name in others:
            if name == "anchors":
                lines.append("    anchors:")
                lines += [f"      - {yaml_text.scalar(anchor)}" for anchor in criterion[name]]
            else:
                lines.append(f"    {name}: {yaml_text.scalar(criterion[name])}")
    return lines


def example(**changes: Any) -> Protocol:
    """A protocol of usual values, for those who begin with a file."""
    values = {setting.name: setting.default for setting in SETTINGS}
    values |= {
        "title": "Pelvic radiographs of women and men",
        "slug": "pelvis",
        "group_a": "women",
        "group_b": "men",
        "allocation_seed": 20_260_220,
    }
    unknown = changes.keys() - BY_NAME.keys()
    if unknown:
        raise KeyError(f"no such setting: {', '.join(sorted(unknown))}")
    return document.read(document.content(Protocol(values | changes)))
