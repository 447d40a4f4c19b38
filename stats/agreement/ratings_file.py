"""A ratings table from CSV: a rating a line, columns criterion (may lack), video or subject, reader, score.

Other columns are left alone. An empty score is a missing rating. Whatever is wrong is said with its line.
"""

from __future__ import annotations

import csv
from collections.abc import Hashable, Iterable

from stats.agreement.ratings import Ratings
from stats.agreement.scale import Category, Scale

SUBJECT_COLUMNS = ("video", "subject")


class RatingsFileError(ValueError):
    """The file is not a ratings table; the message says where and why."""


def scale_from_text(text: str) -> Scale:
    """A scale from its categories, separated by commas, in their order; numbers where all are numbers.

    ``inf`` and ``nan`` are words among words (inferior), and refused among numbers.

    >>> scale_from_text("1, 2, 3").categories, scale_from_text("none,mild,severe").categories
    ((1, 2, 3), ('none', 'mild', 'severe'))

    Raises ValueError for a scale that ``Scale`` refuses.
    """
    words = [word.strip() for word in text.split(",")]
    numbers = [_number(word) for word in words]
    if all(number is not None for number in numbers):
        return Scale(tuple(number for number in numbers if number is not None))
    return Scale(tuple(words))


def read_ratings(lines: Iterable[str], scale: Scale, *, most_cells: int | None = None) -> dict[str, Ratings]:
    """Ratings of each criterion, in the order of the file ('' where there is no such column).

    Scores are categories of the scale; on a scale of words also their ranks 1..q. Raises ``RatingsFileError``
    for a missing column, a line of the wrong length, an empty reader or video, a score off the scale, two
    ratings of one video by one reader, and tables that together have more than ``most_cells`` places for a
    rating: a small file can name many videos and many readers.
    """
    table = csv.DictReader(lines, strict=True)
    subject = _subject_column(table)
    scores: dict[str, dict[tuple[Hashable, Hashable], Category]] = {}
    try:
        for row in table:
            where = f"Line {table.line_num}"
            if None in row or None in row.values():
                raise RatingsFileError(f"{where} has not as many cells as the header.")
            cells = {name: cell.strip() for name, cell in row.items()}
            criterion, pair = cells.get("criterion", ""), (cells[subject], cells["reader"])
            if not all(pair):
                raise RatingsFileError(f"{where} names no {subject if not pair[0] else 'reader'}.")
            given = scores.setdefault(criterion, {})
            if not cells["score"]:
                continue
            if pair in given:
                of = f" of {criterion}" if criterion else ""
                raise RatingsFileError(f"{where}: {pair[1]} rated {pair[0]}{of} before; one rating counts.")
            given[pair] = _score(cells["score"], scale, where)
    except csv.Error as error:
        raise RatingsFileError(f"Line {table.reader.line_num} is not CSV: {error}.") from error
    places = sum(len({video for video, _ in given}) * len({r for _, r in given}) for given in scores.values())
    if most_cells is not None and places > most_cells:
        raise RatingsFileError(
            f"Every reader with every video of every criterion makes {places:,} places for a rating; "
            f"{most_cells:,} are allowed here. Split the file, or use `manage.py agreement`."
        )
    return {criterion: Ratings.from_long(given, scale) for criterion, given in scores.items()}


def _subject_column(table: csv.DictReader[str]) -> str:
    header = [name.strip().lower() for name in table.fieldnames or []]
    table.fieldnames = header
    if not header:
        raise RatingsFileError(
            "The file is empty: it needs a header with reader, video (or subject) and score."
        )
    found = [name for name in SUBJECT_COLUMNS if name in header]
    missing = [name for name in ("reader", "score") if name not in header]
    missing += [] if found else ["video (or subject)"]
    if missing:
        raise RatingsFileError(f"The header lacks {' and '.join(missing)}; it has {', '.join(header)}.")
    twice = {name for name in header if header.count(name) > 1}
    if twice or len(found) > 1:
        raise RatingsFileError(f"The header names a column twice: {', '.join(sorted(twice) or found)}.")
    return found[0]


def _score(text: str, scale: Scale, where: str) -> Category:
    if text in scale.categories:
        return text
    number = _number(text)
    if isinstance(scale.categories[0], str):
        if isinstance(number, int) and 1 <= number <= len(scale):
            return scale.categories[number - 1]
    elif number in scale.categories:
        return number
    offered = ", ".join(map(str, scale.categories))
    raise RatingsFileError(
        f"{where}: the score {text!r} is not on the scale {offered}. "
        "Leave the cell empty where a rating is missing."
    )


def _number(text: str) -> int | float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return int(value) if value.is_integer() else value
