"""What is left when parts of a server die under load: answers confirmed to readers against answers on record.

Brings up PostgreSQL, RabbitMQ, gunicorn, a Celery worker and nginx with TLS as they are deployed (or gunicorn
and nginx on SQLite). Readers save answers, with repeated, reordered and broken-off requests among them; an
engineer asks for videos; one part after the other is killed (SIGKILL) at a random moment. Prints a table, one
row a fault; ends with 1 when an answer was lost, doubled or altered, or a render lost, doubled or other.

    python benchmarks/faults.py [--rounds 100] [--seconds S] [--database postgresql|sqlite] [--json FILE]
    python benchmarks/faults.py --sum FILE…      (one table of several runs)
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.faults_table import harmed, table
from tests.production.engineer import Engineer
from tests.production.load import Reader, differences
from tests.production.stack import Stack

FOUND = ("confirmed", "lost", "doubled", "altered")
RECOVERY_LIMIT_S = 120


def killed(name: str) -> Callable[[Stack], None]:
    """Kill a part, leave it dead for a moment, start it again."""

    def fault(stack: Stack) -> None:
        stack.parts[name].kill()
        time.sleep(random.uniform(0, 0.3))
        stack.start_part(name)

    return fault


def worker_killed(stack: Stack) -> None:
    """Kill the process that renders, which Celery replaces; every third time Celery itself with it."""
    if stack.parts["worker"].ended or random.random() < 1 / 3:
        killed("worker")(stack)
    else:
        stack.parts["worker"].kill_children()


def everything_killed(stack: Stack) -> None:
    """As when the power fails, except for what the kernel still writes."""
    for part in reversed(stack.parts.values()):
        part.kill()
    for name in stack.parts:
        stack.start_part(name)


def database_locked(stack: Stack) -> None:
    """Another program holds SQLite's write lock for longer than a request waits."""
    with sqlite3.connect(stack.data / "counterpart.sqlite3", isolation_level=None, timeout=30) as other:
        other.execute("BEGIN IMMEDIATE")
        time.sleep(22)
        other.execute("ROLLBACK")
    other.close()


def storage_gone(stack: Stack) -> None:
    """The frames' folder is not there for a second, as when a network drive drops out."""
    frames, away = stack.data / "frames", stack.data / "frames.away"
    frames.rename(away)
    time.sleep(1)
    shutil.rmtree(frames, ignore_errors=True)
    away.rename(frames)


def disk_full(stack: Stack) -> None:
    """Not a byte is left where the database lies, for two seconds."""
    filler = stack.data / "filler"
    for piece in (1 << 20, 512):
        with filler.open("ab", buffering=0) as file, suppress(OSError):
            while file.write(bytes(piece)) == piece:
                pass
    time.sleep(2)
    filler.unlink()


def nothing(stack: Stack) -> None:
    """Load alone, with its repeated, reordered and broken-off requests."""
    time.sleep(1)


BOTH, POSTGRESQL, SQLITE = {"postgresql", "sqlite"}, {"postgresql"}, {"sqlite"}


class Fault(NamedTuple):
    """What happens, on which databases, and its share of the rounds; without a share it happens once."""

    act: Callable[[Stack], None]
    databases: set[str]
    share: int = 0


# What starts again quickly is killed more often.
FAULTS = {
    "no fault": Fault(nothing, BOTH),
    "web killed": Fault(killed("web"), BOTH, 3),
    "nginx killed": Fault(killed("nginx"), BOTH, 1),
    "PostgreSQL killed": Fault(killed("postgresql"), POSTGRESQL, 11),
    "worker killed": Fault(worker_killed, POSTGRESQL, 4),
    "broker killed": Fault(killed("broker"), POSTGRESQL, 1),
    "everything killed": Fault(everything_killed, BOTH),
    "storage gone and back": Fault(storage_gone, BOTH),
    "disk full": Fault(disk_full, SQLITE),
    "database locked": Fault(database_locked, SQLITE),
}
LONG_OR_FOR_ROOT = {"disk full", "database locked"}


def in_order(chosen: list[str], rounds: int) -> list[str]:
    """Which fault each round brings: those that happen once first, then kills by their shares, shuffled."""
    shares = [name for name in chosen for _ in range(FAULTS[name].share)]
    kills: list[str] = []
    while shares and len(kills) < rounds:
        # Each part once before any comes again: a short run shows them all.
        first = list(dict.fromkeys(shares)) if not kills else random.sample(shares, len(shares))
        kills += first[: rounds - len(kills)]
    return [name for name in chosen if not FAULTS[name].share] + kills


def measure(order: list[str], seconds: float, n_readers: int, database: str) -> dict[str, Any]:
    """Bring a server up, let the faults of ``order`` happen one after the other, and count what is left.

    Ends early after ``seconds``. A round is a fault under load and the first answer confirmed after it.
    """
    folder = Path(tempfile.mkdtemp(prefix="counterpart-faults-"))
    if "disk full" in order:
        mount_small(folder / "data")
    with_broker = database == "postgresql"
    stack = Stack(folder, on_sqlite=not with_broker, with_broker=with_broker)
    try:
        stack.start()
        readers = [
            Reader(stack.port, stack.trust, place)
            for place in stack.scene("prepare", str(n_readers))["readers"]
        ]
        engineer = Engineer(stack) if with_broker else None
        if with_broker:
            stack.start_part("worker")
        for reader in readers:
            reader.start()
        rounds, keys = bring_about(order, seconds, stack, readers)
        for reader in readers:
            reader.stopping.set()
        for reader in readers:
            reader.join(90)
        account = stack.scene("account")
        waited = sorted(one for reader in readers for one in reader.waited)
        whole = differences(readers, account)
        return {
            "database": database,
            "readers": n_readers,
            "rounds": [
                {"fault": name, "rounds": rounds[name]}
                | {column: differences(readers, account, keys[name])[column] for column in FOUND}
                for name in rounds
            ],
            "not confirmed": whole["not confirmed"],
            "broken links": whole["broken links"],
            "p99 s": round(waited[int(len(waited) * 0.99)], 2),
            "renders": engineer.account() if engineer else {},
        }
    finally:
        stack.stop()
        if os.path.ismount(stack.data):
            subprocess.run(["umount", "-l", str(stack.data)], check=True)
        shutil.rmtree(folder)


def bring_about(
    order: list[str], seconds: float, stack: Stack, readers: list[Reader]
) -> tuple[Counter[str], dict[str, set[str]]]:
    """Let the faults happen; how many rounds each had, and the keys that were confirmed in them."""
    until = time.monotonic() + seconds
    rounds: Counter[str] = Counter()
    keys: dict[str, set[str]] = {name: set() for name in order}
    before = confirmed(readers)
    while not before:
        time.sleep(0.05)
        before = confirmed(readers)
    for name in order:
        if time.monotonic() > until:
            break
        time.sleep(random.uniform(0.05, 0.5))
        FAULTS[name].act(stack)
        wait_for_an_answer(readers)
        rounds[name] += 1
        now = confirmed(readers)
        keys[name] |= now - before
        before = now
    return rounds, keys


def confirmed(readers: list[Reader]) -> set[str]:
    return {key for reader in readers for key in tuple(reader.confirmed)}


def wait_for_an_answer(readers: list[Reader]) -> None:
    """Until one more answer is confirmed. Raises TimeoutError when the site does not come back."""
    before, until = len(confirmed(readers)), time.monotonic() + RECOVERY_LIMIT_S
    while len(confirmed(readers)) == before:
        if time.monotonic() > until:
            raise TimeoutError(f"No answer was confirmed within {RECOVERY_LIMIT_S} s")
        time.sleep(0.02)


def mount_small(place: Path) -> None:
    """A file system of 100 MB, in memory; only root can make one."""
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=100m", "tmpfs", str(place)], check=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=100, help="kills in all, shared out among the parts")
    parser.add_argument("--seconds", type=float, default=86_400, help="begin no round after these")
    parser.add_argument("--readers", type=int, default=4)
    parser.add_argument("--database", choices=("postgresql", "sqlite"), default="postgresql")
    parser.add_argument("--fault", choices=FAULTS, help="this one alone")
    parser.add_argument("--json", type=Path, help="also write what was found into this file")
    parser.add_argument("--sum", type=Path, nargs="+", help="run nothing; add up what these files hold")
    asked = parser.parse_args()
    if asked.sum:
        runs = [json.loads(path.read_text()) for path in asked.sum]
    else:
        chosen = (
            [asked.fault]
            if asked.fault
            else [
                name
                for name, fault in FAULTS.items()
                if asked.database in fault.databases and name not in LONG_OR_FOR_ROOT
            ]
        )
        runs = [measure(in_order(chosen, asked.rounds), asked.seconds, asked.readers, asked.database)]
    if asked.json:
        asked.json.write_text(json.dumps(runs[0]))
    print(table(runs))
    sys.exit(harmed(runs))


if __name__ == "__main__":
    main()
