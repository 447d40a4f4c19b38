from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readers.protocol.allocation import Candidate, NotEnoughVideos, allocate, order_key, shuffled

SEEDS = st.integers(-(2**63), 2**63 - 1)


@st.composite
def pools(draw):
    """Videos that may share seeds and sources, and a number of them that certainly do not."""
    n_exploratory, n_blinded = draw(st.integers(0, 12)), draw(st.integers(1, 12))
    free = [Candidate(f"free{i}", 1000 + i, None) for i in range(n_exploratory + n_blinded)]
    clashing = draw(
        st.lists(
            st.tuples(st.one_of(st.none(), st.integers(0, 5)), st.one_of(st.none(), st.integers(0, 5))),
            max_size=20,
        )
    )
    others = [Candidate(f"other{i}", seed, source) for i, (seed, source) in enumerate(clashing)]
    return draw(st.permutations(free + others)), n_exploratory, n_blinded


@given(pool=pools(), seed=SEEDS)
def test_sets_share_nothing_and_directions_are_balanced(pool, seed):
    candidates, n_exploratory, n_blinded = pool
    allocated = allocate(candidates, n_exploratory=n_exploratory, n_blinded=n_blinded, allocation_seed=seed)
    assert Counter(entry.phase for entry in allocated) == Counter(
        exploratory=n_exploratory, blinded=n_blinded
    )
    by_key = {candidate.key: candidate for candidate in candidates}
    chosen = [by_key[entry.key] for entry in allocated]
    for values in (
        [c.key for c in chosen],
        [c.noise_seed for c in chosen if c.noise_seed is not None],
        [c.source for c in chosen if c.source is not None],
    ):
        assert len(set(values)) == len(values)
    for phase in ("exploratory", "blinded"):
        count = Counter(entry.direction for entry in allocated if entry.phase == phase)
        assert count["AB"] - count["BA"] in (0, 1)


@given(pool=pools(), seed=SEEDS)
def test_a_draw_can_be_repeated(pool, seed):
    candidates, n_exploratory, n_blinded = pool
    settings = {"n_exploratory": n_exploratory, "n_blinded": n_blinded, "allocation_seed": seed}
    assert allocate(candidates, **settings) == allocate(candidates, **settings)


def test_too_few_independent_videos_are_refused_with_the_numbers():
    candidates = [Candidate(i, noise_seed=1, source=None) for i in range(5)]
    with pytest.raises(NotEnoughVideos, match=r"4 videos are needed .* only 1 of the 5"):
        allocate(candidates, n_exploratory=2, n_blinded=2, allocation_seed=1)


@given(n=st.integers(0, 60), key=st.text(max_size=20))
def test_an_order_is_a_permutation(n, key):
    assert sorted(shuffled(range(n), key=key)) == list(range(n))


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
