"""The protocol of a study as the pure core takes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Min

from readers.models import Action, Assignment, ProtocolVersion, Study, StudyDraft
from readers.protocol import document
from readers.protocol.changes import Change, changes_between
from readers.protocol.document import Protocol
from readers.protocol.settings import BY_NAME, SETTINGS, Setting, Stage


def protocol_of(study: Study) -> Protocol:
    """Settings and criteria of a study as they stand."""
    values = {
        setting.name: study.display[setting.path[1]][setting.path[2]]
        if setting.path[0] == "display"
        else getattr(study, setting.name)
        for setting in SETTINGS
    }
    criteria = [
        {
            "key": criterion.key,
            "name": criterion.name,
            "anchors": list(criterion.anchors),
            "finding_low": criterion.finding_low,
            "finding_high": criterion.finding_high,
        }
        for criterion in study.criteria.order_by("position")
    ]
    return Protocol(values, tuple(criteria))


def frozen_since(study: Study) -> dict[Stage, datetime]:
    """The stages that a study has reached, each with the moment from which its settings are frozen."""
    since = {Stage.MADE: study.created_at}
    if study.study_videos.exists():
        drawn = study.audit_events.filter(action=Action.VIDEOS_ALLOCATED).order_by("number").first()
        since[Stage.DRAWN] = drawn.at if drawn else study.created_at
    if study.form_locked_at:
        since[Stage.LOCKED] = study.form_locked_at
    blinded = Assignment.objects.filter(reader__study=study, phase="blinded")
    first = blinded.aggregate(opened=Min("exposures__opened_at"), answered=Min("answers__answered_at"))
    if moments := [at for at in first.values() if at]:
        since[Stage.READ] = min(moments)
    return since


def frozen_settings(study: Study) -> list[Setting]:
    """The settings that can no longer change; triggers of the database refuse the same."""
    reached = set(frozen_since(study))
    if Stage.LOCKED in reached:
        reached.add(Stage.DRAWN)
    return [setting for setting in SETTINGS if setting.frozen in reached]


@dataclass(frozen=True)
class PastVersion:
    """A version on record and what it changed; `changes` is empty for the first."""

    version: ProtocolVersion
    changes: list[Change]


def version_history(study: Study) -> list[PastVersion]:
    """Every version of a study's protocol, the latest first."""
    versions = list(study.protocol_versions.select_related("made_by").order_by("number"))
    earlier: list[ProtocolVersion | None] = [None, *versions]
    history = [
        PastVersion(version, changes_between(before.document, version.document) if before else [])
        for before, version in zip(earlier, versions, strict=False)
    ]
    return history[::-1]


def protocol_of_draft(draft: StudyDraft) -> Protocol:
    """The protocol that a draft has come to; raises `ProtocolUnusable` with what is missing or impossible."""
    values: dict[str, Any] = {name: setting.default for name, setting in BY_NAME.items()} | draft.values
    return document.read(document.content(Protocol(values, tuple(draft.criteria))))
