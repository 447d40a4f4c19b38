"""The columns of the tidy ratings file, described once for all files that follow from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from stats.bundle.files.record import StudyRecord


@dataclass(frozen=True)
class ColumnSpec:
    """One column. ``type`` is a Frictionless field type, ``constraints`` are Frictionless constraints."""

    name: str
    type: str
    description: str
    constraints: dict[str, Any] = field(default_factory=dict)


def long_columns(record: StudyRecord) -> tuple[ColumnSpec, ...]:
    """Columns of ``ratings.csv`` for this study and variant, in their order."""
    criteria = record.facts.criteria
    anchors = sorted({anchor for criterion in criteria for anchor in criterion.anchors})
    of_scale = {"required": True, "minimum": 1, "maximum": 5, "enum": [1, 2, 3, 4, 5]}
    given = {"required": True}
    whole = given | {"minimum": 0}
    every = (
        ColumnSpec("study", "string", "Short name of the study.", given),
        ColumnSpec(
            "criterion", "string", "Key of the criterion.", given | {"enum": [c.key for c in criteria]}
        ),
        ColumnSpec("criterion_name", "string", "The criterion as readers saw it.", given),
        ColumnSpec("video", "string", "Label of the video; readers never saw it.", given),
        ColumnSpec(
            "reader", "string", "Code of the reader.", given | {"enum": [r.code for r in record.readers]}
        ),
        ColumnSpec(
            "specialty",
            "string",
            "Specialty of the reader.",
            given | {"enum": ["surgeon", "radiologist", "other"]},
        ),
        ColumnSpec("phase", "string", "Phase of the study; only blinded cases have ratings.", given),
        ColumnSpec("position", "integer", "Place in this reader's order, from 1.", given | {"minimum": 1}),
        ColumnSpec("direction", "string", "Direction as shown.", given | {"enum": ["AB", "BA"]}),
        ColumnSpec("score", "integer", "Code of the anchor chosen, in the direction shown.", of_scale),
        ColumnSpec("label", "string", "Words of the anchor chosen, as shown.", given | {"enum": anchors}),
        ColumnSpec(
            "score_ab", "integer", "What the score says about A→B: 6 − score for a video shown B→A.", of_scale
        ),
        ColumnSpec("label_ab", "string", "Words of the A→B code.", given | {"enum": anchors}),
        ColumnSpec("openings", "integer", "How often the case was opened before its submission.", whole),
        ColumnSpec(
            "opened_at",
            "datetime",
            "Last opening of the case before its submission, UTC; empty where none is on record.",
        ),
        ColumnSpec("answered_at", "datetime", "When this version of the answer was given, UTC.", given),
        ColumnSpec("submitted_at", "datetime", "When the case was submitted and locked, UTC.", given),
        ColumnSpec(
            "duration_s",
            "number",
            "Seconds from that opening to the submission, for all criteria of the case together; empty where "
            "no opening is on record.",
            {"minimum": 0},
        ),
        ColumnSpec(
            "version",
            "integer",
            "Version of the answer that counts: 2 means that it was changed once before the submission.",
            given | {"minimum": 1},
        ),
    )
    kept = tuple(column for column in every if column.name in record.ratings.columns)
    notice = ColumnSpec("notice", "string", "The study's own warning about its data.", given)
    return (*kept, notice) if record.facts.notice else kept
