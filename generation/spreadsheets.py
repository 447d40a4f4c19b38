"""Text in tables that people open in a spreadsheet, which runs a cell that begins like a formula."""

from __future__ import annotations

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless(value: object) -> object:
    """Text that a spreadsheet would run as a formula gets an apostrophe in front; numbers stay numbers.

    >>> harmless("=HYPERLINK(A1)"), harmless(-0.5), harmless("Pelvis ring")
    ("'=HYPERLINK(A1)", -0.5, 'Pelvis ring')
    """
    if isinstance(value, str) and value.lstrip(" ").startswith(FORMULA_STARTS):
        return f"'{value}"
    return value
