"""How fast images are read: CPU time an image on one core, images a second over all cores, peak memory.

    PYTHONPATH=. python benchmarks/ingest.py FOLDER        every file below FOLDER
    PYTHONPATH=. python benchmarks/ingest.py --made 24     made DICOM files, 2000 × 2500 pixels, 16 bits …
        [--syntax "JPEG lossless SV1"] [--size 256]        … in another transfer syntax, or smaller
    PYTHONPATH=. python benchmarks/ingest.py --records     memory that records of many files take

CPU time hardly depends on what else the machine does; images a second do.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ComputedRadiographyImageStorage, ExplicitVRLittleEndian, generate_uid

from generation.imaging import canonical
from generation.imaging.batch import read_files
from generation.imaging.burned_in import find_text
from generation.imaging.collimation import exposed_area
from generation.imaging.perceptual import perceptual_hash
from generation.imaging.picture import Person
from generation.imaging.reader import Reading, open_picture, read_file
from generation.imaging.registry import Registry, Row
from generation.imaging.sorting import Stored, sort_out
from generation.imaging.sources import Source
from tests.generation.imaging.samples import LOSSLESS_BY_GDCM, LOSSY_BY_GDCM, by_gdcm

ENCODERS = LOSSLESS_BY_GDCM | LOSSY_BY_GDCM


def make(folder: Path, count: int, syntax: str, width: int) -> None:
    """Write ``count`` smooth, noisy 12-bit pictures in 16 bits, as a detector gives them."""
    random = np.random.default_rng(0)
    height = width * 5 // 4
    rows, columns = np.mgrid[0:height, 0:width]
    for index in range(count):
        shape = 2000 + 1500 * np.sin(rows * 8 / height + index) * np.cos(columns * 8 / width)
        pixels = (shape + random.normal(0, 20, shape.shape)).clip(0, 4095).astype(np.uint16)
        dataset = Dataset()
        dataset.file_meta = FileMetaDataset()
        dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        dataset.SOPClassUID, dataset.SOPInstanceUID = ComputedRadiographyImageStorage, generate_uid()
        dataset.Rows, dataset.Columns, dataset.SamplesPerPixel = height, width, 1
        dataset.PhotometricInterpretation, dataset.PixelRepresentation = "MONOCHROME2", 0
        dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, 12, 11
        dataset.PixelData = pixels.tobytes()
        path = folder / f"{index}.dcm"
        dataset.save_as(path, enforce_file_format=True)
        if syntax in ENCODERS:
            by_gdcm(path, path, ENCODERS[syntax])


def measure(files: list[Path]) -> None:
    """Print the three numbers for ``files``."""
    with tempfile.TemporaryDirectory() as out:
        started, read = time.perf_counter(), 0
        marks = {len(files) * quarter // 4 for quarter in range(1, 5)}
        for number, (_, reading) in enumerate(read_files([Source.of(file) for file in files], Path(out)), 1):
            read += reading.status == "read"
            if number in marks:
                print(f"{number} files: {memory_now() / 1e6:.0f} MB in this process")
        seconds = time.perf_counter() - started
        started = time.process_time()
        some = files[:200]
        for file in some:
            read_file(Source.of(file), Path(out))
        cpu = (time.process_time() - started) / len(some)
    print(f"{len(files)} files, {read} read")
    print(f"{cpu * 1000:.1f} ms CPU a file on one core")
    cores, load = len(os.sched_getaffinity(0)), os.getloadavg()[0]
    print(f"{len(files) / seconds:.1f} files/s over {cores} cores; load {load:.1f}")
    for whom, who in (
        ("this process", resource.RUSAGE_SELF),
        ("the largest reader", resource.RUSAGE_CHILDREN),
    ):
        print(f"{resource.getrusage(who).ru_maxrss / 1024:.0f} MB peak of {whom}")


def memory_now() -> int:
    """Return the resident memory of this process in bytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def measure_parts(file: Path) -> None:
    """Print where the CPU time of one picture goes."""
    picture = open_picture(file.read_bytes())
    stored = picture.stored_values()
    grey = picture.grey(stored)
    image = canonical.canonical(grey)
    with tempfile.TemporaryDirectory() as out:
        parts: dict[str, Callable[[], object]] = {
            "read and decode": lambda: open_picture(file.read_bytes()).stored_values(),
            "grey levels": lambda: picture.grey(stored),
            "hash of the stored values": lambda: canonical.pixels_sha256(stored),
            "look for text": lambda: find_text(grey),
            "look for borders": lambda: exposed_area(grey),
            "shrink and pad": lambda: canonical.canonical(grey),
            "perceptual hash": lambda: perceptual_hash(image),
            "write the PNG": lambda: canonical.write_png(Path(out) / "x.png", image),
        }
        for name, work in parts.items():
            started = time.process_time()
            work()
            print(f"   {(time.process_time() - started) * 1000:6.1f} ms {name}")


def measure_records() -> None:
    """Print what sorting out many files takes: readings, joining, duplicates, near-duplicates, report."""
    for count in (25_000, 100_000):
        tracemalloc.start()
        started = time.process_time()
        random = np.random.default_rng(0)
        readings = {
            f"{number:06}.dcm": Reading(
                "read",
                person=Person(patient_id=f"{number // 2:032x}"),
                decoded_sha256=random.bytes(32).hex(),
                pixel_sha256=random.bytes(32).hex(),
                perceptual_hash=random.bytes(32).hex(),
            )
            for number in range(count)
        }
        rows = [Row(line=n + 2, patient=f"{n:032x}", group="AB"[n % 2]) for n in range((count + 1) // 2)]
        found = sort_out(readings, Registry(rows, "patient"), key=b"key", stored=Stored())
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        seconds = time.process_time() - started
        print(f"{len(found.taken):,} files: {peak / count:.0f} bytes a file at most, {seconds:.0f} s of CPU")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    group = parser.add_mutually_exclusive_group(required=True)
    group.add_argument("folder", type=Path, nargs="?")
    group.add_argument("--records", action="store_true")
    group.add_argument("--made", type=int, metavar="COUNT")
    parser.add_argument("--syntax", choices=["explicit", *ENCODERS], default="explicit")
    parser.add_argument("--size", type=int, default=2000, metavar="WIDTH")
    options = parser.parse_args()
    if options.records:
        measure_records()
    elif options.made:
        with tempfile.TemporaryDirectory() as made:
            make(Path(made), options.made, options.syntax, options.size)
            measure(sorted(Path(made).iterdir()))
            measure_parts(next(Path(made).iterdir()))
    else:
        measure(sorted(path for path in options.folder.rglob("*") if path.is_file()))
