"""What makes a protocol impossible: one value by itself, and values against each other."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from readers.protocol.forms import question_problem
from readers.protocol.problems import Problem, shown
from readers.protocol.settings import BY_NAME, Kind, Setting
from readers.protocol.words import gettext_noop as _

RESERVED_SLUGS = ("new",)

MISSING = _("This is missing: every study must say it.")
NOT_TEXT = _("This must be a text; %(value)s is none. Put it in quotation marks.")
NO_WORDS = _("This is empty: every study must say it.")
NO_VALUE = _("This is empty: write a value; %(default)s is usual.")
TOO_LONG = _("This has %(length)s characters; %(high)s are the most.")
CONTROL = _("This holds a line break or another sign that cannot be shown: write it in one line.")
NOT_WORD = _("“%(value)s” cannot stand in an address: use letters, digits, hyphens and underscores alone.")
RESERVED = _("“%(value)s” is taken by a page of its own: choose another name.")
NOT_WHOLE = _("This must be a whole number; %(value)s is none.")
NOT_NUMBER = _("This must be a number; %(value)s is none.")
NOT_YES_NO = _("This must be true or false; %(value)s is neither.")
NOT_CHOICE = _("%(value)s is not among the choices: %(known)s.")
NOT_SEVERAL = _("This must be a list of choices: %(known)s.")
TWICE = _("“%(value)s” stands here twice: leave one out.")
TOO_LOW = _("%(value)s is too few: %(low)s is the least.")
TOO_HIGH = _("%(value)s is too many: %(high)s is the most.")
WASHOUT = _(
    "A washout of %(value)s days is too short: under %(low)s days readers may remember what they saw. "
    "Write %(low)s or more."
)
SAME_GROUPS = _("A and B are the same group: there is nothing to compare. Name two groups.")
BOTH_BLOCKS = _("Blocks need both numbers: how many videos everybody reads, and how many each reader reads.")
COMMON_OVER_OWN = _(
    "Everybody cannot read %(common)s videos when each reader reads only %(own)s: lower the first number."
)
OWN_OVER_ALL = _("A reader cannot read %(own)s of %(all)s blinded videos: lower this, or have more videos.")
REPEATS_OVER_OWN = _("%(repeats)s videos cannot be repeated when a reader reads only %(own)s: lower this.")
DISTANCE = _(
    "With %(own)s videos for each reader no order keeps every repeat %(distance)s videos away: "
    "%(own)s is the most."
)


def value_problem(setting: Setting, value: Any) -> Problem | None:
    """Why `value` cannot be this setting's; None when it can."""

    def problem(message: str, **values: Any) -> Problem:
        return Problem(setting.place, message, {"value": shown(value)} | values)

    if value is None:
        if setting.required:
            return problem(MISSING)
        return None if setting.default is None else problem(NO_VALUE, default=shown(setting.default) or "“”")
    match setting.kind:
        case Kind.TEXT | Kind.WORD:
            return _text_problem(setting, value, problem)
        case Kind.YES_NO:
            return None if isinstance(value, bool) else problem(NOT_YES_NO)
        case Kind.CHOICE:
            known = list(setting.choices or ())
            return None if value in known else problem(NOT_CHOICE, known=", ".join(known))
        case Kind.SEVERAL:
            return _list_problem(setting, value, problem)
        case _:
            return _number_problem(setting, value, problem)


def problems_between(values: Mapping[str, Any]) -> Iterator[Problem]:
    """What is wrong between values that are each possible, by name; those not given are not judged."""
    yield from _group_problems(values)
    yield from _count_problems(values)


def _text_problem(setting: Setting, value: Any, problem: Any) -> Problem | None:
    if not isinstance(value, str):
        return problem(NOT_TEXT)
    if setting.required and not value.strip():
        return problem(NO_WORDS)
    if len(value) > setting.high:
        return problem(TOO_LONG, length=len(value), high=int(setting.high))
    if not is_one_line(value):
        return problem(CONTROL)
    if setting.kind is Kind.WORD:
        if not re.fullmatch(r"[-a-zA-Z0-9_]+", value):
            return problem(NOT_WORD)
        if setting.name == "slug" and value in RESERVED_SLUGS:
            return problem(RESERVED)
    if setting.name == "question_template" and (reason := question_problem(value)):
        return problem(reason.replace("%", "%%"))
    return None


def is_one_line(text: str) -> bool:
    """True when `text` holds no control sign, no line break and nothing that is no character."""
    return not any(unicodedata.category(sign) in ("Cc", "Cs", "Co", "Cn", "Zl", "Zp") for sign in text)


def _list_problem(setting: Setting, value: Any, problem: Any) -> Problem | None:
    known = list(setting.choices or ())
    if not isinstance(value, list | tuple):
        return problem(NOT_SEVERAL, known=", ".join(known))
    for position, entry in enumerate(value):
        if entry not in known:
            return problem(NOT_CHOICE, value=shown(entry), known=", ".join(known))
        if entry in value[:position]:
            return problem(TWICE, value=shown(entry))
    return None


def _number_problem(setting: Setting, value: Any, problem: Any) -> Problem | None:
    if setting.kind is Kind.WHOLE and (isinstance(value, bool) or not isinstance(value, int)):
        return problem(NOT_WHOLE)
    if isinstance(value, bool) or not isinstance(value, int | float) or not _is_finite(value):
        return problem(NOT_NUMBER)
    if value < setting.low:
        message = WASHOUT if setting.name == "washout_days" else TOO_LOW
        return problem(message, low=f"{setting.low:g}")
    return problem(TOO_HIGH, high=f"{setting.high:.16g}") if value > setting.high else None


def _is_finite(value: float) -> bool:
    return isinstance(value, int) or math.isfinite(value)


def _group_problems(values: Mapping[str, Any]) -> Iterator[Problem]:
    a, b = values.get("group_a"), values.get("group_b")
    if a and b and a.strip().casefold() == b.strip().casefold():
        yield Problem(BY_NAME["group_b"].place, SAME_GROUPS)


def _count_problems(values: Mapping[str, Any]) -> Iterator[Problem]:
    every, common, own = (values.get(name) for name in ("n_blinded", "n_common", "n_per_reader"))
    repeats, distance = values.get("n_repeats") or 0, values.get("repeat_distance")
    if (common is None) != (own is None) and {"n_common", "n_per_reader"} <= values.keys():
        yield Problem(BY_NAME["n_common" if common is None else "n_per_reader"].place, BOTH_BLOCKS)
        return
    if every is None:
        return
    if own is not None and own > every:
        yield Problem(BY_NAME["n_per_reader"].place, OWN_OVER_ALL, {"own": own, "all": every})
    if own is not None and common is not None and common > own:
        yield Problem(BY_NAME["n_common"].place, COMMON_OVER_OWN, {"common": common, "own": own})
    read = every if own is None else min(own, every)
    if repeats > read:
        yield Problem(BY_NAME["n_repeats"].place, REPEATS_OVER_OWN, {"repeats": repeats, "own": read})
    # The earliest repeat comes at place n + 1 at the latest, its first reading at place 1 at the earliest.
    different = read + (values.get("n_null") or 0)
    if repeats and distance is not None and distance > different:
        yield Problem(BY_NAME["repeat_distance"].place, DISTANCE, {"own": different, "distance": distance})
