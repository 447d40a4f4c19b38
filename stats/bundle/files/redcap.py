"""A REDCap data dictionary of the form, so that a site can collect the same ratings in REDCap.

Source: the 18 columns that REDCap's "Download the current Data Dictionary" writes, in their order; choices
are "code, words | code, words". The first field must be the record's identifier, of type text.
"""

from __future__ import annotations

import re

from stats.bundle.files.record import StudyRecord
from stats.report.csv_format import csv_text

COLUMNS = (
    "Variable / Field Name",
    "Form Name",
    "Section Header",
    "Field Type",
    "Field Label",
    "Choices, Calculations, OR Slider Labels",
    "Field Note",
    "Text Validation Type OR Show Slider Number",
    "Text Validation Min",
    "Text Validation Max",
    "Identifier?",
    "Branching Logic (Show field only if...)",
    "Required Field?",
    "Custom Alignment",
    "Question Number (surveys only)",
    "Matrix Group Name",
    "Matrix Ranking?",
    "Field Annotation",
)
FORM = "reading"


def data_dictionary(record: StudyRecord) -> bytes:
    """One field for the record, the reader, the video and its position, and a radio field a criterion."""
    specialties = "surgeon, Surgeon | radiologist, Radiologist | other, Other"
    lines = [
        _line("record_id", "text", "Record: reader and position"),
        _line("reader", "text", "Code of the reader", required="y"),
        _line("specialty", "radio", "Specialty of the reader", choices=specialties, required="y"),
        _line("video", "text", "Label of the video", required="y"),
        _line("position", "text", "Place in the reader's order", validation="integer", low="1", required="y"),
    ]
    taken = {line[0] for line in lines}
    for criterion in record.facts.criteria:
        name = _field_name(criterion.key, taken)
        taken.add(name)
        lines.append(
            _line(
                name,
                "radio",
                criterion.name,
                choices=_choices(criterion.anchors),
                required="y",
                note="As shown, from the first to the last frame",
            )
        )
    return csv_text(COLUMNS, lines).encode()


def _line(
    name: str,
    kind: str,
    label: str,
    *,
    choices: str = "",
    note: str = "",
    validation: str = "",
    low: str = "",
    required: str = "",
) -> list[str]:
    start = [name, FORM, "", kind, label, choices, note, validation, low, "", "", "", required]
    return start + [""] * (len(COLUMNS) - len(start))


def _choices(anchors: tuple[str, ...]) -> str:
    # A bar separates choices and cannot be escaped.
    return " | ".join(f"{code}, {anchor.replace('|', '/')}" for code, anchor in enumerate(anchors, start=1))


def _field_name(key: str, taken: set[str]) -> str:
    """REDCap takes lower-case letters, digits and single underscores, beginning with a letter."""
    name = re.sub(r"_+", "_", key.lower().replace("-", "_")).strip("_")
    name = name if name[:1].isalpha() else f"item_{name}"
    free = name
    number = 2
    while free in taken:
        free, number = f"{name}_{number}", number + 1
    return free
