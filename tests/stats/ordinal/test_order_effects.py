from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from scipy.stats import spearmanr

from stats.ordinal.order_effects import distance_from_others, log_seconds, order_effects


def read(rng: np.random.Generator, *, slope: float = 0.0, videos: int = 30) -> dict[str, list]:
    """Four readers, each in an order of their own; video SD 2, noise 1, ``slope`` a position."""
    video = np.tile(np.arange(videos), 4)
    position = np.concatenate([rng.permutation(videos) for _ in range(4)])
    level = 2 * rng.normal(size=videos)
    values = level[video] + slope * position + rng.normal(size=4 * videos)
    reader = np.repeat(["R1", "R2", "R3", "R4"], videos)
    return {
        "values": values.tolist(),
        "positions": position.tolist(),
        "readers": reader.tolist(),
        "videos": video.tolist(),
    }


def test_mean_and_variance_are_those_of_all_orders() -> None:
    values, other = np.array([1.0, 4, 2, 2, 5]), np.array([3.0, 1, 1, 4])
    sums = [
        np.dot(order, values) + np.dot(second, other)
        for order in permutations(range(5))
        for second in permutations(range(4))
    ]
    found = order_effects(
        np.concatenate([values, other]), [0, 1, 2, 3, 4, 0, 1, 2, 3], ["R1"] * 5 + ["R2"] * 4
    )
    observed = np.dot(range(5), values) + np.dot(range(4), other)
    assert found.trend.z == pytest.approx((observed - np.mean(sums)) / np.std(sums))


@pytest.mark.parametrize("adjusted", [False, True])
def test_false_alarms_stay_at_five_percent(adjusted: bool) -> None:
    rng, alarms = np.random.default_rng(1), np.zeros(2)
    for _ in range(250):
        data = read(rng)
        if not adjusted:
            del data["videos"]
        effects = order_effects(**data)
        alarms += [effects.trend.p_two_sided < 0.05, effects.halves.p_two_sided < 0.05]
    assert np.all(np.abs(alarms / 250 - 0.05) < 3 * np.sqrt(0.05 * 0.95 / 250))


def test_a_planted_trend_is_found_and_better_with_the_videos_removed() -> None:
    rng, slopes, missed = np.random.default_rng(2), [], 0
    for _ in range(40):
        data = read(rng, slope=0.05)
        adjusted = order_effects(**data)
        plain = order_effects(data["values"], data["positions"], data["readers"])
        slopes.append(adjusted.trend.slope)
        missed += plain.trend.ci_high - plain.trend.ci_low < adjusted.trend.ci_high - adjusted.trend.ci_low
    assert np.mean(slopes) == pytest.approx(0.05, abs=0.004)
    assert missed == 0


def test_adjusted_slope_is_that_of_least_squares_with_videos_and_readers() -> None:
    data = read(np.random.default_rng(3), slope=0.1)
    video, reader = np.array(data["videos"]), np.array(data["readers"])
    design = np.column_stack(
        [data["positions"], video[:, None] == np.unique(video), reader[:, None] == np.unique(reader)]
    ).astype(float)
    expected = np.linalg.lstsq(design, np.array(data["values"]), rcond=None)[0][0]
    assert order_effects(**data).trend.slope == pytest.approx(expected)


def test_each_reader_alone() -> None:
    data = read(np.random.default_rng(4), slope=0.1)
    effects = order_effects(data["values"], data["positions"], data["readers"])
    first = effects.by_reader[0]
    peer = spearmanr(data["positions"][:30], data["values"][:30])
    assert [result.reader for result in effects.by_reader] == ["R1", "R2", "R3", "R4"]
    assert first.spearman == pytest.approx(peer.statistic)
    assert first.trend.slope == pytest.approx(np.polyfit(data["positions"][:30], data["values"][:30], 1)[0])
    late = np.array(data["positions"][:30]) >= 15
    values = np.array(data["values"][:30])
    assert first.halves.slope == pytest.approx(values[late].mean() - values[~late].mean())


def test_learning_shows_in_log_seconds() -> None:
    rng = np.random.default_rng(5)
    data = read(rng)
    data["values"] = log_seconds(
        (60 * 0.98 ** np.array(data["positions"]) * np.exp(0.2 * rng.normal(size=120))).tolist()
    )
    trend = order_effects(**data).trend
    assert np.exp(trend.ci_low) < 0.98 < np.exp(trend.ci_high) < 1
    with pytest.raises(ValueError, match="above 0 seconds, not 0"):
        log_seconds([3, 0])


def test_readers_who_drift_apart_show_in_their_distances() -> None:
    rng = np.random.default_rng(6)
    data = read(rng)
    noise = np.array(data["positions"]) / 10 * rng.normal(size=120)
    scores = (np.array(data["values"]) + noise).tolist()
    distances = distance_from_others(scores, data["videos"])
    assert order_effects(distances, data["positions"], data["readers"]).trend.slope > 0
    assert order_effects(distances, data["positions"], data["readers"]).trend.p_two_sided < 0.05


def test_nothing_to_see_is_said() -> None:
    flat = order_effects([3] * 6, [*range(6)], ["R1"] * 6)
    assert flat.trend.not_estimable == "values or positions do not vary within a reader"
    assert (flat.trend.p_two_sided, flat.by_reader[0].spearman) == (None, None)
    assert order_effects([], [], []).trend.not_estimable == "no values"
    assert order_effects([None], [0], ["R1"]).by_reader == ()
    assert order_effects([2], [0], ["R1"], videos=["V1"]).trend.not_estimable


def test_missing_values_are_left_out() -> None:
    whole = order_effects([1, 2, 4, 4], [0, 1, 2, 3], ["R1"] * 4)
    assert order_effects([1, None, 2, 4, 4], [0, 9, 1, 2, 3], ["R1"] * 5) == whole
