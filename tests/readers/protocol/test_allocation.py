from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readers.protocol.allocation import Candidate, NotEnoughVideos, allocate

SEEDS = st.integers(-(2**63), 2**63 - 1)
SEXES = st.sampled_from(["", "F", "M"])
CLASHING = st.tuples(*[st.one_of(st.none(), st.integers(0, 5))] * 2, SEXES, st.booleans())


@st.composite
def pools(draw):
    """Videos that may share seeds and sources, and of each kind a number of them that certainly do not."""
    numbers = {
        "n_training": draw(st.integers(0, 4)),
        "n_exploratory": draw(st.integers(0, 10)),
        "n_blinded": draw(st.integers(1, 10)),
        "n_null": draw(st.integers(0, 4)),
    }
    n_null = numbers["n_null"]
    free = [
        Candidate(f"free{i}", 1000 + i, 1000 + i, draw(SEXES), null=i < n_null)
        for i in range(sum(numbers.values()))
    ]
    others = [
        Candidate(f"other{i}", seed, source, sex, null)
        for i, (seed, source, sex, null) in enumerate(draw(st.lists(CLASHING, max_size=12)))
    ]
    return draw(st.permutations(free + others)), numbers


def apart(count):
    """Difference between the most and the least frequent of two directions."""
    return abs(count["AB"] - count["BA"])


@given(pool=pools(), seed=SEEDS)
def test_sets_share_nothing_and_have_the_sizes_asked_for(pool, seed):
    candidates, numbers = pool
    allocated = allocate(candidates, allocation_seed=seed, **numbers)
    assert Counter((entry.phase, entry.kind) for entry in allocated) == Counter(
        {
            ("training", "counterfactual"): numbers["n_training"],
            ("exploratory", "counterfactual"): numbers["n_exploratory"],
            ("blinded", "counterfactual"): numbers["n_blinded"],
            ("blinded", "null"): numbers["n_null"],
        }
    )
    by_key = {candidate.key: candidate for candidate in candidates}
    chosen = [by_key[entry.key] for entry in allocated]
    for values in (
        [c.key for c in chosen],
        [c.noise_seed for c in chosen if c.noise_seed is not None],
        [c.source for c in chosen if c.source is not None],
    ):
        assert len(set(values)) == len(values)
    assert all(by_key[entry.key].null == (entry.kind == "null") for entry in allocated)


@given(pool=pools(), seed=SEEDS)
def test_directions_are_halved_in_each_phase_and_in_each_sex_of_it(pool, seed):
    candidates, numbers = pool
    sexes = {candidate.key: candidate.sex for candidate in candidates}
    allocated = allocate(candidates, allocation_seed=seed, **numbers)
    for phase in ("training", "exploratory", "blinded"):
        of_phase = [entry for entry in allocated if entry.phase == phase]
        assert apart(Counter(entry.direction for entry in of_phase)) <= 1
        for kind in ("counterfactual", "null"):
            of_kind = [entry for entry in of_phase if entry.kind == kind]
            assert apart(Counter(entry.direction for entry in of_kind)) <= 1
            for sex in ("", "F", "M"):
                assert apart(Counter(e.direction for e in of_kind if sexes[e.key] == sex)) <= 1


@given(numbers=st.lists(st.integers(0, 12), min_size=3, max_size=3), seed=SEEDS, data=st.data())
def test_sexes_are_even_in_each_phase_when_there_are_enough_of_both(numbers, seed, data):
    n_training, n_exploratory, n_blinded = numbers
    supply = sum(numbers) + 1
    candidates = data.draw(
        st.permutations([Candidate(f"{sex}{i}", None, None, sex) for sex in "FM" for i in range(supply)])
    )
    allocated = allocate(
        candidates,
        n_training=n_training,
        n_exploratory=n_exploratory,
        n_blinded=n_blinded + 1,
        allocation_seed=seed,
    )
    for phase in ("training", "exploratory", "blinded"):
        count = Counter(str(entry.key)[0] for entry in allocated if entry.phase == phase)
        assert abs(count["F"] - count["M"]) <= 1


@given(rare=st.integers(0, 20), seed=SEEDS)
def test_a_rare_sex_is_shared_out_in_proportion(rare, seed):
    candidates = [Candidate(f"F{i}", None, None, "F") for i in range(rare)]
    candidates += [Candidate(f"M{i}", None, None, "M") for i in range(60)]
    allocated = allocate(candidates, n_exploratory=30, n_blinded=30, allocation_seed=seed)
    phases = Counter(entry.phase for entry in allocated if str(entry.key)[0] == "F")
    assert sum(phases.values()) == rare
    assert abs(phases["exploratory"] - phases["blinded"]) <= 1


@given(pool=pools(), seed=SEEDS)
def test_a_draw_can_be_repeated(pool, seed):
    candidates, numbers = pool
    assert allocate(candidates, allocation_seed=seed, **numbers) == allocate(
        candidates, allocation_seed=seed, **numbers
    )


def test_too_few_independent_videos_are_refused_with_the_numbers():
    candidates = [Candidate(i, noise_seed=1, source=None) for i in range(5)]
    with pytest.raises(NotEnoughVideos, match=r"4 videos are needed .* only 1 of the 5"):
        allocate(candidates, n_exploratory=2, n_blinded=2, allocation_seed=1)


def test_a_video_in_which_something_changes_is_no_null_video():
    candidates = [Candidate(i, noise_seed=i, source=None) for i in range(5)]
    with pytest.raises(NotEnoughVideos, match="1 null videos are needed, but only 0 of the 0"):
        allocate(candidates, n_exploratory=0, n_blinded=2, n_null=1, allocation_seed=1)
