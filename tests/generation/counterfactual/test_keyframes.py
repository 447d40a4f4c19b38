from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.counterfactual.keyframes import interpolated, keyframed


def video(change, n_frames):
    """``change``: λ (n, 1, 1) to grey levels. Returns a renderer of frame numbers, and what it was asked."""
    asked = []

    def render(frames):
        asked.extend(frames)
        return change(np.array(frames)[:, None, None] / (n_frames - 1)).clip(0, 255).astype(np.float32)

    return render, asked


@settings(max_examples=40, deadline=None)
@given(
    n_frames=st.integers(2, 180),
    waves=st.lists(
        st.tuples(st.floats(0.1, 3), st.floats(0, 6.3), st.floats(0, 100)), min_size=1, max_size=4
    ),
    bound=st.floats(0.05, 2),
)
def test_smooth_changes_are_followed_within_the_bound(n_frames, waves, bound):
    """Every frame, not only the midpoints: for functions whose waves are longer than the gaps."""

    def change(way):
        return 128 + np.concatenate(
            [height * np.sin(6.3 * rate * way + phase) for rate, phase, height in waves], axis=2
        )

    render, asked = video(change, n_frames)
    result = keyframed(render, n_frames, bound)
    exact = render(list(range(n_frames)))
    rendered = [frame for frame, error in enumerate(result.bounds) if error is None]
    assert sorted(asked[: len(rendered)]) == rendered  # each once
    np.testing.assert_array_equal(result.levels[rendered], exact[rendered])
    assert all(error < bound for error in result.bounds if error is not None)
    assert np.abs(result.levels - exact).max() < bound


def test_few_frames_of_a_slow_change_are_rendered_and_all_of_noise():
    slow, _ = video(lambda way: 100 + 50 * np.sin(3 * way), 180)
    bounds = keyframed(slow, 180, 0.5).bounds
    assert bounds.count(None) < 180 / 7
    noise = np.random.default_rng(0).uniform(0, 255, (180, 4, 4))
    rough, asked = video(lambda way: noise[np.rint(way[:, 0, 0] * 179).astype(int)], 180)
    assert keyframed(rough, 180, 0.5).bounds == [None] * 180
    assert sorted(asked) == list(range(180))


def test_a_step_is_rendered_around_and_the_rest_is_interpolated():
    def change(way):
        return np.where(way < 0.43, 20.0, 200.0) + 10 * way

    render, _ = video(change, 181)
    result = keyframed(render, 181, 0.5, first_nodes=13)
    around = slice(int(0.43 * 180) - 1, int(0.43 * 180) + 3)
    assert result.bounds[around] == [None] * 4
    assert result.bounds.count(None) < 181


def test_what_lies_between_two_rendered_frames_is_not_noticed():
    """The limit of the method, which its documentation states."""

    def change(way):
        return np.where(np.rint(way * 180) == 5, 255.0, 0.0)

    render, asked = video(change, 181)
    result = keyframed(render, 181, 0.5, first_nodes=10)
    assert 5 not in asked
    assert result.levels[5].max() < 1


def test_interpolation_is_scipys_and_stays_within_grey_levels():
    from scipy.interpolate import CubicSpline

    levels = np.random.default_rng(1).uniform(0, 255, (6, 3, 3)).astype(np.float32)
    nodes = [0, 3, 4, 9, 14, 20]
    got = interpolated(nodes, dict(zip(nodes, levels, strict=True)), [1, 2, 10])
    expected = CubicSpline(nodes, levels)([1, 2, 10]).clip(0, 255)
    np.testing.assert_allclose(got, expected, atol=1e-3)
    assert got.min() >= 0
    assert got.max() <= 255
