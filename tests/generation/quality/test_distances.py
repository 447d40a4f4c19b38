"""Distances against closed forms for Gaussians, scipy, scikit-learn, the authors' prdc package."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prdc import compute_prdc
from scipy.linalg import sqrtm
from sklearn.metrics.pairwise import polynomial_kernel, rbf_kernel

from generation.quality.frechet import Gaussian, fit, frechet, frechet_distance
from generation.quality.kernel import gaussian, kernel_distance, median_width, polynomial
from generation.quality.neighbours import neighbourhood
from generation.quality.resampling import at_infinity, bootstrap, jackknife


def normal(seed: int, n: int, d: int, *, mean: float = 0.0, spread: float = 1.0) -> np.ndarray:
    return mean + spread * np.random.default_rng(seed).standard_normal((n, d))


def test_frechet_of_axis_aligned_gaussians_is_the_closed_form():
    one = Gaussian(np.array([0.0, 1.0]), np.diag([1.0, 2.0]))
    other = Gaussian(np.array([3.0, 5.0]), np.diag([4.0, 0.5]))
    assert frechet_distance(one, other) == pytest.approx(9 + 16 + (1 - 4) ** 2 + (2 - 0.5) ** 2)


def test_frechet_agrees_with_the_matrix_root_of_scipy():
    first, second = normal(0, 400, 12) @ normal(1, 12, 12), normal(2, 300, 12, mean=0.3) @ normal(3, 12, 12)
    sigma1, sigma2 = np.cov(first.T), np.cov(second.T)
    expected = np.sum((first.mean(0) - second.mean(0)) ** 2)
    expected += np.trace(sigma1 + sigma2 - 2 * sqrtm(sigma1 @ sigma2).real)
    assert frechet(first, second) == pytest.approx(expected, rel=1e-9)


def test_frechet_is_exact_where_there_are_fewer_images_than_features():
    # In the span of their own few rows the same numbers have full rank: rotating them into many dimensions
    # changes no distance.
    small, other = normal(0, 30, 8), normal(1, 25, 8, spread=1.5)
    rotation = np.linalg.qr(normal(2, 500, 8))[0].T
    assert frechet(small @ rotation, other @ rotation) == pytest.approx(frechet(small, other), rel=1e-9)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 20), st.integers(1, 30), st.floats(0.1, 10))
def test_frechet_is_a_distance(seed, n, d, scale):
    first, second = normal(seed, n, d), normal(seed + 1, n + 3, d, mean=0.5)
    there = frechet(first, second)
    assert there >= 0
    assert frechet(second, first) == pytest.approx(there, abs=1e-9, rel=1e-9)
    assert frechet(first, first[::-1]) == pytest.approx(0, abs=1e-9)
    assert frechet(scale * first + 7, scale * second + 7) == pytest.approx(
        scale**2 * there, abs=1e-8, rel=1e-6
    )


def test_one_image_has_no_covariance():
    with pytest.raises(ValueError, match="at least two"):
        fit(np.zeros((1, 4)))


@pytest.mark.parametrize("name", ["polynomial", "gaussian"])
def test_kernel_distance_is_the_sum_over_pairs(name):
    first, second = normal(0, 20, 5), normal(1, 15, 5, mean=1.0)
    if name == "polynomial":
        ours = polynomial
        xx, yy, xy = (
            polynomial_kernel(a, b, degree=3, gamma=1 / 5, coef0=1)
            for a, b in ((first, first), (second, second), (first, second))
        )
    else:
        width = median_width(first, second)
        ours = gaussian(width)
        xx, yy, xy = (
            rbf_kernel(a, b, gamma=1 / (2 * width**2))
            for a, b in ((first, first), (second, second), (first, second))
        )
    expected = (xx.sum() - np.trace(xx)) / (20 * 19) + (yy.sum() - np.trace(yy)) / (15 * 14) - 2 * xy.mean()
    found = kernel_distance(first, second, ours)
    assert found.value == pytest.approx(expected)
    left = [kernel_distance(np.delete(first, i, 0), second, ours).value for i in range(20)]
    left_second = [kernel_distance(first, np.delete(second, i, 0), ours).value for i in range(15)]
    assert found.error**2 == pytest.approx(19 * np.var(left) + 14 * np.var(left_second))


def test_kernel_distance_has_no_bias_and_an_honest_error():
    found = [kernel_distance(normal(2 * i, 40, 6), normal(2 * i + 1, 40, 6)) for i in range(300)]
    values = np.array([one.value for one in found])
    assert abs(values.mean()) < 4 * values.std() / np.sqrt(300)
    apart = [kernel_distance(normal(2 * i, 60, 6), normal(2 * i + 1, 60, 6, mean=0.7)) for i in range(200)]
    values = np.array([one.value for one in apart])
    assert np.mean([one.error for one in apart]) == pytest.approx(values.std(), rel=0.15)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(8, 40), st.integers(8, 40), st.floats(0, 3), st.integers(1, 6))
def test_neighbourhoods_are_those_of_the_authors_package(seed, n, m, shift, k):
    real, drawn = normal(seed, n, 4), normal(seed + 1, m, 4, mean=shift)
    theirs = compute_prdc(real_features=real, fake_features=drawn, nearest_k=k)
    ours = neighbourhood(real, drawn, k)
    for name, value in theirs.items():
        assert getattr(ours, name) == pytest.approx(value), name


def test_a_collapsed_model_is_precise_and_recalls_little():
    found = neighbourhood(normal(0, 300, 4), normal(1, 300, 4, spread=0.05))
    assert found.precision > 0.99
    assert found.recall < 0.05
    assert found.coverage < 0.2


def test_jackknife_of_the_frechet_distance_covers_the_truth():
    truth, covered = 5 * 0.8**2, 0
    for i in range(120):
        found = jackknife(
            at_infinity(frechet), normal(2 * i, 200, 5), normal(2 * i + 1, 200, 5, mean=0.8), seed=i
        )
        covered += found.low <= truth <= found.high
    assert covered / 120 > 0.88


def test_extrapolation_takes_away_what_small_samples_add():
    plain, extrapolated = [], []
    for i in range(40):
        one, other = normal(2 * i, 150, 20), normal(2 * i + 1, 150, 20)
        plain.append(frechet(one, other))
        extrapolated.append(at_infinity(frechet, seed=i)(one, other))
    assert np.mean(plain) > 1.0
    assert abs(np.mean(extrapolated)) < 0.15


def test_bootstrap_interval_of_a_mean_is_that_of_the_normal_distribution():
    rows = normal(0, 400, 1)[:, 0]
    found = bootstrap(lambda x: float(np.mean(x)), rows)
    reach = 1.96 * rows.std() / 20
    assert found.low == pytest.approx(rows.mean() - reach, abs=0.01)
    assert found.high == pytest.approx(rows.mean() + reach, abs=0.01)
