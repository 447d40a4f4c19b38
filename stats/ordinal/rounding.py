"""Rounding as a table needs it: exact halves go up, and percentages of a whole total 100."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction


def half_up(value: float, digits: int) -> str:
    """The value with ``digits`` decimals, halves away from zero (Python's own rounding goes to even).

    >>> half_up(42.5, 0), half_up(0.125, 2), half_up(-0.004, 2)
    ('43', '0.13', '0.00')
    """
    rounded = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    return str(abs(rounded) if rounded == 0 else rounded)


def largest_remainder(counts: Sequence[int]) -> list[int]:
    """Whole percentages of the counts that total 100 (Hamilton's method).

    Each percentage is cut to a whole number; the points still missing go to the largest remainders, the
    first category first where remainders are equal. No counts at all give zeros.

    >>> largest_remainder([1, 7, 31, 33, 48])   # 27.5 % becomes 27, the others are nearer to the next
    [1, 6, 26, 27, 40]
    """
    total = sum(counts)
    if not total:
        return [0] * len(counts)
    exact = [Fraction(100 * count, total) for count in counts]
    whole = [int(share) for share in exact]
    remainders = sorted(range(len(counts)), key=lambda i: (whole[i] - exact[i], i))
    for i in remainders[: 100 - sum(whole)]:
        whole[i] += 1
    return whole
