"""Many files, read in processes of their own: a decoder that crashes or hangs costs one file."""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from pathlib import Path

from generation.imaging.reader import Reading, read_file

SECONDS_A_FILE = 60
MEMORY_BYTES = 4 * 1024**3
FILES_A_POOL = 256

CRASHED = "damaged: its decoder crashed or took too long"


def read_files(
    files: Sequence[Path], into: Path, *, workers: int | None = None, seconds: int = SECONDS_A_FILE
) -> Iterator[tuple[Path, Reading]]:
    """Yield (file, reading) as they finish; canonical images are written into ``into``.

    ``workers``: processes, by default one a core. ``seconds``: how long one file may take. Processes are
    replaced every 256 files, so that memory stays flat however many files there are.
    """
    workers = max(1, workers or len(os.sched_getaffinity(0)))
    remaining = iter(files)
    while some := list(islice(remaining, FILES_A_POOL)):
        suspects = []
        with guarded_pool(min(workers, len(some))) as pool:
            futures = {}
            for file in some:
                try:
                    futures[pool.submit(read_guarded, file, into, seconds)] = file
                except BrokenProcessPool:
                    suspects.append(file)
            for future in as_completed(futures):
                try:
                    yield futures[future], future.result()
                except BrokenProcessPool:
                    suspects.append(futures[future])
        for file in sorted(suspects):
            yield file, read_alone(file, into, seconds)


def read_alone(file: Path, into: Path, seconds: int) -> Reading:
    """Read one file that may be the one that killed its process."""
    with guarded_pool(1) as pool:
        try:
            return pool.submit(read_guarded, file, into, seconds).result()
        except BrokenProcessPool:
            return Reading("quarantined", CRASHED)


def guarded_pool(workers: int) -> ProcessPoolExecutor:
    """Return a pool of processes with limited memory that inherit neither threads nor connections."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["generation.imaging.reader"])
    return ProcessPoolExecutor(workers, mp_context=context, initializer=limit_process)


def limit_process() -> None:
    """Cap the address space and silence C decoders, which write to standard error whatever they like."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def read_guarded(file: Path, into: Path, seconds: int) -> Reading:
    """Read one file; the alarm's default action ends a process that hangs, even inside C code."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(seconds)
    try:
        return read_file(file, into)
    finally:
        signal.alarm(0)
