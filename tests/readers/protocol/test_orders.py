from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readers.protocol.draw import shuffled
from readers.protocol.orders import NoRoomForRepeats, order, order_key


@given(n=st.integers(0, 60), key=st.text(max_size=20))
def test_an_order_is_a_permutation(n, key):
    assert sorted(shuffled(range(n), key=key)) == list(range(n))
    assert order(list(range(n)), key=key) == [(item, 1) for item in shuffled(range(n), key=key)]


def test_orders_of_readers_and_phases_differ():
    orders = {
        tuple(shuffled(range(30), key=order_key(7, code, phase)))
        for code in ("R1", "R2", "R3", "R4")
        for phase in ("exploratory", "blinded")
    }
    assert len(orders) == 8


def test_every_permutation_is_equally_likely():
    """24 permutations of 4 over 12,000 keys: chi-squared on 23 degrees of freedom, limit at p = 1e-6."""
    from scipy.stats import chi2

    count = Counter(tuple(shuffled(range(4), key=f"key {i}")) for i in range(12_000))
    statistic = sum((observed - 500) ** 2 / 500 for observed in count.values())
    assert len(count) == 24
    assert statistic < chi2.isf(1e-6, 23)


@st.composite
def repeats(draw):
    n = draw(st.integers(1, 40))
    repeatable = draw(st.integers(1, n))
    return n, repeatable, draw(st.integers(0, repeatable)), draw(st.integers(1, n))


@given(given_numbers=repeats(), key=st.text(max_size=20))
def test_repeats_come_twice_and_far_enough_apart(given_numbers, key):
    n, repeatable, n_repeats, distance = given_numbers
    numbers = {"repeatable": list(range(repeatable)), "n_repeats": n_repeats, "distance": distance}
    drawn = order(list(range(n)), key=key, **numbers)
    assert drawn == order(list(range(n)), key=key, **numbers)
    assert sorted(item for item, reading in drawn if reading == 1) == list(range(n))
    again = [item for item, reading in drawn if reading == 2]
    assert len(set(again)) == len(again) == n_repeats
    assert set(again) <= set(range(repeatable))
    for item in again:
        assert drawn.index((item, 2)) - drawn.index((item, 1)) >= distance


def test_which_videos_are_repeated_and_where_differs_between_readers():
    def drawn(code):
        return order(list(range(30)), key=code, repeatable=list(range(30)), n_repeats=6, distance=10)

    again = [
        [(place, item) for place, (item, reading) in enumerate(drawn(f"R{i}")) if reading == 2]
        for i in (1, 2)
    ]
    assert [place for place, _ in again[0]] != [place for place, _ in again[1]]
    assert {item for _, item in again[0]} != {item for _, item in again[1]}
    # Were all repeats at the end, readers would know a second reading by its place.
    assert min(place for place, _ in again[0]) < 30


@pytest.mark.parametrize(("n_repeats", "distance"), [(4, 1), (1, 6), (1, 0)])
def test_repeats_without_room_are_refused(n_repeats, distance):
    with pytest.raises(NoRoomForRepeats):
        order(list(range(5)), key="x", repeatable=[1, 2, 3], n_repeats=n_repeats, distance=distance)
