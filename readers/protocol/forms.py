"""The form: a frozen, hashed set of criteria, each a Likert item with five anchors."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from readers.protocol.words import gettext_noop as _

N_ANCHORS = 5
PLACES = ("{A}", "{B}", "{criterion}")
SCORES = tuple(range(1, N_ANCHORS + 1))
CONCEALED_QUESTION = _("From the first to the last frame, how does the {criterion} change?")


@dataclass(frozen=True)
class Item:
    """One criterion of a form; `anchors` are the words of codes 1 to 5."""

    key: str
    name: str
    anchors: tuple[str, ...]


def anchor_problem(anchors: object) -> str:
    """Why `anchors` cannot be a criterion's anchors, as a sentence to translate; empty when they can."""
    if not isinstance(anchors, list | tuple) or len(anchors) != N_ANCHORS:
        return _("A criterion needs exactly 5 anchors, one for each code from 1 to 5.")
    if any(not isinstance(anchor, str) or not anchor.strip() for anchor in anchors):
        return _("Every anchor needs words: readers see them beside the code.")
    if len(set(anchors)) != N_ANCHORS:
        return _("Two anchors have the same words: readers could not tell the codes apart.")
    return ""


def question_problem(template: str) -> str:
    """Why `template` cannot be a study's question, as a sentence to translate; empty when it can."""
    if "{criterion}" not in template:
        return _("The question must contain {criterion}: readers would not be told what to judge.")
    for place in PLACES:
        template = template.replace(place, " ")
    if "{" in template or "}" in template:
        return _("The question may hold braces only in {A}, {B} and {criterion}: nothing else is filled in.")
    return ""


def form_sha256(question_template: str, items: Sequence[Item]) -> str:
    """SHA-256 (hex) of the form as canonical JSON (sorted keys, no spaces); the order of items counts."""
    form = {"question": question_template, "criteria": [asdict(item) for item in items]}
    text = json.dumps(form, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def question(
    template: str,
    *,
    criterion: str,
    group_a: str,
    group_b: str,
    direction: str,
    conceal_direction: bool,
    concealed_question: str = CONCEALED_QUESTION,
) -> str:
    """The question a reader sees for one criterion.

    With the direction concealed it is `concealed_question`, which names no group, only the frames as shown;
    otherwise `{A}` and `{B}` of the template are where the video starts and ends on the screen. In the
    sentence "Pelvic ring" is written small, "CT number" is not.
    """
    if criterion[1:2].islower():
        criterion = criterion[0].lower() + criterion[1:]
    if conceal_direction:
        return concealed_question.replace("{criterion}", criterion)
    first, last = (group_a, group_b) if direction == "AB" else (group_b, group_a)
    return template.replace("{A}", first).replace("{B}", last).replace("{criterion}", criterion)
