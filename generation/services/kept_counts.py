"""Keep what a cohort's pages count; call in the transaction that adds films."""

from __future__ import annotations

from typing import Any

from generation.models import Cohort, KeptCounts, Radiograph
from generation.selectors.table_one import CELL, NUMBERS, Counts, count_films


def keep_counts(cohort: Cohort) -> None:
    """Count all films of a cohort, and keep what was counted."""
    counts = count_films(cohort)
    cohort.n_taken = counts.films({})
    store(cohort, counts)


def count_one_more(film: Radiograph) -> None:
    """Add one film, already saved, to the kept counts: three look-ups, however many films there are."""
    cohort = Cohort.objects.select_for_update().get(pk=film.cohort_id)
    kept = KeptCounts.objects.filter(cohort=cohort, n_films=cohort.n_taken).first()
    if kept is None:
        keep_counts(cohort)
        return
    cell = cell_of(film)
    for known in kept.cells:
        if all(known[column] == cell[column] for column in CELL):
            known |= {name: (known[name] or 0) + (cell[name] or 0) for name in set(cell) - set(CELL)}
            break
    else:
        kept.cells.append(cell)
    others = Radiograph.objects.filter(cohort=cohort, patient=film.patient).exclude(pk=film.pk)
    for column, people in kept.patients.items():
        word = getattr(film, column)
        if not others.filter(**{column: word}).exists():
            people[word] = people.get(word, 0) + 1
    cohort.n_taken += 1
    store(cohort, Counts(kept.cells, kept.patients))


def cell_of(film: Radiograph) -> dict[str, Any]:
    """Return what one film adds, as the database would count it."""
    cell = {column: getattr(film, column) for column in CELL}
    cell |= {"n": 1, "dated": int(film.shifted_date is not None)}
    for name in NUMBERS:
        value = getattr(film, name)
        cell |= {
            f"{name}_n": int(value is not None),
            f"{name}_total": value,
            f"{name}_squares": None if value is None else value**2,
        }
    return cell


def store(cohort: Cohort, counts: Counts) -> None:
    """Write the counts down, and how many films they are of."""
    cohort.save(update_fields=["n_taken"])
    KeptCounts.objects.update_or_create(
        cohort=cohort,
        defaults={"n_films": cohort.n_taken, "cells": counts.cells, "patients": counts.patients},
    )
