"""Probe and effect ratios on images whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats
from sklearn.linear_model import Ridge
from sklearn.model_selection import LeaveOneOut, cross_val_predict

from generation.quality import probe
from generation.quality.effects import Change, best_scale, between, calibrated, paired, ratio

SIDE = 16


def film(width: np.ndarray, height: np.ndarray, seed: int) -> np.ndarray:
    """Rectangles of a width and a height (pixels) with soft edges, and noise."""
    y, x = np.mgrid[:SIDE, :SIDE] - (SIDE - 1) / 2
    inside = (
        1 / (1 + np.exp(2 * (np.abs(x) - w / 2))) / (1 + np.exp(2 * (np.abs(y) - h / 2)))
        for w, h in zip(width, height, strict=True)
    )
    noise = np.random.default_rng(seed).normal(0, 4, (len(width), SIDE, SIDE))
    return np.clip(40 + 160 * np.array(list(inside)) + noise, 0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def learned():
    """In group B rectangles are wider and higher by 2; within groups, width tells no height."""
    rng = np.random.default_rng(0)
    group = np.repeat([0, 1], 200)
    width, height = (7 + 2 * group + rng.normal(0, 1, 400) for _ in range(2))
    values = {"width": width, "height": height}
    return probe.learn(film(width, height, 1), values, ["AB"[g] for g in group])


def test_leave_one_out_choice_is_that_of_scikit_learn():
    rng = np.random.default_rng(3)
    width, height = rng.normal(8, 1, (2, 60))
    images = film(width, height, 4)
    ours = probe.learn(images, {"width": width}, ["A"] * 60)
    flat = images.reshape(60, -1).astype(float)
    errors = {}
    for strength in probe.STRENGTHS:
        x, y = flat - flat.mean(0), width - width.mean()
        model = Ridge(alpha=strength, fit_intercept=False)
        errors[strength] = np.mean((cross_val_predict(model, x, y, cv=LeaveOneOut()) - y) ** 2)
    best = min(errors, key=errors.__getitem__)
    theirs = Ridge(alpha=best).fit(flat, width)
    np.testing.assert_allclose(ours.read(images)["width"], theirs.predict(flat), rtol=1e-6)


def test_the_probe_reads_new_films(learned):
    rng = np.random.default_rng(5)
    values = {"width": rng.normal(8, 1, 200), "height": rng.normal(8, 1, 200)}
    images = film(values["width"], values["height"], 6)
    r2 = probe.explained(learned, images, values, ["A"] * 200)
    assert min(r2.values()) > 0.9


def test_what_differs_between_groups_alone_is_not_read_off_something_else(learned):
    """Width moves, height stays: a probe that had learned from the groups would report both."""
    narrow, stays = np.full(100, 8.0), np.full(100, 8.0)
    before, after = learned.read(film(narrow, stays, 7)), learned.read(film(narrow + 1, stays, 8))
    assert (after["width"] - before["width"]).mean() == pytest.approx(1, abs=0.15)
    assert (after["height"] - before["height"]).mean() == pytest.approx(0, abs=0.15)


@pytest.mark.parametrize("strength", [0.0, 0.5, 1.0, 2.0])
def test_the_effect_ratio_is_what_was_planted(learned, strength):
    rng = np.random.default_rng(9)
    width, height = rng.normal(8, 1, (2, 150))

    def changes(by: float, seed: int) -> Change:
        after = learned.read(film(width + by, height, seed))["width"]
        return paired(learned.read(film(width, height, seed + 1))["width"], after)

    found = ratio(changes(strength * 1.5, 10), changes(1.5, 20))
    assert found.low <= strength + 0.06
    assert found.high >= strength - 0.06
    assert found.value == pytest.approx(strength, abs=0.1)


def test_fieller_interval_covers_the_ratio():
    rng = np.random.default_rng(0)
    covered = 0
    for _ in range(400):
        found = ratio(mean(rng.normal(2, 3, 60)), mean(rng.normal(1, 1, 60)))
        covered += found.low <= 2 <= found.high
    assert 0.92 < covered / 400 < 0.98


def test_no_ratio_is_claimed_over_a_change_that_may_be_none():
    found = ratio(Change(1.0, 0.02), Change(0.1, 0.02))
    assert (found.low, found.high) == (-np.inf, np.inf)


def mean(changes: np.ndarray) -> Change:
    return paired(np.zeros(len(changes)), changes)


def test_pairs_are_surer_than_groups_of_other_people():
    rng = np.random.default_rng(2)
    first = rng.normal(0, 5, 80)
    second = first + rng.normal(1, 0.5, 80)
    same, others = paired(first, second), between(first, second)
    assert same.mean == pytest.approx(others.mean)
    assert same.variance < others.variance / 20
    test = scipy.stats.ttest_ind(second, first, equal_var=False)
    assert others.mean / np.sqrt(others.variance) == pytest.approx(test.statistic)


def test_the_calibrated_guidance_lies_where_the_ratio_is_one():
    assert calibrated(np.array([4.0, 1.0, 2.0]), np.array([2.0, 0.8, 1.2])) == pytest.approx(1.5)
    assert calibrated(np.array([1.0, 2.0]), np.array([1.3, 1.6])) is None
    found = {1.0: {"a": 0.9, "b": 1.1}, 4.0: {"a": 2.0, "b": 1.0}}
    assert best_scale(found) == 1.0
