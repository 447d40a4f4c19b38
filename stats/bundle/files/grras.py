"""The GRRAS checklist, filled from the study's own records.

Source: Kottner et al. (2011) Guidelines for Reporting Reliability and Agreement Studies, J Clin Epidemiol
64:96-106, table 1: 15 items, in short here. What no record can know is left to the authors, and says so.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from statistics import median

from stats.bundle.files.record import StudyRecord
from stats.bundle.files.results import Results
from stats.ordinal import half_up
from stats.report.csv_format import csv_text
from stats.report.numbers import count, interval
from stats.report.selection import SPECIALTIES

REFERENCE = "Kottner et al., J Clin Epidemiol 2011;64:96–106"
DETAILS = "This bundle: every rating, all coefficients at full precision, and a script that recomputes them."
AUTHORS = "To be written by the authors."


@dataclass(frozen=True)
class Item:
    """One item of the checklist; an empty ``answer`` is left to the authors."""

    number: int
    section: str
    asks: str
    answer: str


def checklist(record: StudyRecord, found: Results) -> list[Item]:
    """All 15 items in order."""
    asked = (
        ("Title and abstract", "Say that reliability or agreement was studied", _title(record)),
        ("Introduction", "Name and describe the measurement device", _device(record)),
        ("Introduction", "Population of subjects", ""),
        ("Introduction", "Population of raters", ""),
        ("Introduction", "What is known already; rationale", ""),
        ("Methods", "Sample size: how chosen, numbers intended", _intended(record)),
        ("Methods", "Sampling method", _sampling(record)),
        ("Methods", "Rating process: intervals, information available, blinding", _process(record)),
        ("Methods", "Independence of ratings", _independence(record)),
        ("Methods", "Statistical analysis", _statistics(record)),
        ("Results", "Actual numbers of raters, subjects and replicates", _actual(record)),
        ("Results", "Characteristics of raters and subjects", _characteristics(record)),
        ("Results", "Estimates with statistical uncertainty", _estimates(record, found)),
        ("Discussion", "Practical relevance of the results", ""),
        ("Auxiliary material", "Detailed results", DETAILS),
    )
    return [Item(number, *item) for number, item in enumerate(asked, start=1)]


def grras_files(record: StudyRecord, found: Results) -> dict[str, bytes]:
    """``grras.md`` to read and ``grras.csv`` to work with."""
    items = checklist(record, found)
    lines = ["# GRRAS checklist", "", f"{record.facts.title}. {REFERENCE}; items in short.", ""]
    lines += [f"**{record.facts.notice}**", ""] if record.facts.notice else []
    lines += ["| # | section | item | from the study's records |", "|---|---|---|---|"]
    for item in items:
        answer = (item.answer or f"*{AUTHORS}*").replace("|", "\\|")
        lines.append(f"| {item.number} | {item.section} | {item.asks} | {answer} |")
    cells = [
        [i.number, i.section, i.asks, i.answer or AUTHORS, "records" if i.answer else "authors"]
        for i in items
    ]
    return {
        "grras.md": ("\n".join(lines) + "\n").encode(),
        "grras.csv": csv_text(["item", "section", "asks", "answer", "source"], cells).encode(),
    }


def _title(record: StudyRecord) -> str:
    return f"Study on record as “{record.facts.title}”; interrater agreement was investigated."


def _device(record: StudyRecord) -> str:
    names = ", ".join(criterion.name for criterion in record.facts.criteria)
    asked = f" Question: “{record.facts.question}”" if record.facts.question else ""
    return (
        f"Counterfactual videos, scored on five ordered anchors for each criterion: {names}.{asked} "
        f"Form SHA-256 {record.form_sha256}."
    )


def _intended(record: StudyRecord) -> str:
    return (
        f"Intended: {count(record.n_blinded, 'video')}, each read once by each of "
        f"{count(len(record.readers), 'reader')}; no replicate readings. How the number was chosen is for "
        "the authors to say."
    )


def _sampling(record: StudyRecord) -> str:
    if not _was_read_here(record):
        return ""
    seed = "" if record.allocation_seed is None else f", seed {record.allocation_seed}"
    return (
        "No video of the blinded set shares its noise seed or source radiograph with one of the exploratory "
        f"set. Each reader's order was drawn once (algorithm {record.allocation_algorithm}{seed}). How the "
        "radiographs were sampled is for the authors to say."
    )


def _process(record: StudyRecord) -> str:
    if not _was_read_here(record):
        return "No viewing is on record: these ratings were not given in this program, and have no washout."
    groups = "did not tell" if record.conceal_direction else "told"
    return (
        f"Exploratory phase of {count(record.n_exploratory, 'video')} and a washout of at least "
        f"{record.washout_days} days came before the blinded phase. {_washout(record)} The reading page "
        f"{groups} readers from which group a video starts{_directions(record)}; it showed no title, seed, "
        "source or clinical information."
    )


def _was_read_here(record: StudyRecord) -> bool:
    return any(opened_at is not None for opened_at in record.ratings["opened_at"])


def _directions(record: StudyRecord) -> str:
    if record.blinded:
        return ""
    shown = Counter(record.ratings.drop_duplicates("video")["direction"])
    return f" ({count(shown['AB'], 'video')} shown A→B, {count(shown['BA'], 'video')} B→A)"


def _washout(record: StudyRecord) -> str:
    days = [reader.washout_days for reader in record.readers if reader.washout_days is not None]
    if not days:
        return "No washout that passed is on record: it needs viewings in both phases."
    low, middle, high = (half_up(value, 1) for value in (min(days), median(days), max(days)))
    return (
        f"Washout that passed, from the last exploratory to the first blinded viewing: minimum {low}, "
        f"median {middle}, maximum {high} days ({count(len(days), 'reader')})."
    )


def _independence(record: StudyRecord) -> str:
    if not _was_read_here(record):
        return ""
    changed = int((record.ratings["version"] > 1).sum())
    return (
        "Each reader worked from an account of their own and could not see another reader's answers. An "
        f"answer was locked when its case was submitted; {changed} of {len(record.ratings)} ratings had been "
        "changed before that."
    )


def _statistics(record: StudyRecord) -> str:
    return (
        "Gwet's AC1 on the five categories offered, with a linearised standard error for these readers, a "
        "95 % t interval, a second standard error for new readers (leave one reader out) and a two-sided P; "
        "AC2 (linear and quadratic weights), percent agreement, Fleiss, Conger, Brennan-Prediger and "
        f"Krippendorff's alpha as companions. Medians and quartiles of type 7. Codes {record.coding}."
    )


def _actual(record: StudyRecord) -> str:
    ratings = record.ratings
    assigned = sum(reader.n_assigned for reader in record.readers)
    submitted = sum(reader.n_submitted for reader in record.readers)
    return (
        f"{count(ratings['reader'].nunique(), 'reader')}, {count(ratings['video'].nunique(), 'video')}, "
        f"{count(len(ratings), 'rating')}; {submitted} of {assigned} cases submitted; no replicates: each "
        "reader scored each video once."
    )


def _characteristics(record: StudyRecord) -> str:
    numbers = Counter(reader.specialty for reader in record.readers)
    known = ", ".join(count(numbers[key], key) for key in SPECIALTIES if numbers[key])
    return f"Readers by specialty: {known}. Their training and the subjects are for the authors to describe."


def _estimates(record: StudyRecord, found: Results) -> str:
    names = {criterion.key: criterion.name for criterion in record.facts.criteria}
    parts = []
    for group in found["results"]:
        ac1 = group["coefficients"][0]
        if group["subgroup"] != "all":
            continue
        if ac1["estimate"] is None:
            parts.append(f"{names[group['criterion']]}: not estimable ({ac1['not_estimable']})")
        elif ac1["df"] is None:
            parts.append(f"{names[group['criterion']]} {half_up(ac1['estimate'], 2)}")
        else:
            limits = interval(ac1["ci_low"], ac1["ci_high"])
            parts.append(f"{names[group['criterion']]} {half_up(ac1['estimate'], 2)} ({limits})")
    return f"AC1 (95 % CI, given these readers): {'; '.join(parts)}."
