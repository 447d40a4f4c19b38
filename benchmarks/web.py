"""What a reader's calls cost: queries, bytes, CPU time, errors with 50 readers at once.

CPU time is the least of 15 rounds, as a ratio to a bare view behind the same middleware in the same run:
rates by the clock are noise on a shared machine. Then readers save answers all at once, through nginx.

    python benchmarks/web.py [--database postgresql|sqlite] [--readers 50] [--seconds 10]
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.production.load import Reader, differences
from tests.production.stack import Stack


def calls(stack: Stack) -> list[list[str]]:
    """A row for each call: queries, bytes, CPU ms, ratio to the bare view; taken inside the installation."""
    return json.loads(stack.python("-m", "benchmarks.web_calls"))


def crowd(stack: Stack, n_readers: int, seconds: float) -> dict[str, object]:
    """Readers who save answers at once: replies, waiting times, what is stored."""
    scene = json.loads(stack.python("-m", "tests.production.scene", "prepare", str(n_readers)))
    readers = [Reader(stack.port, stack.trust, place, mischief=0) for place in scene["readers"]]
    for reader in readers:
        reader.start()
    time.sleep(seconds)
    for reader in readers:
        reader.stopping.set()
    for reader in readers:
        reader.join(90)
    account = json.loads(stack.python("-m", "tests.production.scene", "account"))
    replies = sum((reader.replies for reader in readers), Counter())
    waited = sorted(one for reader in readers for one in reader.waited)
    return {
        "replies": dict(replies),
        "errors": sum(n for status, n in replies.items() if status not in (200, 201)),
        "median s": round(statistics.median(waited), 3),
        "p99 s": round(waited[int(len(waited) * 0.99)], 3),
    } | differences(readers, account)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--database", choices=("postgresql", "sqlite"), default="postgresql")
    parser.add_argument("--readers", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=10)
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="counterpart-web-"))
    stack = Stack(folder, on_sqlite=asked.database == "sqlite")
    try:
        stack.start()
        print(f"{'call':<28}{'queries':>8}{'bytes':>9}{'CPU ms':>9}{'x bare':>8}")
        for name, queries, size, cpu, ratio in calls(stack):
            print(f"{name:<28}{queries:>8}{size:>9}{cpu:>9}{ratio:>8}")
        print(f"\n{asked.readers} readers at once, {asked.seconds:.0f} s, {asked.database}")
        for name, value in crowd(stack, asked.readers, asked.seconds).items():
            print(f"{name:<16}{value}")
    finally:
        stack.stop()
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
