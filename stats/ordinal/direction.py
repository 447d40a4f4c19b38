"""What an answer says about the change from A to B, whichever way the video was shown."""

from __future__ import annotations


def a_to_b(score: int, direction: str, *, categories: int = 5) -> int:
    """The A→B code of a score 1..``categories`` given to a video shown in ``direction`` 'AB' or 'BA'.

    Anchors are symmetric about the middle, so what increases from B to A decreases from A to B: k becomes
    ``categories`` + 1 - k.

    >>> a_to_b(5, "AB"), a_to_b(5, "BA"), a_to_b(3, "BA")
    (5, 1, 3)

    Raises ValueError for another direction or a score off the scale.
    """
    if not 1 <= score <= categories:
        raise ValueError(f"Score {score} is not on the scale 1 to {categories}.")
    if direction == "AB":
        return score
    if direction == "BA":
        return categories + 1 - score
    raise ValueError(f"Direction is 'AB' or 'BA', not {direction!r}.")
