"""The reconstructed ratings of the paper, as columns and as tables."""

from __future__ import annotations

import csv

from tests.stats.golden import ROOT

CRITERIA = (
    "pelvis_ring",
    "obturator_foramen",
    "interacetabular_distance",
    "neck_shaft_angle",
    "cortical_thickness",
    "osteoarthritis",
)


def paper_columns(criterion: str) -> dict[str, list]:
    """score, video, reader and role of the 120 ratings of one criterion."""
    with (ROOT / "stats/data/paper_ratings.csv").open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["criterion"] == criterion]
    columns = {name: [row[name] for row in rows] for name in ("video", "reader", "role")}
    return {"score": [int(row["score"]) for row in rows], **columns}


def paper_matrix(criterion: str) -> list[list[int]]:
    """30 videos × 4 readers."""
    columns = paper_columns(criterion)
    table: dict[str, dict[str, int]] = {}
    for video, reader, score in zip(columns["video"], columns["reader"], columns["score"], strict=True):
        table.setdefault(video, {})[reader] = score
    return [[readers[name] for name in sorted(readers)] for _, readers in sorted(table.items())]
