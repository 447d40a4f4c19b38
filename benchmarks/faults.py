"""What is left when parts of a server die under load: answers confirmed to readers against answers on record.

Brings up PostgreSQL (or SQLite), gunicorn and nginx with TLS as they are deployed, lets readers save answers
with repeated, reordered and broken-off requests among them, and kills one part after the other (SIGKILL) at
random moments. Prints a table, one row a fault; ends with 1 when an answer was lost, doubled or altered.

    python benchmarks/faults.py [--rounds 100] [--readers 8] [--database postgresql|sqlite] [--json]
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
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.production.load import Reader, differences
from tests.production.stack import Stack

COLUMNS = (
    "fault",
    "rounds",
    "confirmed",
    "lost",
    "doubled",
    "altered",
    "not confirmed",
    "broken links",
    "p99 s",
)


def killed(name: str) -> Callable[[Stack], None]:
    """Kill a part, leave it dead for a moment, start it again."""

    def fault(stack: Stack) -> None:
        stack.parts[name].kill()
        time.sleep(random.uniform(0, 0.3))
        stack.start_part(name)

    return fault


def everything_killed(stack: Stack) -> None:
    """As when the power fails, except for what the kernel still writes."""
    for name in reversed(stack.serving):
        stack.parts[name].kill()
    for name in stack.serving:
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


FAULTS: dict[str, tuple[Callable[[Stack], None], frozenset[str]]] = {
    "no fault": (nothing, frozenset({"postgresql", "sqlite"})),
    "web killed": (killed("web"), frozenset({"postgresql", "sqlite"})),
    "nginx killed": (killed("nginx"), frozenset({"postgresql", "sqlite"})),
    "PostgreSQL killed": (killed("postgresql"), frozenset({"postgresql"})),
    "everything killed": (everything_killed, frozenset({"postgresql", "sqlite"})),
    "storage gone and back": (storage_gone, frozenset({"postgresql", "sqlite"})),
    "disk full": (disk_full, frozenset({"sqlite"})),
    "database locked": (database_locked, frozenset({"sqlite"})),
}
ONCE = {"no fault", "storage gone and back", "disk full", "database locked"}


LONG_OR_FOR_ROOT = {"disk full", "database locked"}


def measure(fault: str, rounds: int, n_readers: int, database: str) -> dict[str, Any]:
    """Run one fault `rounds` times on a server of its own; one row of the table."""
    folder = Path(tempfile.mkdtemp(prefix="counterpart-faults-"))
    act, _ = FAULTS[fault]
    if fault == "disk full":
        mount_small(folder / "data")
    stack = Stack(folder, on_sqlite=database == "sqlite")
    try:
        stack.start()
        scene = json.loads(stack.python("-m", "tests.production.scene", "prepare", str(n_readers)))
        readers = [Reader(stack.port, stack.trust, place) for place in scene["readers"]]
        for reader in readers:
            reader.start()
        for _ in range(rounds):
            time.sleep(random.uniform(0.1, 0.8))
            act(stack)
        time.sleep(1)
        for reader in readers:
            reader.stopping.set()
        for reader in readers:
            reader.join(90)
        account = json.loads(stack.python("-m", "tests.production.scene", "account"))
        waited = sorted(one for reader in readers for one in reader.waited)
        found = differences(readers, account)
        return (
            {"fault": fault, "rounds": rounds} | found | {"p99 s": round(waited[int(len(waited) * 0.99)], 2)}
        )
    finally:
        stack.stop()
        if os.path.ismount(stack.data):
            subprocess.run(["umount", "-l", str(stack.data)], check=True)
        shutil.rmtree(folder)


def mount_small(place: Path) -> None:
    """A file system of 100 MB, in memory; only root can make one."""
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=100m", "tmpfs", str(place)], check=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=100, help="kills in all, shared out among the parts")
    parser.add_argument("--readers", type=int, default=8)
    parser.add_argument("--database", choices=("postgresql", "sqlite"), default="postgresql")
    parser.add_argument("--fault", choices=FAULTS, help="this one alone")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    chosen = [asked.fault] if asked.fault else [name for name in FAULTS if asked.database in FAULTS[name][1]]
    killing = [name for name in chosen if name not in ONCE]
    rows = []
    for fault in chosen:
        if fault in LONG_OR_FOR_ROOT and asked.rounds < 20 and not asked.fault:
            continue
        rounds = 1 if fault in ONCE else max(1, asked.rounds // len(killing))
        rows.append(measure(fault, rounds, asked.readers, asked.database))
        print("  ".join(str(rows[-1][name]) for name in COLUMNS), file=sys.stderr)
    if asked.json:
        print(json.dumps(rows))
    else:
        print(" | ".join(COLUMNS))
        for row in rows:
            print(" | ".join(str(row[name]) for name in COLUMNS))
    sys.exit(any(row[name] for row in rows for name in ("lost", "doubled", "altered", "broken links")))


if __name__ == "__main__":
    main()
