"""A whole registry into a folder: images, registry.csv, and the truth beside them. Parallel, resumable.

images/SIM….dcm (or .png)     what import_cohort reads
registry.csv                  demographics and group, by file
truth/truth.csv               planted and measured attributes
truth/identities.csv          every identity planted in the DICOM files
truth/counterparts/SIM….png   the true counterfactual of each person, if asked for
"""

from __future__ import annotations

import csv
import json
import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from generation.imaging.png import encode_grey
from generation.simulation.film import render_path
from generation.simulation.plan import Plan
from generation.simulation.presentation import to_grey
from generation.simulation.record import (
    REGISTRY_COLUMNS,
    TRUTH_COLUMNS,
    film,
    registry_row,
    truth_row,
)

FORMATS = ("dicom", "png")


@dataclass(frozen=True)
class Wanted:
    """What to write for each person."""

    plan: Plan
    out: Path
    format: str = "dicom"
    counterparts: bool = False


def write_cohort(wanted: Wanted, *, workers: int | None = None) -> Iterator[int]:
    """Write everything; yields each person's number as they are done. Finished people are not made again.

    The tables are written last, so a folder with a registry.csv is whole.
    """
    parts = wanted.out / "truth" / "parts"
    for folder in (wanted.out / "images", parts):
        folder.mkdir(parents=True, exist_ok=True)
    if wanted.counterparts:
        (wanted.out / "truth" / "counterparts").mkdir(exist_ok=True)
    numbers = range(wanted.plan.total)
    missing = [number for number in numbers if not _part(wanted, number).exists()]
    yield from (number for number in numbers if number not in set(missing))
    yield from _each(partial(_write_person, wanted), missing, workers)
    _write_tables(wanted)


def _each(work: Any, numbers: Sequence[int], workers: int | None) -> Iterator[int]:
    workers = workers or len(os.sched_getaffinity(0))
    if workers == 1:
        yield from map(work, numbers)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        yield from pool.map(work, numbers, chunksize=4)


def _write_person(wanted: Wanted, number: int) -> int:
    filmed = film(wanted.plan, number)
    patient = filmed.drawn.patient
    identities: dict[str, str] = {}
    file = f"{patient}.{'dcm' if wanted.format == 'dicom' else 'png'}"
    image = wanted.out / "images" / file
    if wanted.format == "png":
        _write(image, encode_grey(to_grey(filmed.brightness)))
    else:
        from generation.simulation.dicom_file import dicom_bytes, planted_identities

        identities = planted_identities(filmed)
        _write(image, dicom_bytes(filmed))
    if wanted.counterparts:
        shift = wanted.plan.shift(filmed.drawn.group)
        (other,) = render_path(filmed.drawn.person, shift, [1.0], wanted.plan.size)
        _write(wanted.out / "truth" / "counterparts" / f"{patient}.png", encode_grey(other))
    registry = registry_row(filmed, file)
    lines = {"registry": registry, "truth": truth_row(filmed), "identities": identities}
    _write(_part(wanted, number), json.dumps(lines).encode())
    return number


def _part(wanted: Wanted, number: int) -> Path:
    return wanted.out / "truth" / "parts" / f"{number:07d}.json"


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.write_bytes(data)
    unfinished.replace(path)


def _write_tables(wanted: Wanted) -> None:
    people = [json.loads(_part(wanted, number).read_bytes()) for number in range(wanted.plan.total)]
    truth = wanted.out / "truth"
    _write_csv(truth / "truth.csv", TRUTH_COLUMNS, [person["truth"] for person in people])
    planted = (
        {"patient": person["truth"]["patient"], "element": element, "value": value}
        for person in people
        for element, value in person["identities"].items()
    )
    _write_csv(truth / "identities.csv", ("patient", "element", "value"), planted)
    plan = asdict(wanted.plan) | {"correlation": wanted.plan.correlation.tolist()}
    _write(truth / "plan.json", json.dumps(plan, indent=1).encode())
    _write_csv(wanted.out / "registry.csv", REGISTRY_COLUMNS, [person["registry"] for person in people])


def _write_csv(path: Path, columns: Sequence[str], rows: Any) -> None:
    with path.with_name(f".{path.name}").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    path.with_name(f".{path.name}").replace(path)
