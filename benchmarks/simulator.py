"""Print what docs/reference/simulator.md says of the simulator: truth tables, speed, people of a plan.

OMP_NUM_THREADS=1 python benchmarks/simulator.py [truth | speed | people]
"""

from __future__ import annotations

import os
import sys
import time
from multiprocessing import Pool
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from generation.simulation.attributes import NAMES, TYPICAL  # noqa: E402
from generation.simulation.film import render  # noqa: E402
from generation.simulation.person import Person  # noqa: E402
from generation.simulation.plan_file import read_plan  # noqa: E402
from generation.simulation.record import film, truth_row  # noqa: E402
from generation.simulation.truth import TELLS, effects  # noqa: E402

SHAPES = 5
STEPS = (-2.0, -1.0, 1.0, 2.0)
PEOPLE = 200


def truth() -> None:
    """Slope of each measured attribute on its planted one, and the most that any other moved."""
    rng = np.random.default_rng(0)
    found = [list(effects(Person(seed=0, attributes=TYPICAL), STEPS))]
    while len(found) < SHAPES:
        scores = tuple(np.clip(rng.standard_normal(25), -2, 2) * 0.85)
        try:
            found.append(list(effects(Person(seed=0, attributes=TYPICAL, scores=scores), STEPS)))
        except ValueError:
            continue  # this shape cannot reach ±2 SD of everything
    print(f"{SHAPES} shapes, each attribute planted at {STEPS} SD, films of 512 pixels; everything in SD\n")
    print("| planted | measured on | slope: mean (least to most) | most that another moves |")
    print("|---|---|---|---|")
    for name in NAMES:
        for where in ("mesh", "film"):
            rows = [[e for e in shape if e.attribute == name] for shape in found]
            if name not in getattr(rows[0][0], where):
                continue
            slopes = []
            for shape in rows:
                planted = np.array([e.steps for e in shape])
                slopes.append(planted @ [getattr(e, where)[name] for e in shape] / (planted @ planted))
            others = [
                (abs(value), other)
                for shape in rows
                for e in shape
                for other, value in getattr(e, where).items()
                if other != name
            ]
            most, which = max(others)
            said = f"{np.mean(slopes):.2f} ({min(slopes):.2f} to {max(slopes):.2f})"
            print(f"| {name} | {where} | {said} | {most:.2f} ({which}) |")


def speed() -> None:
    """Processor seconds a film on one core."""
    person = Person(seed=0, attributes=TYPICAL)
    for size, count in ((256, 10), (512, 6), (1024, 4)):
        render(person, size)
        wall, start = time.perf_counter(), time.process_time()
        for _ in range(count):
            render(person, size)
        each, waited = (
            (now - then) / count for now, then in ((time.process_time(), start), (time.perf_counter(), wall))
        )
        print(f"{size} px: {each:.3f} s processor time a film ({waited:.3f} s wall)")
    alone = films_a_second(1)
    for workers in range(2, (os.cpu_count() or 1) + 1):
        print(f"256 px, {workers} processes: {films_a_second(workers) / alone:.2f} times the films of one")


def films_a_second(workers: int, each: int = 40) -> float:
    """Films of 256 pixels a second, all processes warmed up before the clock starts."""
    person = Person(seed=0, attributes=TYPICAL)
    with Pool(workers, initializer=render, initargs=(person,)) as pool:
        pool.map(render, [person] * workers, chunksize=1)
        start = time.perf_counter()
        pool.map(render, [person] * each * workers, chunksize=each)
        return each * workers / (time.perf_counter() - start)


def people() -> None:
    """Planted against measured over the documented plan's first people of each group."""
    text = (ROOT / "docs" / "reference" / "simulated_plan.yaml").read_text()
    plan = read_plan(text.replace("500", str(PEOPLE // 2)).replace("size: 256", "size: 512"))
    rows = [truth_row(film(plan, number)) for number in range(plan.total)]

    def column(name: str) -> np.ndarray:
        return np.array([float(row[name] or "nan") for row in rows])

    group = np.array([row["group"] for row in rows])
    print(f"{PEOPLE} people of docs/reference/simulated_plan.yaml at 512 px\n")
    print("| attribute | planted B − A | film B − A | r planted, mesh | r planted, film |")
    print("|---|---|---|---|---|")
    for name in NAMES:
        told, unit = TELLS[name]
        planted, seen = column(f"planted_{name}"), column(f"film_{told}") / unit
        known = np.isfinite(seen)
        gaps = [np.nanmean(v[group == "B"]) - np.nanmean(v[group == "A"]) for v in (planted, seen)]
        mesh = (
            np.corrcoef(planted, column(f"mesh_{told}") / unit)[0, 1] if f"mesh_{told}" in rows[0] else np.nan
        )
        r = np.corrcoef(planted[known], seen[known])[0, 1]
        surfaces = f"{mesh:.2f}" if np.isfinite(mesh) else "–"
        print(f"| {name} | {gaps[0]:+.3g} | {gaps[1]:+.3g} | {surfaces} | {r:.2f} |")


if __name__ == "__main__":
    parts = {"truth": truth, "speed": speed, "people": people}
    for part in sys.argv[1:] or parts:
        parts[part]()
        print()
