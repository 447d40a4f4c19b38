"""Table 1 against numbers computed another way, and the same number of queries for any number of films."""

from __future__ import annotations

import datetime
import math
from dataclasses import asdict
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.imaging.splits import split_of
from generation.models import Cohort, Radiograph
from generation.selectors.films import PAGE, filtered, page_of, stored_values
from generation.selectors.kept_counts import counts_of
from generation.selectors.table_one import (
    Measure,
    count_films,
    difference_of_means,
    difference_of_shares,
    table_of,
    table_one,
)
from generation.services.kept_counts import count_one_more, keep_counts

pytestmark = pytest.mark.django_db


def fill(cohort: Cohort, count: int, seed: int = 0) -> list[dict[str, Any]]:
    """Add ``count`` made-up films and return their attributes."""
    random = np.random.default_rng(seed)
    rows = []
    for number in range(count):
        group = "AB"[number % 2]
        rows.append(
            {
                "patient": f"{random.integers(count // 2 + 1):032}",
                "group": group,
                "sex": str(random.choice(["F", "M", ""], p=[0.5, 0.4, 0.1])),
                "age": None if random.random() < 0.2 else float(random.normal(50 + 5 * (group == "B"), 10)),
                "bmi": None if random.random() < 0.5 else float(random.normal(27, 4)),
                "projection": str(random.choice(["AP", "lateral"])),
                "laterality": str(random.choice(["left", "right", "bilateral", ""])),
                "implant": [True, False, None][random.integers(3)],
                "site": str(random.choice(["north", "south"])),
                "shifted_date": datetime.date(2020, 1, 1) if random.random() < 0.7 else None,
            }
        )
    Radiograph.objects.bulk_create(
        Radiograph(
            cohort=cohort, pixel_sha256=f"{seed}{number:063}", image="x", rows=1, columns=1, source_rows=1,
            source_columns=1, split=split_of("salt", row["patient"]), **row,
        )
        for number, row in enumerate(rows)
    )  # fmt: skip
    return rows


@pytest.fixture
def cohort() -> Cohort:
    return Cohort.objects.create(name="made")


def test_table_1_is_what_numpy_counts(cohort: Cohort) -> None:
    rows = fill(cohort, 300)
    table = table_one(cohort)
    assert [group.name for group in table.groups] == ["A", "B"]
    for group in table.groups:
        mine = [row for row in rows if row["group"] == group.name]
        ages = np.array([row["age"] for row in mine if row["age"] is not None])
        assert group.films == len(mine)
        assert group.patients == len({row["patient"] for row in mine})
        assert group.numbers["age"].mean == pytest.approx(ages.mean())
        assert group.numbers["age"].sd == pytest.approx(ages.std(ddof=1))
        assert group.words["sex"]["F"] == sum(row["sex"] == "F" for row in mine)
        assert group.words["implant"]["yes"] == sum(row["implant"] is True for row in mine)
        assert group.missing("implant") == sum(row["implant"] is None for row in mine)
        assert group.missing("date") == sum(row["shifted_date"] is None for row in mine)
        assert group.missing("bmi") == sum(row["bmi"] is None for row in mine)
    for split, (films, patients) in table.splits.items():
        there = [row for row in rows if split_of("salt", row["patient"]) == split]
        assert (films, patients) == (len(there), len({row["patient"] for row in there}))


def test_standardised_differences_of_a_worked_example() -> None:
    """Austin 2009, eq. 1 and 2, by hand."""
    one, other = Measure(3, 6.0, 14.0), Measure(3, 15.0, 77.0)  # 1, 2, 3 and 4, 5, 6
    assert difference_of_means(one, other) == pytest.approx(-3.0)
    by_hand = (0.3 - 0.5) / math.sqrt((0.3 * 0.7 + 0.5 * 0.5) / 2)
    assert difference_of_shares([[70, 30], [50, 50]]) == pytest.approx(abs(by_hand))


def test_the_difference_of_three_words_is_the_mahalanobis_distance() -> None:
    """Yang and Dalton 2012, by hand for two of three words."""
    one, other = np.array([0.2, 0.5]), np.array([0.4, 0.3])
    spread = (np.diag(one) - np.outer(one, one) + np.diag(other) - np.outer(other, other)) / 2
    expected = math.sqrt((one - other) @ np.linalg.inv(spread) @ (one - other))
    assert difference_of_shares([[30, 20, 50], [30, 40, 30]]) == pytest.approx(expected)


@given(st.lists(st.lists(st.integers(0, 50), min_size=3, max_size=3), min_size=2, max_size=2))
def test_differences_of_shares_are_never_negative_nor_raise(counts: list[list[int]]) -> None:
    found = difference_of_shares(counts)
    assert found is None or found >= 0


def test_an_empty_cohort_has_an_empty_table(cohort: Cohort) -> None:
    table = table_one(cohort)
    assert (table.groups, table.splits, table.films) == ([], {}, 0)


def test_three_queries_for_any_number_of_films(cohort: Cohort, django_assert_num_queries: Any) -> None:
    for seed, count in enumerate((10, 200)):
        fill(cohort, count, seed)
        with django_assert_num_queries(3):
            table_one(cohort)


def test_kept_counts_are_those_of_the_database_after_each_film(cohort: Cohort) -> None:
    """Films one by one, of known and new patients, words and cells, without counting again."""
    fill(cohort, 30)
    keep_counts(cohort)
    for seed in range(1, 6):
        fill(cohort, 4, seed)
        *others, film = Radiograph.objects.filter(cohort=cohort).order_by("pk")
        Radiograph.objects.exclude(pk__in=[one.pk for one in (*others[:-3], film)]).delete()
        count_one_more(film)
        cohort.refresh_from_db()
        kept, counted = counts_of(cohort), count_films(cohort)
        assert (cohort.n_taken, cohort.kept_counts.n_films) == (30 + seed, 30 + seed)
        assert kept.patients == counted.patients
        assert table_of(kept).splits == table_of(counted).splits
        for one, other in zip(table_of(kept).groups, table_of(counted).groups, strict=True):
            assert (one.name, one.films, one.patients, one.words, one.dated) == (
                other.name, other.films, other.patients, other.words, other.dated,
            )  # fmt: skip
            for name, measure in one.numbers.items():
                assert asdict(measure) == pytest.approx(asdict(other.numbers[name]))


def test_what_is_chosen_is_counted_without_the_films(cohort: Cohort, django_assert_num_queries: Any) -> None:
    fill(cohort, 200)
    keep_counts(cohort)
    cohort.refresh_from_db()
    for wanted in ({}, {"sex": "-"}, {"implant": "-"}, {"implant": "no", "group": "A"}, {"site": "west"}):
        with django_assert_num_queries(1):
            chosen = counts_of(cohort).films(stored_values(wanted))
        assert chosen == filtered(cohort, wanted).count()


def test_a_cohort_without_kept_counts_is_counted_once(cohort: Cohort, django_assert_num_queries: Any) -> None:
    fill(cohort, 20)
    cohort.n_taken = 20
    assert counts_of(cohort).films({}) == 20
    with django_assert_num_queries(1):
        assert counts_of(cohort).films({}) == 20


def test_pages_go_forth_and_back_through_every_film_once(cohort: Cohort) -> None:
    fill(cohort, 2 * PAGE + 7)
    films = filtered(cohort, {})
    first = page_of(films)
    second = page_of(films, after=first.after)
    third = page_of(films, after=second.after)
    seen = [film.pixel_sha256 for page in (first, second, third) for film in page.films]
    assert seen == sorted(films.values_list("pixel_sha256", flat=True))
    assert (first.before, third.after) == ("", "")
    assert page_of(films, before=third.before).films == second.films
    assert page_of(films, before=second.before).before == ""


def test_filters_choose_words_and_unknown_ones(cohort: Cohort) -> None:
    rows = fill(cohort, 100)
    assert filtered(cohort, {"sex": "-"}).count() == sum(row["sex"] == "" for row in rows)
    assert filtered(cohort, {"implant": "-"}).count() == sum(row["implant"] is None for row in rows)
    both = filtered(cohort, {"implant": "no", "group": "A", "patient": "ignored"})
    assert both.count() == sum(row["implant"] is False and row["group"] == "A" for row in rows)
