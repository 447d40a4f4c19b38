from __future__ import annotations

from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readers.protocol.rotation import common_first, next_block


def blocks_of(n_items, size, n_readers, key):
    items, blocks = list(range(n_items)), []
    for reader in range(n_readers):
        blocks.append(next_block(items, blocks, size=size, key=f"{key}:{reader}"))
    return blocks


def spread(counts):
    return max(counts) - min(counts)


@settings(max_examples=50)
@given(data=st.data(), n_items=st.integers(1, 14), n_readers=st.integers(1, 8), key=st.text(max_size=5))
def test_after_any_reader_all_videos_were_read_equally_often_but_for_one(data, n_items, n_readers, key):
    size = data.draw(st.integers(0, n_items))
    blocks = blocks_of(n_items, size, n_readers, key)
    for seen in range(1, n_readers + 1):
        assert [len(block) for block in blocks[:seen]] == [size] * seen
        count = Counter(item for block in blocks[:seen] for item in block)
        assert spread([count[item] for item in range(n_items)]) <= 1
    assert blocks == blocks_of(n_items, size, n_readers, key)


@pytest.mark.parametrize(("n_items", "size", "n_readers"), [(4, 2, 6), (9, 3, 12), (8, 4, 14)])
@pytest.mark.parametrize("key", ["a", "b", "c"])
def test_where_a_balanced_design_resolves_into_rounds_each_pair_meets_equally_often(
    n_items, size, n_readers, key
):
    """The affine planes of order 2 and 3 and the 3-(8, 4, 1) design, found without being told."""
    blocks = blocks_of(n_items, size, n_readers, key)
    pairs = Counter(pair for block in blocks for pair in combinations(sorted(block), 2))
    assert spread([pairs[pair] for pair in combinations(range(n_items), 2)]) == 0


@pytest.mark.parametrize(("n_items", "size", "n_readers"), [(7, 3, 7), (20, 5, 8), (6, 2, 15)])
def test_elsewhere_pairs_differ_by_two_at_most(n_items, size, n_readers):
    blocks = blocks_of(n_items, size, n_readers, "key")
    pairs = Counter(pair for block in blocks for pair in combinations(sorted(block), 2))
    assert spread([pairs[pair] for pair in combinations(range(n_items), 2)]) <= 2


@given(st.lists(st.sampled_from("ab"), max_size=30), st.integers(0, 30), st.text(max_size=5))
def test_every_beginning_has_its_share_of_each_direction(directions, n_common, key):
    items = list(range(len(directions)))
    drawn = common_first(items, cell=directions.__getitem__, key=key)
    assert sorted(drawn) == items
    common = drawn[:n_common]
    for direction in "ab":
        share = directions.count(direction) * len(common) / max(len(items), 1)
        assert abs(sum(directions[item] == direction for item in common) - share) <= 1
