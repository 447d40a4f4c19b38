"""Planted copies are found, also shifted and mirrored ones; new films are left alone."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from generation.quality.memorisation import audit


def films(seed: int, n: int) -> np.ndarray:
    """Films that share most of their look, as pelves do: one common picture and smooth differences."""
    common = 60 * ndimage.gaussian_filter(np.random.default_rng(99).standard_normal((64, 64)), 6) / 0.04
    rng = np.random.default_rng(seed)
    own = np.array([ndimage.gaussian_filter(rng.standard_normal((64, 64)), 2.5) for _ in range(n)])
    return np.clip(128 + common + 15 * own / own.std(), 0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def sets():
    return films(0, 300), films(1, 200), films(2, 60)


def test_new_films_are_not_suspected_more_often_than_expected(sets):
    training, held_out, drawn = sets
    found = audit(drawn, training, held_out)
    assert len(found.suspects) <= 3
    assert found.p_value > 0.01
    assert 0.35 < found.nearer_to_training < 0.65


@pytest.mark.parametrize(
    "disguise",
    [
        lambda film: film,
        lambda film: film[:, ::-1],
        lambda film: np.roll(film, (3, -5), axis=(0, 1)),
        lambda film: np.roll(film[:, ::-1], (-4, 2), axis=(0, 1)),
        lambda film: np.clip(0.8 * film + 30 + np.random.default_rng(5).normal(0, 4, film.shape), 0, 255),
    ],
    ids=["copy", "mirrored", "shifted", "mirrored and shifted", "dimmed and noisy"],
)
def test_a_planted_training_film_is_found_in_any_disguise(sets, disguise):
    training, held_out, drawn = sets
    planted = drawn.copy()
    planted[7] = disguise(training[123]).astype(np.uint8)
    found = audit(planted, training, held_out)
    assert found.suspects[0] == 7
    assert found.nearest[7] == 123


def test_a_model_that_hands_out_its_training_films_is_seen_as_a_whole(sets):
    training, held_out, _ = sets
    found = audit(training[:50], training, held_out)
    assert len(found.suspects) == 50
    assert found.p_value < 1e-50
    assert found.nearer_to_training > 0.8


def test_too_few_held_out_films_are_refused(sets):
    training, held_out, drawn = sets
    with pytest.raises(ValueError, match="100 held-out films"):
        audit(drawn, training, held_out[:99])
