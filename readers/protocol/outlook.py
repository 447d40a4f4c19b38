"""What a protocol asks of people and of time, before anything is set up."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from readers.protocol import washout

# No pace is known before the study; stated wherever it is used, and replaced by the readers' own later.
SECONDS_PER_VIDEO = 100


@dataclass(frozen=True)
class Outlook:
    """Counts of videos for the study and for each reader, minutes of reading, and the earliest opening.

    `n_videos` are those to be rendered from A to B, `n_null` from A to A. Minutes are rounded up to 5.
    """

    n_videos: int
    n_null: int
    n_first: int
    n_second: int
    minutes_first: int
    minutes_second: int
    opens_at: datetime


def outlook(values: Mapping[str, Any], *, start: datetime) -> Outlook:
    """The outlook of settings that are each possible, when the exploratory phase ends at `start` (UTC)."""
    first = values["n_training"] + values["n_exploratory"]
    blinded = values["n_per_reader"] or values["n_blinded"]
    second = blinded + values["n_null"] + values["n_repeats"]
    return Outlook(
        n_videos=first + values["n_blinded"],
        n_null=values["n_null"],
        n_first=first,
        n_second=second,
        minutes_first=_minutes(first),
        minutes_second=_minutes(second),
        opens_at=start + washout.length(values["washout_days"]) if has_washout(values) else start,
    )


def has_washout(values: Mapping[str, Any]) -> bool:
    """False when there is no moment to count from: no exploratory video, and the sign-off does not count."""
    return bool(values["n_exploratory"]) or washout.Anchor(values["washout_anchor"]).counts_sign_off


def _minutes(n_videos: int) -> int:
    return math.ceil(n_videos * SECONDS_PER_VIDEO / 300) * 5
