"""The ratings themselves: tidy (one row a rating), wide (one row a video) and Parquet."""

from __future__ import annotations

import io
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from readers.protocol.observations import Note
from stats.bundle.files.columns import long_columns
from stats.bundle.files.record import StudyRecord
from stats.report.csv_format import csv_text

if TYPE_CHECKING:
    from pandas import DataFrame


def ratings_csv(record: StudyRecord) -> bytes:
    """One row a rating, times as ISO 8601 in UTC, empty where a value is not on record."""
    columns = [column.name for column in long_columns(record)]
    return csv_text(columns, ([_text(row[name]) for name in columns] for row in _rows(record))).encode()


def wide_csv(record: StudyRecord, criterion: str) -> bytes:
    """Codes of one criterion, one row a video and one column a reader: what irrCAC takes.

    Videos that nobody rated and readers who rated nothing are not in it; an empty cell is a missing rating.
    """
    part = record.ratings[record.ratings["criterion"] == criterion]
    codes = dict(zip(zip(part["video"], part["reader"], strict=True), part[record.code], strict=True))
    videos, readers = sorted(set(part["video"])), sorted(set(part["reader"]))
    lines = [[video, *(codes.get((video, reader), "") for reader in readers)] for video in videos]
    return csv_text(["video", *readers], lines).encode()


def videos_csv(record: StudyRecord) -> bytes:
    """Videos that were rated, with the direction in which they were shown."""
    pairs = sorted(set(zip(record.ratings["video"], record.ratings["direction"], strict=True)))
    return csv_text(["video", "direction"], pairs).encode()


def readers_csv(record: StudyRecord) -> bytes:
    """Readers with their specialty, their cases, and the washout that really passed."""
    header = ["reader", "specialty", "n_assigned", "n_submitted", "washout_days"]
    lines = [
        [r.code, r.specialty, r.n_assigned, r.n_submitted, "" if r.washout_days is None else r.washout_days]
        for r in record.readers
    ]
    return csv_text(header, lines).encode()


def reading_times_csv(record: StudyRecord) -> bytes:
    """Submitted cases with the time of active reading and the frames seen, from the viewing log."""
    header = ["video", "reader", "position", "reading", "kind", "active_s", "frames_seen", "n_frames"]
    lines = [
        [
            case.video,
            case.reader,
            case.position,
            case.reading,
            case.kind,
            *map(_text, (case.active_s, case.frames_seen, case.n_frames)),
        ]
        for case in record.case_times
    ]
    return csv_text(header, lines).encode()


def not_judged_csv(record: StudyRecord) -> bytes:
    """What readers could not judge, and why; these are missing in the ratings."""
    lines = [[each.criterion, each.video, each.reader, each.reason] for each in record.not_judged]
    return csv_text(["criterion", "video", "reader", "reason"], lines).encode()


def notes_csv(record: StudyRecord) -> bytes:
    """What readers noted on exploratory videos; frames count from 1, as the page counts them."""
    header = [field.name for field in fields(Note)]
    lines = []
    for note in record.notes:
        shown = replace(note, frame=note.frame + 1, rendered_frame=note.rendered_frame + 1)
        values = (getattr(shown, name) for name in header)
        lines.append([", ".join(each) if isinstance(each, list) else _text(each) for each in values])
    return csv_text(header, lines).encode()


def acts_csv(record: StudyRecord) -> bytes:
    """What coordinators did to readers and submitted cases, and whether they could see results by then."""
    lines = [[_text(a.at), a.act, a.reader, a.video, "yes" if a.unblinded else "no"] for a in record.acts]
    return csv_text(["at", "act", "reader", "video", "unblinded"], lines).encode()


def criteria_csv(record: StudyRecord) -> bytes:
    """The form: criteria in order with the words of codes 1 to 5, and the words of findings A→B."""
    header = ["criterion", "name", "anchor_1", "anchor_2", "anchor_3", "anchor_4", "anchor_5"]
    findings = [] if record.blinded else ["finding_low", "finding_high"]
    lines = [
        [c.key, c.name, *c.anchors, *(getattr(c, finding) for finding in findings)]
        for c in record.facts.criteria
    ]
    return csv_text([*header, *findings], lines).encode()


def ratings_parquet(record: StudyRecord) -> bytes:
    """The tidy ratings with types: whole numbers, UTC times to the microsecond, null where missing."""
    import pyarrow
    from pyarrow import parquet

    types = {
        "string": pyarrow.string(),
        "integer": pyarrow.int32(),
        "number": pyarrow.float64(),
        "datetime": pyarrow.timestamp("us", tz="UTC"),
    }
    columns, rows = long_columns(record), _rows(record)
    schema = pyarrow.schema(
        [pyarrow.field(c.name, types[c.type], metadata={"description": c.description}) for c in columns]
    )
    table = pyarrow.table({c.name: [row[c.name] for row in rows] for c in columns}, schema=schema)
    stream = io.BytesIO()
    parquet.write_table(table, stream)
    return stream.getvalue()


def _rows(record: StudyRecord) -> list[dict[str, Any]]:
    frame: DataFrame = record.ratings
    notice = {"notice": record.facts.notice} if record.facts.notice else {}
    names = list(frame.columns)
    columns = [frame[name].tolist() for name in names]
    return [dict(zip(names, values, strict=True)) | notice for values in zip(*columns, strict=True)]


def _text(value: Any) -> Any:
    if value is None:
        return ""
    return value.isoformat() if hasattr(value, "isoformat") else value
