"""Whether the clock of a reader's page can be believed."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

# A page's log arrives in batches, and computers' clocks are not alike; this much is no finding.
SLACK_SECONDS = 60.0


def clock_problem(marks: Iterable[tuple[int, int]], *, elapsed: float) -> str:
    """What is wrong with the times of one sitting, "" if nothing is.

    `marks`: (number, milliseconds) of each event, by the page's own monotonic clock. `elapsed`: seconds that
    the server's clock has counted since the case was opened; a sitting cannot last longer.
    """
    times = [at_ms / 1000 for _number, at_ms in sorted(marks)]
    if not times:
        return ""
    back = max((before - after for before, after in pairwise(times)), default=0.0)
    if back > SLACK_SECONDS:
        return f"it went back by {back:.0f} s"
    ahead = max(times) - min(times) - elapsed
    return f"it counted {ahead:.0f} s more than the server's" if ahead > SLACK_SECONDS else ""
