"""Search everything that an import left for every identity that the simulator planted.

    python benchmarks/planted_identities.py SIMULATED PLACE…

SIMULATED is a folder of simulate_cohort (truth/identities.csv, registry.csv); PLACE are files and folders:
the data folder with its database, the log, the command's output. Not the JSON report, which names files for
the hospital alone. Fails if one value of one person is found in contents or names.
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

PREFIX = 3  # bytes: few prefixes, as planted values begin alike, so that a file is searched once for all


def planted(simulated: Path) -> set[bytes]:
    """Return every planted value, and every patient number."""
    with (simulated / "truth" / "identities.csv").open(encoding="utf-8") as stream:
        values = {row["value"].encode() for row in csv.DictReader(stream)}
    with (simulated / "registry.csv").open(encoding="utf-8") as stream:
        return values | {row["patient"].encode() for row in csv.DictReader(stream)}


def files(places: Iterable[Path]) -> Iterator[Path]:
    """Yield every file of the places."""
    for place in places:
        yield from (path for path in place.rglob("*") if path.is_file()) if place.is_dir() else (place,)


def found_in(data: bytes, values: set[bytes], prefixes: re.Pattern[bytes], lengths: set[int]) -> set[bytes]:
    """Return the values that occur in ``data``."""
    return {
        data[hit.start() : hit.start() + length]
        for hit in prefixes.finditer(data)
        for length in lengths
        if data[hit.start() : hit.start() + length] in values
    }


def main() -> None:
    simulated, *places = map(Path, sys.argv[1:])
    values = planted(simulated)
    prefixes = re.compile(b"|".join(sorted({re.escape(value[:PREFIX]) for value in values})))
    lengths = {len(value) for value in values}
    searched = size = 0
    hits: list[str] = []
    for path in files(places):
        data = str(path).encode() + b"\n" + path.read_bytes()
        searched, size = searched + 1, size + len(data)
        hits += [f"{path}: {value.decode()}" for value in found_in(data, values, prefixes, lengths)]
    if found_in(b" ".join(values), values, prefixes, lengths) != values:
        sys.exit("the search itself is blind")
    print(f"{len(values):,} planted values, {searched:,} files, {size / 1e6:,.0f} MB: {len(hits)} found")
    for hit in hits[:20]:
        print("  " + hit)
    sys.exit(bool(hits))


if __name__ == "__main__":
    main()
