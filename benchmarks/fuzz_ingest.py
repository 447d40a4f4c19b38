"""Mutated DICOM, PNG and TIFF files through the reader: what comes out, and whether its guards hold.

    PYTHONPATH=. python benchmarks/fuzz_ingest.py [--count 100000] [--seed 0] [--workers 1]
    PYTHONPATH=. python benchmarks/fuzz_ingest.py --show NUMBER > mutant.dcm

Sources: a small picture in every transfer syntax at 8, 12 and 16 bits, small pictures that pydicom ships, PNG
and TIFF. A mutant has bytes changed, lengths overwritten, parts cut, doubled or spliced in from another file.
Each is read in a process with an import's limits, forked anew only when a mutant has ended it. The run fails
if an exception leaves the reader, if a mutant takes longer than a minute, or if one is missing in the end.
"""

from __future__ import annotations

import argparse
import io
import multiprocessing
import resource
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from pathlib import Path

import numpy as np
import pydicom
from PIL import Image
from tqdm import tqdm

from generation.imaging.batch import limit_process, within
from generation.imaging.dicom import read_dicom
from generation.imaging.exclusions import kind_of
from generation.imaging.reader import read_file
from generation.imaging.sources import Source
from tests.generation.imaging.samples import in_every_syntax

SECONDS = 60
SHOWN = 20
RAISED, TOO_LONG = "raised an exception", "took too long"
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
        for path in in_every_syntax(folder / str(bits), bits, SOPInstanceUID="1.2.3").values()
    ]
    shipped = Path(pydicom.__file__).parent / "data" / "test_files"
    small = [path for path in sorted(shipped.glob("*.dcm")) if path.stat().st_size < 60_000]
    found += [path.read_bytes() for path in small if is_picture(path)]
    pixels = np.random.default_rng(1).integers(0, 65536, (24, 24)).astype(np.uint16)
    for kind in ("PNG", "TIFF"):
        out = io.BytesIO()
        Image.fromarray(pixels).save(out, format=kind)
        found.append(out.getvalue())
    return found


def is_picture(path: Path) -> bool:
    """Whether the reader would decode pixels of this file."""
    try:
        read_dicom(path).refuse_unfit()
    except Exception:  # pydicom ships damaged files too
        return False
    return True


def mutate(random: np.random.Generator, files: list[bytes]) -> bytes:
    """Return one mutant, changed in its first half, where headers are, in its second, or anywhere."""
    data = bytearray(files[random.integers(len(files))])
    part = random.integers(3)
    for _ in range(random.integers(1, 5)):
        middle = min(len(data) // 2, 2000)
        first, last = ((0, middle), (middle, len(data)), (0, len(data)))[part]
        at = int(random.integers(first, last))
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


@dataclass
class Outcome:
    """``counted``: what became of how many; ``ended``: the mutants that ended their process, and by what."""

    counted: Counter[str] = field(default_factory=Counter)
    ended: dict[int, str] = field(default_factory=dict)
    slowest: float = 0.0
    peak: int = 0


class Reader:
    """One process that reads mutants in order, and tells of each as it is done."""

    def __init__(self, seed: int, numbers: range, files: list[bytes], into: Path) -> None:
        self.seed, self.numbers, self.files, self.into = seed, numbers, files, into
        self.start()

    def start(self) -> None:
        """Fork a process for the mutants that are left. Forking costs a tenth of starting anew."""
        context = multiprocessing.get_context("fork")
        self.results, told = context.Pipe(duplex=False)
        self.process = context.Process(
            target=read_all, args=(self.seed, self.numbers, self.files, self.into, told)
        )
        self.process.start()
        told.close()

    def take(self, outcome: Outcome) -> bool:
        """Add what the process says of its next mutant; False when all are done."""
        if not self.numbers:
            self.process.join()
            return False
        try:
            said, seconds, peak = self.results.recv()
        except EOFError:
            self.process.join()
            said, seconds, peak = ended_by(self.process.exitcode or 0), 0.0, 0
            outcome.ended[self.numbers[0]] = said
            self.numbers = self.numbers[1:]
            self.start()
        else:
            self.numbers = self.numbers[1:]
        outcome.counted[said] += 1
        outcome.slowest, outcome.peak = max(outcome.slowest, seconds), max(outcome.peak, peak)
        return True


def ended_by(status: int) -> str:
    """Say what ended a process, from its exit status."""
    if status >= 0:
        return RAISED
    return TOO_LONG if -status == signal.SIGALRM else f"ended its process: {signal.Signals(-status).name}"


def read_all(seed: int, numbers: range, files: list[bytes], into: Path, told: Connection) -> None:
    """Read mutants in this process; send of each what became of it, seconds, and peak memory in bytes."""
    limit_process()
    for number in numbers:
        started = time.perf_counter()
        source = Mutant("mutant", Path("mutant"), data=mutant(seed, number, files))
        reading = within(SECONDS, read_file, source, into)
        said = "read" if reading.status == "read" else kind_of(reading.reason)
        if reading.pixel_sha256:
            (into / f"{reading.pixel_sha256}.png").unlink()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        told.send((said, time.perf_counter() - started, peak))


def fuzz(count: int, seed: int, workers: int, folder: Path, *, progress: bool = False) -> Outcome:
    """Read ``count`` mutants in ``workers`` processes; they share nothing, not even their images' folder."""
    files = sources(folder / "made")
    outcome = Outcome()
    going: dict[Connection, Reader] = {}
    for worker in range(workers):
        into = folder / str(worker)
        into.mkdir()
        reader = Reader(seed, range(worker, count, workers), files, into)
        going[reader.results] = reader
    with tqdm(total=count, unit="mutant", disable=None if progress else True) as bar:
        while going:
            for results in wait(list(going)):
                reader = going.pop(results)
                if reader.take(outcome):
                    going[reader.results] = reader
                    bar.update()
    return outcome


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--show", type=int, metavar="NUMBER", help="write this mutant to standard output")
    options = parser.parse_args()
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        if options.show is not None:
            sys.stdout.buffer.write(mutant(options.seed, options.show, sources(Path(folder))))
            return
        outcome = fuzz(options.count, options.seed, options.workers, Path(folder), progress=True)
    print(f"{outcome.counted.total():,} mutants in {time.perf_counter() - started:.0f} s")
    for said, count in outcome.counted.most_common():
        print(f"{count:9,} {said}")
    print(f"slowest {outcome.slowest:.1f} s, peak memory of a process {outcome.peak / 1e6:.0f} MB")
    for number, said in list(outcome.ended.items())[:SHOWN]:
        print(f"--show {number}: {said}")
    if outcome.counted.total() != options.count or outcome.counted[RAISED] or outcome.counted[TOO_LONG]:
        sys.exit("failed: mutants are missing, took too long or raised an exception")


if __name__ == "__main__":
    main()
