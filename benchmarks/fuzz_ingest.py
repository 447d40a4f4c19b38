"""Mutated DICOM, PNG and TIFF files through the reader: what comes out, and whether its guards hold.

    PYTHONPATH=. python benchmarks/fuzz_ingest.py [--count 100000] [--seed 0] [--workers 2]

Sources: a small picture in every transfer syntax at 8, 12 and 16 bits, small files of pydicom's, PNG, TIFF.
A mutant has bytes changed, lengths overwritten, parts cut, doubled or spliced in from another file. Each is
read in a guarded process, as an import does; one that ends its process is counted and costs nothing else. The
run fails if an exception leaves the reader, or if a mutant is missing in the end.
"""

from __future__ import annotations

import argparse
import io
import resource
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pydicom
from PIL import Image

from generation.imaging.batch import guarded_pool, within
from generation.imaging.exclusions import kind_of
from generation.imaging.reader import read_file
from generation.imaging.sources import Source
from tests.generation.imaging.samples import in_every_syntax

BATCH = 200
SECONDS = 60
LENGTHS = (b"\xff\xff\xff\xff", b"\x00\x00\x00\x00", b"\xff\xff", b"\x00\x00\x00\x80", b"\xfe\xff\xff\x7f")


@dataclass(frozen=True)
class Mutant(Source):
    """Bytes that look like a file."""

    data: bytes = b""

    def read(self) -> bytes:
        return self.data


def sources(folder: Path) -> list[bytes]:
    """Return the bytes of the files that are mutated."""
    found = [
        path.read_bytes()
        for bits in (8, 12, 16)
        for path in in_every_syntax(folder / str(bits), bits).values()
    ]
    shipped = Path(pydicom.__file__).parent / "data" / "test_files"
    found += [path.read_bytes() for path in sorted(shipped.glob("*.dcm")) if path.stat().st_size < 60_000]
    pixels = np.random.default_rng(1).integers(0, 65536, (24, 24)).astype(np.uint16)
    for kind in ("PNG", "TIFF"):
        out = io.BytesIO()
        Image.fromarray(pixels).save(out, format=kind)
        found.append(out.getvalue())
    return found


def mutate(random: np.random.Generator, files: list[bytes]) -> bytes:
    """Return one mutant; half of the changes fall into the first 2,000 bytes, where headers are."""
    data = bytearray(files[random.integers(len(files))])
    for _ in range(random.integers(1, 5)):
        if not data:
            break
        reach = min(len(data), 2000) if random.random() < 0.5 else len(data)
        at = int(random.integers(reach))
        match random.integers(6):
            case 0 | 1:
                data[at] = int(random.integers(256))
            case 2:
                data[at] ^= 1 << int(random.integers(8))
            case 3:
                new = LENGTHS[random.integers(len(LENGTHS))]
                data[at : at + len(new)] = new
            case 4:
                size = int(random.integers(1, 300))
                data[at:at] = data[at : at + size]
            case 5:
                other = files[random.integers(len(files))]
                start = int(random.integers(len(other)))
                data[at : at + 64] = other[start : start + 64]
    if random.random() < 0.1:
        del data[int(random.integers(len(data) + 1)) :]
    return bytes(data)


def mutant(seed: int, number: int, files: list[bytes]) -> bytes:
    """Return the mutant of this number: the same for the same seed."""
    return mutate(np.random.default_rng([seed, number]), files)


def read_some(seed: int, numbers: list[int], folder: Path, into: Path) -> tuple[Counter[str], float, int]:
    """Read mutants in this process: outcomes, the slowest one's seconds, peak memory in bytes."""
    files = cached(folder)
    counted: Counter[str] = Counter()
    slowest = 0.0
    for number in numbers:
        started = time.perf_counter()
        source = Mutant("mutant", Path("mutant"), data=mutant(seed, number, files))
        reading = within(SECONDS, read_file, source, into)
        counted["read" if reading.status == "read" else kind_of(reading.reason)] += 1
        slowest = max(slowest, time.perf_counter() - started)
    return counted, slowest, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


CACHE: dict[Path, list[bytes]] = {}


def cached(folder: Path) -> list[bytes]:
    """Return the sources that the parent wrote, read once a process."""
    if folder not in CACHE:
        CACHE[folder] = [path.read_bytes() for path in sorted(folder.iterdir())]
    return CACHE[folder]


def fuzz(count: int, seed: int, workers: int, folder: Path) -> tuple[Counter[str], float, int]:
    """Read ``count`` mutants: outcomes (``ended its process`` among them), slowest seconds, peak bytes."""
    (folder / "sources").mkdir()
    (folder / "out").mkdir()
    for number, data in enumerate(sources(folder / "made")):
        (folder / "sources" / f"{number:04}").write_bytes(data)
    counted: Counter[str] = Counter()
    slowest, peak = 0.0, 0
    left = [list(range(start, min(start + BATCH, count))) for start in range(0, count, BATCH)]
    arguments = (folder / "sources", folder / "out")
    while left:
        some, left = left[: 8 * workers], left[8 * workers :]
        broken: list[list[int]] = []
        with guarded_pool(workers) as pool:
            futures = []
            for numbers in some:
                try:
                    futures.append((pool.submit(read_some, seed, numbers, *arguments), numbers))
                except BrokenProcessPool:
                    broken.append(numbers)
            for future, numbers in futures:
                try:
                    found, seconds, memory = future.result()
                except BrokenProcessPool:
                    broken.append(numbers)
                    continue
                counted += found
                slowest, peak = max(slowest, seconds), max(peak, memory)
        for numbers in broken:
            if len(numbers) == 1:
                counted["ended its process"] += 1
                continue
            middle = len(numbers) // 2
            left = [numbers[:middle], numbers[middle:], *left]
        for path in (folder / "out").iterdir():
            path.unlink()
    return counted, slowest, peak


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        counted, slowest, peak = fuzz(options.count, options.seed, options.workers, Path(folder))
    print(f"{counted.total():,} mutants in {time.perf_counter() - started:.0f} s")
    for outcome, count in counted.most_common():
        print(f"{count:9,} {outcome}")
    print(f"slowest {slowest:.1f} s, peak memory of a process {peak / 1e6:.0f} MB")
    if counted.total() != options.count:
        sys.exit("mutants are missing")


if __name__ == "__main__":
    main()
