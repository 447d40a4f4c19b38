"""The protocol in words, for the page and for the summary of the set-up."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from readers.forms_settings import in_words
from readers.models import Study
from readers.models.choices import VideoPhase
from readers.protocol.changes import Change
from readers.protocol.document import Protocol, content, sha256
from readers.protocol.outlook import has_washout
from readers.protocol.problems import Problem
from readers.protocol.settings import ANCHORS, PHASES, PLAYBACKS, TOOLS, Stage
from readers.selectors.protocol import frozen_since, version_history


def protocol_text(protocol: Protocol) -> dict[str, Any]:
    """Context of `readers/protocol_text.html`: the settings by name, choices in words, and the hash."""
    values = dict(protocol.values)
    document = content(protocol)
    own = values["n_per_reader"] or values["n_blinded"]
    return {
        "protocol": values,
        "has_washout": has_washout(values),
        "anchor": _(ANCHORS[values["washout_anchor"]]),
        "displays": [
            document["display"][phase]
            | {
                "phase": VideoPhase(phase).label,
                "tools": [_(TOOLS[tool]) for tool in document["display"][phase]["tools"]],
                "playback": _(PLAYBACKS[document["display"][phase]["playback"]]),
            }
            for phase in PHASES
            if values[f"n_{phase}"]
        ],
        "n_scored": own + values["n_null"] + values["n_repeats"],
        "criteria": protocol.criteria,
        "sha256": sha256(document),
    }


def frozen_text(study: Study) -> list[tuple[datetime, str]]:
    """From when on which settings can no longer change, in words; empty while all can."""
    why = {
        Stage.DRAWN: _("the videos are drawn: their numbers and the seed are frozen"),
        Stage.LOCKED: _("the form is locked: criteria, question, groups, washout and signatures are frozen"),
        Stage.READ: _("a blinded video has been opened: display, pauses and notice are frozen"),
    }
    return [(at, why[stage]) for stage, at in frozen_since(study).items() if stage in why]


def history_text(study: Study) -> list[dict[str, Any]]:
    """Each version of a study's protocol, the latest first, with its changes in words."""
    return [
        {
            "version": past.version,
            "reason": _(past.version.reason),
            "changes": [
                (_label(change), _shown(change.before), _shown(change.after)) for change in past.changes
            ],
        }
        for past in version_history(study)
    ]


def _label(change: Change) -> str:
    if change.place.startswith("criteria."):
        return _("Criterion %(key)s") % {"key": change.label}
    phase = change.place.split(".")[1] if change.place.startswith("display.") else ""
    return f"{_(change.label)} ({VideoPhase(phase).label})" if phase else _(change.label)


def _shown(value: Any) -> str:
    if value is None or value == "" or value == []:
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return ", ".join(value) if isinstance(value, list) else str(value)


def in_lines(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """Problems as pages show them: line, place, and the sentence in the person's language."""
    return [
        {"line": problem.line, "place": problem.place, "words": in_words(problem)} for problem in problems
    ]


def yaml_file(text: str, *, name: str) -> HttpResponse:
    """A protocol's file to be saved."""
    response = HttpResponse(text, content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.yaml"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
