"""What a cohort's pages count, without counting: half a million films take seconds."""

from __future__ import annotations

from django.core.cache import cache

from generation.models import Cohort, KeptCounts
from generation.selectors.table_one import Counts, count_films


def counts_of(cohort: Cohort) -> Counts:
    """Return the counts that the latest import or review kept.

    A cohort from before they were kept is counted once in each process: its films only become more.
    """
    kept = KeptCounts.objects.filter(cohort=cohort, n_films=cohort.n_taken).first()
    if kept:
        return Counts(kept.cells, kept.patients)
    key = f"counts:{cohort.split_salt}:{cohort.n_taken}"
    found: Counts | None = cache.get(key)
    if found is None:
        found = count_films(cohort)
        cache.set(key, found, None)
    return found
