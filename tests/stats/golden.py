"""The golden values of R and friends, and the data sets they were computed from."""

from __future__ import annotations

import json
from pathlib import Path

from stats.agreement import Ratings, Scale

ROOT = Path(__file__).parents[2]
GOLDEN = json.loads((ROOT / "tests/golden/agreement_golden.json").read_text(encoding="utf-8"))


def golden_ratings(name: str) -> Ratings:
    dataset = GOLDEN["datasets"][name]
    return Ratings.from_matrix(dataset["ratings"], Scale(tuple(dataset["categories_observed"])))
