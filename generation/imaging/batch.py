"""Many files, read in processes of their own: a decoder that crashes or hangs costs one file."""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from pathlib import Path
from typing import TypeVar

from generation.imaging.reader import Options, Reading, read_file
from generation.imaging.sources import DICOMDIR, Source, SourceUnusable, is_zip, of_folder, of_zip

SECONDS_A_FILE = 60
MEMORY_BYTES = 4 * 1024**3
FILES_A_POOL = 256

Result = TypeVar("Result")

CRASHED = "damaged: its decoder crashed or took too long"


def read_files(
    files: Iterable[Source],
    into: Path,
    *,
    options: Options = Options(),  # noqa: B008  it is frozen
    workers: int | None = None,
    seconds: int = SECONDS_A_FILE,
) -> Iterator[tuple[Source, Reading]]:
    """Yield (source, reading) as they finish; canonical images are written into ``into``.

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
                    futures[pool.submit(within, seconds, read_file, file, into, options)] = file
                except BrokenProcessPool:
                    suspects.append(file)
            for future in as_completed(futures):
                try:
                    yield futures[future], future.result()
                except BrokenProcessPool:
                    suspects.append(futures[future])
        for file in suspects:
            yield file, read_alone(file, into, options, seconds)


def read_alone(file: Source, into: Path, options: Options, seconds: int) -> Reading:
    """Read one file that may be the one that killed its process."""
    with guarded_pool(1) as pool:
        try:
            return pool.submit(within, seconds, read_file, file, into, options).result()
        except BrokenProcessPool:
            return Reading("quarantined", CRASHED)


def list_sources(place: Path, ignore: Collection[Path] = ()) -> list[Source]:
    """Return the files of a folder, a zip or a DICOMDIR, by name. Raises SourceUnusable for anything else."""
    if place.is_dir():
        return of_folder(place, ignore)
    if is_zip(place):
        return of_zip(place)
    if place.name.upper() != DICOMDIR:
        raise SourceUnusable(f"{place.name} is not a folder, a zip or a DICOMDIR")
    from generation.imaging.dicomdir import of_dicomdir, referenced

    with guarded_pool(1) as pool:
        try:
            references = pool.submit(within, SECONDS_A_FILE, referenced, place).result()
        except Exception:  # whatever pydicom raises on an untrusted file, or the end of the process
            raise SourceUnusable("the DICOMDIR is damaged, or none") from None
    return of_dicomdir(place, references)


def guarded_pool(workers: int) -> ProcessPoolExecutor:
    """Return a pool of processes with limited memory that inherit neither threads nor connections."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["generation.imaging.reader"])
    return ProcessPoolExecutor(workers, mp_context=context, initializer=limit_process)


def limit_process() -> None:
    """Cap the address space and silence C decoders, which write to standard error whatever they like."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def within(seconds: int, work: Callable[..., Result], *arguments: object) -> Result:
    """Do ``work``; the alarm's default action ends a process that hangs, even inside C code."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(seconds)
    try:
        return work(*arguments)
    finally:
        signal.alarm(0)
