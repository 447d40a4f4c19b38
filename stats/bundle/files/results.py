"""Every coefficient for every criterion and subgroup, at full precision, with options, seeds and versions."""

from __future__ import annotations

import json
import platform
from dataclasses import asdict
from importlib.metadata import version
from itertools import combinations
from typing import Any

from stats.agreement import (
    COEFFICIENTS,
    LIKERT5,
    Ratings,
    agreement,
    benchmark,
    new_readers,
)
from stats.agreement.bootstrap import bootstrap_subjects
from stats.agreement.comparison import by_category, compare
from stats.bundle.files.record import StudyRecord
from stats.ordinal import QUANTILE_TYPE, frequencies, quartiles
from stats.report import Selection
from stats.report.csv_format import csv_text

WEIGHTS = ("identity", "linear", "quadratic")
RESAMPLES, SEED = 2000, 0
CONFIDENCE = 0.95

Results = dict[str, Any]


def results(record: StudyRecord) -> Results:
    """All results of a study as plain values; numbers that cannot be had are None and say why."""
    groups = [
        _criterion(record, name, selection, criterion.key)
        for name, selection in subgroups(record)
        for criterion in record.facts.criteria
    ]
    return {
        "format": "counterpart-results/1",
        "study": record.facts.slug,
        "notice": record.facts.notice,
        "variant": "blinded" if record.blinded else "unblinded",
        "codes": record.coding,
        "form_sha256": record.form_sha256,
        "n_ratings": len(record.ratings),
        "last_submission": record.ratings["submitted_at"].max().isoformat(),
        "options": {
            "scale": list(LIKERT5.categories),
            "confidence": CONFIDENCE,
            "interval": "t with n - 1 degrees of freedom, upper limit cut at 1",
            "p": "two-sided, coefficient = 0",
            "new_readers": "leave one reader out (Gwet 2014, eq. 5.4.4), normal quantiles",
            "quantiles": QUANTILE_TYPE,
            "percentages": "largest remainder",
            "benchmark": "Landis and Koch, first level with cumulative probability above 0.95",
            "bootstrap": {
                "of": "AC1, over videos",
                "resamples": RESAMPLES,
                "seed": SEED,
                "generator": "numpy PCG64",
            },
        },
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in ("numpy", "scipy", "pandas", "pyarrow")},
        },
        "results": groups,
        "comparisons": comparisons(record),
    }


def results_json(found: Results) -> bytes:
    """As JSON; floats have the shortest text that reads back to the same number."""
    return (json.dumps(found, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def subgroups(record: StudyRecord) -> list[tuple[str, Selection]]:
    """Everybody, then each specialty and each direction of which there are two kinds at least."""
    found = [("all", Selection())]
    specialties = sorted(set(record.ratings["specialty"]))
    if len(specialties) > 1:
        found += [(specialty, Selection(specialty=specialty)) for specialty in specialties]
    directions = [] if record.blinded else sorted(set(record.ratings["direction"]))
    if len(directions) > 1:
        found += [(f"shown {direction}", Selection(direction=direction)) for direction in directions]
    return found


def comparisons(record: StudyRecord) -> list[dict[str, Any]]:
    """Paired tests (Gwet 2016) of AC1 between specialties, on the videos that both rated."""
    specialties = sorted(set(record.ratings["specialty"]))
    found = []
    for first, second in combinations(specialties, 2):
        for criterion in record.facts.criteria:
            tables = [_ratings(record, Selection(specialty=s), criterion.key) for s in (first, second)]
            tested = asdict(compare(*tables, confidence=CONFIDENCE))
            names = {"criterion": criterion.key, "first": first, "second": second}
            found.append(tested | names)
    return found


def _ratings(record: StudyRecord, selection: Selection, criterion: str) -> Ratings:
    part = selection.of(record.ratings)
    part = part[part["criterion"] == criterion]
    pairs = zip(part["video"], part["reader"], strict=True)
    return Ratings.from_long(dict(zip(pairs, part[record.code], strict=True)), LIKERT5)


def _criterion(record: StudyRecord, group: str, selection: Selection, criterion: str) -> dict[str, Any]:
    ratings = _ratings(record, selection, criterion)
    scores = (ratings.codes[ratings.codes >= 0] + 1).tolist()
    counted, quarters = frequencies(scores), quartiles(scores)
    ac1 = agreement(ratings, confidence=CONFIDENCE)
    level = benchmark(ac1.estimate, ac1.se) if ac1.estimate is not None and ac1.se else None
    return {
        "subgroup": group,
        "specialty": selection.specialty,
        "direction": selection.direction,
        "criterion": criterion,
        "n_ratings": counted.total,
        "counts": list(counted.counts),
        "percent": list(counted.percent),
        "q1": quarters and quarters.q1,
        "median": quarters and quarters.median,
        "q3": quarters and quarters.q3,
        "coefficients": [
            _coefficient(ratings, coefficient, weights) for coefficient in COEFFICIENTS for weights in WEIGHTS
        ],
        "specific_agreement": list(by_category(ratings)),
        "benchmark_ac1": level and asdict(level),
        "bootstrap_ac1": asdict(bootstrap_subjects(ratings, resamples=RESAMPLES, seed=SEED)),
    }


def _coefficient(ratings: Ratings, coefficient: str, weights: str) -> dict[str, Any]:
    here = agreement(ratings, coefficient=coefficient, weights=weights, confidence=CONFIDENCE)
    beyond = new_readers(ratings, coefficient=coefficient, weights=weights, confidence=CONFIDENCE)
    return asdict(here) | {"new_readers": asdict(beyond)}


AGREEMENT = (
    "coefficient", "weights", "estimate", "se", "ci_low", "ci_high", "df", "p_two_sided", "pa", "pe",
    "n_subjects", "n_readers", "n_ratings", "not_estimable",
)  # fmt: skip


def agreement_csv(found: Results) -> bytes:
    """The coefficients of ``results.json`` as a table, for programs that read no JSON."""
    lines = [
        [
            group["subgroup"],
            group["criterion"],
            *(_given(one[key]) for key in AGREEMENT),
            _given(one["new_readers"]["se"]),
            "; ".join(one["warnings"]),
        ]
        for group in found["results"]
        for one in group["coefficients"]
    ]
    header = ["subgroup", "criterion", *AGREEMENT, "se_new_readers", "warnings"]
    return csv_text(header, lines).encode()


def frequencies_csv(found: Results) -> bytes:
    """Counts, percentages and quartiles of each criterion as a table."""
    codes = range(1, len(LIKERT5) + 1)
    header = ["subgroup", "criterion", "n_ratings", *(f"count_{code}" for code in codes),
              *(f"percent_{code}" for code in codes), "q1", "median", "q3"]  # fmt: skip
    lines = [
        [
            group["subgroup"],
            group["criterion"],
            group["n_ratings"],
            *group["counts"],
            *group["percent"],
            *(_given(group[key]) for key in ("q1", "median", "q3")),
        ]
        for group in found["results"]
    ]
    return csv_text(header, lines).encode()


COMPARED = ("difference", "se", "ci_low", "ci_high", "df", "p_two_sided", "not_estimable")


def comparisons_csv(found: Results) -> bytes:
    """The paired tests of AC1 as a table."""
    header = ["criterion", "first", "second", *COMPARED]
    lines = [[_given(one[key]) for key in header] for one in found["comparisons"]]
    return csv_text(header, lines).encode()


def _given(value: Any) -> Any:
    return "" if value is None else value
