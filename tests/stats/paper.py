"""The reconstructed ratings of the paper, as columns and as a table."""

from __future__ import annotations

import csv

from stats.agreement import LIKERT5, Ratings
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


def paper_ratings(criterion: str) -> Ratings:
    """The 30 videos × 4 readers of one criterion."""
    columns = paper_columns(criterion)
    pairs = zip(columns["video"], columns["reader"], strict=True)
    return Ratings.from_long(dict(zip(pairs, columns["score"], strict=True)), LIKERT5)
