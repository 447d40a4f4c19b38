"""How numbers are printed in the tables."""

from __future__ import annotations

from stats.ordinal import half_up

MINUS = "−"


def fixed(value: float, digits: int) -> str:
    """Decimals with a real minus sign.

    >>> fixed(0.8294, 2), fixed(-0.05, 2)
    ('0.83', '−0.05')
    """
    return half_up(value, digits).replace("-", MINUS)


def p_value(p: float) -> str:
    """Three decimals without the leading zero; below .001 and above .999 as a bound.

    >>> p_value(2.8e-10), p_value(0.0423), p_value(0.9999)
    ('<.001', '.042', '>.999')
    """
    if p < 0.001:
        return "<.001"
    return ">.999" if p >= 0.9995 else half_up(p, 3).removeprefix("0")


def interval(low: float, high: float) -> str:
    """Two limits with two decimals.

    >>> interval(0.7148, 0.9439)
    '0.71 to 0.94'
    """
    return f"{fixed(low, 2)} to {fixed(high, 2)}"


def count(n: int, noun: str, plural: str = "") -> str:
    """A number of things, in the plural unless it is one.

    >>> count(1, "video"), count(30, "video"), count(6, "criterion", "criteria")
    ('1 video', '30 videos', '6 criteria')
    """
    return f"{n} {noun if n == 1 else plural or f'{noun}s'}"
