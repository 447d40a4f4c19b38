from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.quality.axioms import difference, minimality, smoothness


def images(seed: int, n: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (n, 12, 12), dtype=np.uint8)


def test_difference_is_in_grey_levels_and_does_not_wrap():
    black, white = np.zeros((2, 4, 4), np.uint8), np.full((2, 4, 4), 255, np.uint8)
    assert difference(black, white).tolist() == [255, 255]
    assert difference(white, black).tolist() == [255, 255]


def test_minimality_is_one_for_new_people_and_zero_for_the_same():
    first, second = images(0, 200), images(1, 200)
    assert minimality(first, first) == 0
    assert minimality(first, second) == pytest.approx(1, abs=0.02)


@given(st.integers(2, 60), st.integers(0, 100))
def test_a_straight_fade_is_even_and_takes_no_detour(n, seed):
    start, end = (image.astype(float) for image in images(seed, 2))
    frames = np.array([start + (end - start) * i / (n - 1) for i in range(n)])
    found = smoothness(frames)
    assert found.detour == pytest.approx(1)
    assert found.unevenness == pytest.approx(1)


def test_flicker_and_a_jump_are_seen():
    start, end = (image.astype(float) for image in images(3, 2))
    straight = np.array([start + (end - start) * i / 19 for i in range(20)])
    flickering = straight + np.random.default_rng(0).normal(0, 20, straight.shape)
    assert smoothness(flickering).detour > 3
    jumping = np.concatenate([straight[:5], straight[15:]])
    assert smoothness(jumping).unevenness == pytest.approx(11 / (19 / 9))
    assert smoothness(jumping).largest == pytest.approx(11 / 19 * np.abs(end - start).max())


def test_a_still_video_is_smooth():
    assert smoothness(np.zeros((5, 3, 3), np.uint8)).detour == 1
