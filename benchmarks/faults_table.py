"""The tables of `benchmarks/faults.py`, of one run or of several together."""

from __future__ import annotations

from collections import Counter
from typing import Any

HARM = ("lost", "doubled", "altered")
COLUMNS = ("rounds", "confirmed", *HARM)
RENDERS = (
    "asked for",
    "finished",
    "compared",
    "other bytes",
    "chunks",
    "attempts broken off",
    "frames rendered again",
)


def by_fault(runs: list[dict[str, Any]]) -> dict[str, Counter[str]]:
    """Sums over the runs, by fault."""
    sums: dict[str, Counter[str]] = {}
    for row in (row for run in runs for row in run["rounds"]):
        sums.setdefault(row["fault"], Counter()).update({name: row[name] for name in COLUMNS})
    return sums


def table(runs: list[dict[str, Any]]) -> str:
    """Answers by fault, then what concerns the whole runs, as Markdown."""
    sums = by_fault(runs)
    sums["all"] = sum(sums.values(), Counter())
    lines = [_row("fault", *COLUMNS), _row(*["---"] * (1 + len(COLUMNS)))]
    lines += [_row(name, *(found[column] for column in COLUMNS)) for name, found in sums.items()]
    lines.append("")
    for name in ("not confirmed", "broken links"):
        lines.append(f"{name}: {sum(run[name] for run in runs)}")
    lines.append(f"slowest p99 of an answer: {max(run['p99 s'] for run in runs)} s")
    renders: Counter[str] = sum((Counter(run["renders"]) for run in runs), Counter())
    lines += [f"videos, {name}: {renders[name]}" for name in RENDERS if any(run["renders"] for run in runs)]
    return "\n".join(lines)


def harmed(runs: list[dict[str, Any]]) -> bool:
    """Whether anything that was confirmed is lost, there twice, or other than it was."""
    answers = any(row[name] for run in runs for row in run["rounds"] for name in HARM)
    renders = [run["renders"] for run in runs if run["renders"]]
    return (
        answers
        or any(run["broken links"] for run in runs)
        or any(one["finished"] < one["asked for"] for one in renders)
        or any(one["other bytes"] or one["frames rendered again"] for one in renders)
    )


def _row(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |"
