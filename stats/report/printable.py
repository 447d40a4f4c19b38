"""Text that any file format can hold."""

from __future__ import annotations

import re

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def one_line(text: str) -> str:
    """The text on one line, runs of control characters (XML cannot hold most of them) as a space.

    >>> one_line("Pelvis\\r\\nring\\x0b")
    'Pelvis ring '
    """
    return CONTROL.sub(" ", text)
