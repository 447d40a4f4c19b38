"""Videos that are asked for while parts of a server die, and what became of them."""

from __future__ import annotations

import sys
import time

from tests.production.stack import Part, Stack

PAUSE_S = 3.0
SAMPLE = 20
STANDSTILL_S = 150  # longer than a lease that a dead worker leaves


class Engineer:
    """Somebody who asks for one small video after the other, until told to stop."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        command = [sys.executable, "-m", "tests.production.renders", "ask", "1000000", str(PAUSE_S)]
        stack.parts["engineer"] = Part("engineer", command, lambda: True, stack.environment)
        stack.start_part("engineer")

    def look_after_the_worker(self) -> None:
        """Start a worker that has ended, as systemd would: Celery gives up when a child dies at its birth."""
        if self.stack.parts["worker"].ended:
            self.stack.start_part("worker")

    def account(self) -> dict[str, int]:
        """Stop asking, wait until all is rendered or nothing moves any more, and compare."""
        self.stack.parts["engineer"].kill()
        said = (self.stack.folder / "engineer.log").read_text().splitlines()
        asked = max((int(line) for line in said if line.isdigit()), default=0)
        finished, since = self.stack.renders("0")["finished"], time.monotonic()
        while finished < asked and time.monotonic() - since < STANDSTILL_S:
            self.look_after_the_worker()
            time.sleep(3)
            if (now := self.stack.renders("0")["finished"]) > finished:
                finished, since = now, time.monotonic()
        return {"asked for": asked} | self.stack.renders(str(SAMPLE))
