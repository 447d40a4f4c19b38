"""How long after `manage.py demo` starts can the first video be read? Prints seconds since the start.

Run: python benchmarks/demo_start.py [--data FOLDER]
Starts the demonstration on a free port with an empty data folder (a temporary one unless named), watches the
database for frames, and stops it. "Ready to view" is the first blinded video of the reader who may read it.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIMIT_S = 900


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="data folder; its demonstration, if any, is gone on with")
    parser.add_argument("--all", action="store_true", help="also wait until every video is rendered")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        measure(options.data or Path(scratch), wait_for_all=options.all)


def measure(data: Path, *, wait_for_all: bool) -> None:
    os.environ.update(COUNTERPART_DATA=str(data), DJANGO_SETTINGS_MODULE="counterpart.settings")
    import django

    port = free_port()
    started = time.monotonic()
    demo = subprocess.Popen(
        [sys.executable, "manage.py", "demo", "--port", str(port)], cwd=ROOT, stdout=subprocess.DEVNULL
    )
    try:
        wait(lambda: is_listening(port), demo)
        django.setup()
        served = time.monotonic()
        report("server answers", started)
        wait(first_video_is_complete, demo)
        report("first video ready to view", started)
        print(f"{'… after the server answered':34}{time.monotonic() - served:8.1f} s")
        if wait_for_all:
            wait(all_videos_are_complete, demo)
            report("all videos rendered", started)
    finally:
        demo.send_signal(signal.SIGINT)
        demo.wait(30)


def report(event: str, started: float) -> None:
    print(f"{event:34}{time.monotonic() - started:8.1f} s", flush=True)


def wait(condition, demo: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + LIMIT_S
    while not condition():
        if demo.poll() is not None or time.monotonic() > deadline:
            raise SystemExit("The demonstration ended, or took too long.")
        time.sleep(0.2)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def first_video_is_complete() -> bool:
    from readers.models import Assignment

    first = Assignment.objects.get(
        reader__study__slug="live-demo", reader__code="R1", phase="blinded", position=1
    )
    return first.study_video.video.is_complete


def all_videos_are_complete() -> bool:
    from generation.models import Video

    return not Video.objects.filter(completed_at=None).exists()


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
