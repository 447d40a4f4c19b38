"""How fast images are read: CPU time an image on one core, images a second over all cores, peak memory.

    PYTHONPATH=. python benchmarks/ingest.py FOLDER        every file below FOLDER
    PYTHONPATH=. python benchmarks/ingest.py --made 24     made DICOM files, 2000 × 2500 pixels, 16 bits

CPU time hardly depends on what else the machine does; images a second do.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ComputedRadiographyImageStorage, ExplicitVRLittleEndian, generate_uid

from generation.imaging.batch import read_files
from generation.imaging.reader import read_file
from generation.imaging.sources import Source


def make(folder: Path, count: int) -> None:
    """Write ``count`` smooth, noisy 12-bit pictures in 16 bits, as a detector gives them."""
    random = np.random.default_rng(0)
    rows, columns = np.mgrid[0:2500, 0:2000]
    for index in range(count):
        shape = 2000 + 1500 * np.sin(rows / 300 + index) * np.cos(columns / 250)
        pixels = (shape + random.normal(0, 20, shape.shape)).clip(0, 4095).astype(np.uint16)
        dataset = Dataset()
        dataset.file_meta = FileMetaDataset()
        dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        dataset.SOPClassUID, dataset.SOPInstanceUID = ComputedRadiographyImageStorage, generate_uid()
        dataset.Rows, dataset.Columns, dataset.SamplesPerPixel = 2500, 2000, 1
        dataset.PhotometricInterpretation, dataset.PixelRepresentation = "MONOCHROME2", 0
        dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, 12, 11
        dataset.PixelData = pixels.tobytes()
        dataset.save_as(folder / f"{index}.dcm", enforce_file_format=True)


def measure(files: list[Path]) -> None:
    """Print the three numbers for ``files``."""
    with tempfile.TemporaryDirectory() as out:
        started = time.perf_counter()
        readings = list(read_files([Source.of(file) for file in files], Path(out)))
        seconds = time.perf_counter() - started
        started = time.process_time()
        for file in files:
            read_file(Source.of(file), Path(out))
        cpu = time.process_time() - started
    read = sum(reading.status == "read" for _, reading in readings)
    print(f"{len(files)} files, {read} read")
    print(f"{cpu / len(files) * 1000:.1f} ms CPU a file on one core")
    print(f"{len(files) / seconds:.1f} files/s over {len(os.sched_getaffinity(0))} cores")
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB peak of one process")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    group = parser.add_mutually_exclusive_group(required=True)
    group.add_argument("folder", type=Path, nargs="?")
    group.add_argument("--made", type=int, metavar="COUNT")
    options = parser.parse_args()
    if options.made:
        with tempfile.TemporaryDirectory() as made:
            make(Path(made), options.made)
            measure(sorted(Path(made).iterdir()))
    else:
        measure(sorted(path for path in options.folder.rglob("*") if path.is_file()))
