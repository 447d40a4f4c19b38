"""Whether a simulated registry has the group differences that its plan asks for.

    PYTHONPATH=. python benchmarks/simulated_registry.py FOLDER

FOLDER is of simulate_cohort. Prints, for each attribute and for what should not differ, the standardised
difference B − A (Austin 2009, eq. 1): as planned, as planted in the people, as measured on surfaces and film.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path

import pandas as pd

from generation.simulation.attributes import NAMES
from generation.simulation.truth import TELLS


def standardised(values: pd.Series, group: pd.Series) -> float:
    """Return the standardised difference B − A of the values that are known."""
    a, b = values[group == "A"].dropna(), values[group == "B"].dropna()
    return float((b.mean() - a.mean()) / math.sqrt((a.var() + b.var()) / 2))


def main() -> None:
    folder = Path(sys.argv[1])
    truth = pd.read_csv(folder / "truth" / "truth.csv")
    people = pd.read_csv(folder / "registry.csv")
    plan = json.loads((folder / "truth" / "plan.json").read_text())
    group = truth["group"]
    error = 2 / math.sqrt(len(truth))
    print(f"{len(truth):,} people; standard error of a standardised difference: {error:.3f}\n")
    print("| attribute | planned | planted | surfaces | film | film not readable |")
    print("|---|---|---|---|---|---|")
    for name in NAMES:
        told, unit = TELLS[name]
        quantity = plan["quantities"][name]
        planned = (quantity["mean"]["B"] - quantity["mean"]["A"]) / quantity["spread"]
        seen = {where: truth.get(f"{where}_{told}") for where in ("mesh", "film")}
        shown = [
            "–" if values is None else f"{standardised(values / unit, group):+.2f}"
            for values in seen.values()
        ]
        planted = standardised(truth[f"planted_{name}"], group)
        lacking = int(seen["film"].isna().sum())
        print(f"| {name} | {planned:+.2f} | {planted:+.2f} | {' | '.join(shown)} | {lacking} |")
    print("\n| negative control | B − A |")
    print("|---|---|")
    controls = {name: people[name] for name in ("age", "bmi")}
    controls |= {
        "sex (share of F)": (people["sex"] == "F") * 1.0,
        "implant": (people["implant"] == "yes") * 1.0,
    }
    controls |= {
        name: truth[name] for name in ("tilt", "rotation", "obliquity", "dose", "scatter", "gas", "size")
    }
    for name, values in controls.items():
        print(f"| {name} | {standardised(values, people['group'] if name in people else group):+.3f} |")


if __name__ == "__main__":
    main()
