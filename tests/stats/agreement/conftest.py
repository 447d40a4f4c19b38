from __future__ import annotations

import csv

import pytest

from stats.agreement import LIKERT5, Ratings
from tests.stats.golden import ROOT


@pytest.fixture(scope="session")
def paper() -> dict[str, Ratings]:
    """The reconstructed ratings of the paper, by criterion key."""
    scores: dict[str, dict[tuple[str, str], int]] = {}
    with (ROOT / "stats/data/paper_ratings.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            scores.setdefault(row["criterion"], {})[row["video"], row["reader"]] = int(row["score"])
    return {criterion: Ratings.from_long(given, LIKERT5) for criterion, given in scores.items()}
