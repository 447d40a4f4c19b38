"""A ratings table and its collapse to distinct patterns.

Every coefficient but Conger's depends only on how many readers chose each category for a subject, and
many subjects share the same counts. Working on distinct patterns makes the cost of everything after the
collapse independent of the number of subjects.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from stats.agreement.scale import Category, Scale

SPARSE = 4096  # keys that may go unused before sorting costs less than counting


@dataclass(frozen=True)
class Patterns:
    """Distinct rows and how often each occurs.

    rows: (m, columns) integers; frequency: (m,) subjects showing each row; index: (n,) row of a subject.
    """

    rows: np.ndarray
    frequency: np.ndarray
    index: np.ndarray


@dataclass(frozen=True)
class Ratings:
    """What each reader (column) said about each subject (row).

    codes: (n, r) integers, 0..q-1 on ``scale``, -1 where a reader did not rate. Subjects nobody rated and
    readers who rated nothing are left out when the table is made by a ``from_`` method. ``anonymous``: the
    columns are no persons, as when only counts are known; what needs to tell readers apart is refused.
    """

    codes: np.ndarray
    scale: Scale
    subjects: Sequence[Hashable]
    readers: tuple[Hashable, ...]
    anonymous: bool = False

    @classmethod
    def from_matrix(
        cls,
        rows: Sequence[Sequence[Category | None]] | np.ndarray,
        scale: Scale,
        *,
        subjects: Sequence[Hashable] | None = None,
        readers: Sequence[Hashable] | None = None,
    ) -> Ratings:
        """Ratings from subjects × readers; None or NaN where a rating is missing.

        Raises ValueError when rows differ in length or a score is off the scale.
        """
        if isinstance(rows, np.ndarray) and rows.ndim == 2 and np.issubdtype(rows.dtype, np.number):
            codes = scale.encode_array(rows)
            return cls._kept(codes, scale, subjects or range(len(rows)), readers or range(rows.shape[1]))
        if len({len(row) for row in rows}) > 1:
            raise ValueError("Every subject needs a place for every reader: rows differ in length.")
        n, r = len(rows), len(rows[0]) if len(rows) else 0
        flat = [score for row in rows for score in row]
        codes = scale.encode(flat).reshape(n, r)
        return cls._kept(codes, scale, subjects or range(n), readers or range(r))

    @classmethod
    def from_long(cls, scores: Mapping[tuple[Hashable, Hashable], Category], scale: Scale) -> Ratings:
        """Ratings from {(subject, reader): score}; pairs that are not there are missing.

        Subjects and readers are sorted, so the result does not depend on the order of the pairs.
        """
        subjects = sorted({subject for subject, _ in scores}, key=str)
        readers = sorted({reader for _, reader in scores}, key=str)
        row = {subject: i for i, subject in enumerate(subjects)}
        column = {reader: j for j, reader in enumerate(readers)}
        codes = np.full((len(subjects), len(readers)), -1, dtype=np.int16)
        encoded = scale.encode(scores.values())
        for (subject, reader), code in zip(scores, encoded, strict=True):
            codes[row[subject], column[reader]] = code
        return cls._kept(codes, scale, subjects, readers)

    @classmethod
    def from_counts(cls, counts: np.ndarray, scale: Scale) -> Ratings:
        """Ratings from whole counts (n, q): how many readers put each subject into each category.

        Raises ValueError when counts are not whole, negative, or not one a category.
        """
        table = np.asarray(counts)
        if table.ndim != 2 or table.shape[1] != len(scale):
            raise ValueError(f"Counts need {len(scale)} columns, one a category, not shape {table.shape}.")
        if (table < 0).any() or (table != table.astype(int)).any():
            raise ValueError("Counts must be whole numbers from 0 up.")
        rows = [np.repeat(np.arange(len(scale)), row) for row in table.astype(int)]
        width = max((len(row) for row in rows), default=0)
        codes = np.full((len(rows), width), -1, dtype=np.int16)
        for i, row in enumerate(rows):
            codes[i, : len(row)] = row
        return replace(cls._kept(codes, scale, range(len(rows)), range(width)), anonymous=True)

    @classmethod
    def from_contingency(cls, table: np.ndarray, scale: Scale) -> Ratings:
        """Ratings of two readers from a (q, q) table: row by the first reader, column by the second.

        Raises ValueError when the table is not square on the scale or not of whole numbers from 0 up.
        """
        cells = np.asarray(table)
        q = len(scale)
        if cells.shape != (q, q):
            raise ValueError(f"A contingency table on this scale is {q} × {q}, not {cells.shape}.")
        if (cells < 0).any() or (cells != cells.astype(int)).any():
            raise ValueError("Counts must be whole numbers from 0 up.")
        pairs = np.argwhere(np.ones((q, q)))
        codes = np.repeat(pairs, cells.astype(int).ravel(), axis=0)
        return cls._kept(codes, scale, range(len(codes)), range(2))

    @classmethod
    def _kept(
        cls, codes: np.ndarray, scale: Scale, subjects: Sequence[Hashable], readers: Sequence[Hashable]
    ) -> Ratings:
        rated = codes >= 0
        by_subject, by_reader = rated.any(axis=1), rated.any(axis=0)
        if by_subject.all() and by_reader.all():
            # A range names any number of subjects in no memory.
            kept = subjects if isinstance(subjects, range) else tuple(subjects)
            return cls(codes, scale, kept, tuple(readers))
        rows, columns = np.flatnonzero(by_subject), np.flatnonzero(by_reader)
        return cls(
            codes=codes[np.ix_(rows, columns)],
            scale=scale,
            subjects=tuple(subjects[i] for i in rows.tolist()),
            readers=tuple(readers[j] for j in columns.tolist()),
        )

    def only(self, readers: Sequence[Hashable]) -> Ratings:
        """The same table for some readers; subjects that none of them rated drop out."""
        columns = [self.readers.index(reader) for reader in readers]
        return self._kept(self.codes[:, columns], self.scale, self.subjects, tuple(readers))

    def on(self, subjects: Collection[Hashable]) -> Ratings:
        """The same table for some subjects; readers who rated none of them drop out."""
        chosen = set(subjects)
        rows = [i for i, subject in enumerate(self.subjects) if subject in chosen]
        return self._kept(self.codes[rows], self.scale, [self.subjects[i] for i in rows], self.readers)

    @property
    def n_ratings(self) -> int:
        return int(self.counts.frequency @ self.sizes)

    @cached_property
    def sizes(self) -> np.ndarray:
        """How many readers rated, for each pattern of ``counts``."""
        return np.asarray(self.counts.rows.sum(axis=1))

    @cached_property
    def counts(self) -> Patterns:
        """Distinct vectors of category counts: rows (m, q), how many readers chose each category."""
        q, base = len(self.scale), len(self.readers) + 1
        if base**q >= 2**62:
            counts = np.stack([(self.codes == k).sum(axis=1) for k in range(q)], axis=1)
            return Patterns(counts, np.ones(len(counts)), np.arange(len(counts)))
        digits = np.append(base ** np.arange(q), 0)  # the last, code -1, adds nothing
        keys = np.zeros(len(self.codes), dtype=np.int64)
        for column in self.codes.T:
            keys += digits[column]
        distinct, index, frequency = _distinct(keys, base**q)
        return Patterns(distinct[:, None] // digits[:-1] % base, frequency, index)

    @cached_property
    def ordered(self) -> Patterns:
        """Distinct rows of codes, reader by reader: rows (m, r)."""
        base = len(self.scale) + 1
        if base ** len(self.readers) >= 2**62:
            return Patterns(self.codes, np.ones(len(self.codes)), np.arange(len(self.codes)))
        places = base ** np.arange(len(self.readers))
        keys = (self.codes.astype(np.int64) + 1) @ places
        distinct, index, frequency = _distinct(keys, base ** len(self.readers))
        return Patterns(distinct[:, None] // places % base - 1, frequency, index)


def _distinct(keys: np.ndarray, space: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Distinct keys (0 .. space - 1), ascending; the place of each key among them; how often each occurs."""
    if space > SPARSE + len(keys):
        distinct, index, found = np.unique(keys, return_inverse=True, return_counts=True)
        return distinct, index, found.astype(float)
    # Counting beats sorting where the keys are dense, as with few readers and categories.
    times = np.bincount(keys, minlength=space)
    distinct = np.flatnonzero(times)
    place = np.empty(space, dtype=np.intp)
    place[distinct] = np.arange(len(distinct))
    return distinct, place[keys], times[distinct].astype(float)
