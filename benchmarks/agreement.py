"""Time and memory of the agreement library, beside Python irrCAC 0.4.4 in the same run.

python -m benchmarks.agreement [--environment FOLDER]

irrCAC lives in an environment of its own, made at the first run, because it pins scipy to 1.12. Times are CPU
time of one process (best of several), so that a busy machine spoils them less; both sides start from the same
array of ratings (irrCAC from a data frame of it) and end with coefficient and standard error. Where irrCAC
would take minutes its bootstrap is extrapolated from a few resamples, marked ~.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
import venv
from collections.abc import Callable
from pathlib import Path

SIZES = ((30, 4), (10_000, 4), (100_000, 4), (10_000, 100))
RESAMPLES = 2000
SEED = 20_261
BUDGET_S = 2.0  # of repeating one measurement, once it was taken
PACKAGES = ("irrCAC==0.4.4", "scipy==1.12.0", "numpy==1.26.4", "pandas<3")
TARGETS = {("AC1 and SE", 30, 4): 20, ("AC1 and SE", 100_000, 4): 10, ("bootstrap", 30, 4): 1000}
MILLIONS = ((2_500_000, 4), (100_000, 100))  # 10 million ratings each
TASKS = ("AC1 and SE", "all coefficients", "bootstrap")

Times = dict[str, float]


def ratings_of(n: int, readers: int):  # type: ignore[no-untyped-def]
    """Scores 1 to 5 that agree somewhat, 5 % missing, the same for both sides."""
    import numpy as np

    rng = np.random.RandomState(SEED)
    scores = np.clip(rng.randint(1, 6, (n, 1)) + rng.randint(-1, 2, (n, readers)), 1, 5).astype(float)
    scores[rng.random_sample(scores.shape) < 0.05] = np.nan
    return scores


def best(task: Callable[[], object]) -> float:
    """Seconds of CPU time, the least of as many repetitions as the budget allows (one at least)."""
    times: list[float] = []
    started = time.perf_counter()
    while not times or (time.perf_counter() - started < BUDGET_S):
        start = time.process_time()
        task()
        times.append(time.process_time() - start)
    return min(times)


def ours() -> Times:
    from stats.agreement import COEFFICIENTS, LIKERT5, Ratings, agreement
    from stats.agreement.bootstrap import bootstrap_subjects

    times: Times = {}
    for n, readers in SIZES:
        scores = ratings_of(n, readers)

        def one(scores=scores) -> object:  # type: ignore[no-untyped-def]
            return agreement(Ratings.from_matrix(scores, LIKERT5))

        def every(scores=scores) -> object:  # type: ignore[no-untyped-def]
            table = Ratings.from_matrix(scores, LIKERT5)
            return [agreement(table, coefficient=name) for name in COEFFICIENTS if name != "percent"]

        def resampled(scores=scores) -> object:  # type: ignore[no-untyped-def]
            return bootstrap_subjects(Ratings.from_matrix(scores, LIKERT5), resamples=RESAMPLES)

        for task, function in zip(TASKS, (one, every, resampled), strict=True):
            function()
            times[f"{task}|{n}|{readers}"] = best(function)
        result = one()
        times[f"estimate|{n}|{readers}"], times[f"se|{n}|{readers}"] = result.estimate, result.se
    return times


def theirs() -> Times:
    """Runs in irrCAC's environment; nothing of ours can be imported there."""
    import numpy as np
    import pandas as pd
    from irrCAC.raw import CAC

    def table(frame: pd.DataFrame) -> CAC:
        return CAC(frame, categories=[1, 2, 3, 4, 5], digits=12)

    times: Times = {}
    for n, readers in SIZES:
        frame = pd.DataFrame(ratings_of(n, readers))
        rng = np.random.RandomState(0)

        def one(frame=frame) -> object:  # type: ignore[no-untyped-def]
            return table(frame).gwet()["est"]

        def every(frame=frame) -> object:  # type: ignore[no-untyped-def]
            made = table(frame)
            return [made.gwet(), made.fleiss(), made.conger(), made.bp(), made.krippendorff()]

        def resample(frame=frame, n=n, rng=rng) -> object:  # type: ignore[no-untyped-def]
            return table(frame.iloc[rng.randint(0, n, n)]).gwet()

        one()
        times[f"{TASKS[0]}|{n}|{readers}"] = best(one)
        times[f"{TASKS[1]}|{n}|{readers}"] = best(every)
        times[f"{TASKS[2]}|{n}|{readers}"] = RESAMPLES * best(resample)
        result = one()
        times[f"estimate|{n}|{readers}"] = result["coefficient_value"]
        times[f"se|{n}|{readers}"] = result["se"]
    return times


def memory() -> Times:
    """Peak resident memory (bytes) of the process after each step, which holds all steps before it."""
    import numpy as np

    from stats.agreement import COEFFICIENTS, LIKERT5, Ratings, agreement

    agreement(Ratings.from_matrix(np.array([[1.0, 2.0], [3.0, 3.0]]), LIKERT5))
    peaks = {}
    for task, names in ((TASKS[0], ["ac"]), (TASKS[1], list(COEFFICIENTS))):
        for n, readers in MILLIONS:
            scores = np.random.default_rng(SEED).integers(1, 6, (n, readers), dtype=np.int8)
            peaks.setdefault("the ratings", peak())
            table = Ratings.from_matrix(scores, LIKERT5)
            for name in names:
                agreement(table, coefficient=name)
            peaks[f"{task}, {n:,} × {readers}"] = peak()
    return peaks


def peak() -> float:
    return 1024.0 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def python_of(environment: Path) -> Path:
    """Python of irrCAC's environment, made when it is not there."""
    python = environment / "bin" / "python"
    if not python.exists():
        venv.create(environment, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
    return python


def run(python: Path | str, part: str) -> Times:
    command = [python, __file__, "--part", part]
    paths = {"PYTHONPATH": str(Path(__file__).parents[1])}
    # One thread each: the comparison is of the work, not of the machine.
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, env=os.environ | paths | threads
    )
    return dict(json.loads(done.stdout))


def milliseconds(seconds: float) -> str:
    value = 1000 * seconds
    return f"{value:.3g}" if value < 100 else f"{value:,.0f}"


def report(mine: Times, other: Times, used: Times) -> bool:
    """Print the table; True when every target is met."""
    met = True
    print("| task | videos × readers | here, ms | irrCAC, ms | times faster | target |")
    print("|---|---|---|---|---|---|")
    for task in TASKS:
        for n, readers in SIZES:
            key = f"{task}|{n}|{readers}"
            ratio, target = other[key] / mine[key], TARGETS.get((task, n, readers))
            met &= target is None or ratio >= target
            extrapolated = "~" if task == "bootstrap" else ""
            print(
                f"| {task} | {n:,} × {readers} | {milliseconds(mine[key])} | {extrapolated}"
                f"{milliseconds(other[key])} | {ratio:,.0f} | {target or ''} |"
            )
    names = [f"{name}|{n}|{readers}" for name in ("estimate", "se") for n, readers in SIZES]
    print(f"\nLargest difference of AC1 and SE: {max(abs(mine[k] - other[k]) for k in names):.1g}")
    for key, value in used.items():
        print(f"Peak memory after {key}: {value / 1e9:.2f} GB (target 1)")
    print(f"Load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    return met and max(used.values()) < 1e9


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--environment", type=Path, default=Path("data/benchmarks/irrcac"))
    parser.add_argument("--part", choices=["ours", "theirs", "memory"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.part:
        parts = {"ours": ours, "theirs": theirs, "memory": memory}
        print(json.dumps(parts[options.part]()))
        return 0
    other = run(python_of(options.environment), "theirs")
    return 0 if report(run(sys.executable, "ours"), other, run(sys.executable, "memory")) else 1


if __name__ == "__main__":
    sys.exit(main())
