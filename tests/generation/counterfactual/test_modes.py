"""Keyframes, approximations, real radiographs, other paths: on a tiny model with random weights."""

from __future__ import annotations

import dataclasses
import hashlib

import numpy as np
import pytest

# First 16 digits of the frames' SHA-256, by what a device calls itself
GOLDEN_HASH = {"cpu x86_64 AVX512, torch 2.13.0+cpu": "2fb1c2d5df85ea37"}
# Mean grey levels of the quarters of the first frame and of the last one, on any device
GOLDEN_MEANS = [125.71, 123.93, 125.21, 123.89, 125.71, 123.47, 125.21, 124.11]


def test_the_frames_are_those_of_ever(renderer, spec):
    """A golden render: whoever changes a pixel has to say so here."""
    frames = renderer.frames(spec, 0, 9)
    quarters = frames[[0, 9]].reshape(2, 2, 16, 2, 16).mean(axis=(2, 4))
    np.testing.assert_allclose(quarters.ravel(), GOLDEN_MEANS, atol=0.1)
    digits = hashlib.sha256(frames.tobytes()).hexdigest()[:16]
    assert digits == GOLDEN_HASH.get(renderer.describe_device(), digits)


def test_keyframes_are_within_their_bound_of_the_exact_frames(renderer, spec):
    exact = dataclasses.replace(spec, n_frames=60, steps=3)
    keyframed = renderer.render(dataclasses.replace(exact, keyframe_bound=0.5), 0, 59)
    every = renderer.render(exact, 0, 59)
    assert {entry["origin"] for entry in every.made} == {"rendered"}
    rendered = [entry["origin"] == "rendered" for entry in keyframed.made]
    assert 10 < sum(rendered) < 40
    assert all(entry["bound"] < 0.5 for entry in keyframed.made if entry["origin"] == "interpolated")
    difference = np.abs(keyframed.frames.astype(int) - every.frames)
    assert difference.max() <= 1
    assert (difference[rendered] == 0).mean() > 0.999


@pytest.mark.parametrize("changes", [
    {"approximation": "fewer steps", "steps": 3, "exact_steps": 6},
    {"approximation": "cached guidance"},
])  # fmt: skip
def test_an_approximation_records_its_error(renderer, spec, changes):
    approximate = dataclasses.replace(spec, **changes)
    got = renderer.render(approximate, 0, 3)
    exact = renderer.frames(approximate.exact(), 0, 3)
    entry = got.made[0]
    assert entry["approximation"] == changes["approximation"]
    error = entry["error"]
    assert error["frame"] == 2
    assert 0 < error["mean"] <= error["p99"] <= error["max"]
    assert error["max"] == pytest.approx(np.abs(got.frames[2].astype(int) - exact[2]).max(), abs=1)


@pytest.mark.parametrize(("inversion", "bound"), [("fixed point", 0.05), ("coupled", 0.01)])
def test_a_video_may_begin_at_a_real_radiograph(renderer, spec, inversion, bound):
    """Without guidance and enlargement its first frame is that radiograph; with them it is near."""
    rows, columns = np.mgrid[:16, :16]
    source = (128 + 50 * np.sin(rows / 3) * np.cos(columns / 4)).astype(np.uint8)
    plain = dataclasses.replace(
        spec, source="5" * 64, inversion=inversion, steps=20, guidance=1.0, super_resolution_steps=0
    )
    first = renderer.render(plain, 0, 0, source=source)
    report = first.made[0]["inversion"]
    assert report["max"] < bound
    np.testing.assert_array_equal(first.frames[0], source)
    last = renderer.render(plain, 9, 9, source=source).frames[0]
    assert np.abs(last.astype(int) - source).max() > 2
    with pytest.raises(ValueError, match="was not given"):
        renderer.render(plain, 0, 0)


def test_both_directions_show_the_same_frames(renderer, spec):
    there = renderer.frames(spec, 0, 9)
    back = renderer.frames(spec.reverse(), 0, 9)
    assert np.abs(there.astype(int) - back[::-1]).max() <= 1


@pytest.mark.parametrize("changes", [
    {"interpolation": "spherical"},
    {"sampler": "dpm-solver++"},
    {"attribute_guidance": {"group": 3.0}},
    {"attribute_guidance": {"group": 3.0, "age": 2.0}},
    {"guidance_interval": (100, 800)},
    {"rescale": 0.7},
    {"rescale": 0.7, "rescale_over": "batch"},
    {"conditions": {}, "also": {"age": (30, 80)}},
])  # fmt: skip
def test_every_choice_changes_the_pixels(renderer, spec, changes):
    got = renderer.frames(dataclasses.replace(spec, **changes), 4, 7).astype(int)
    assert np.abs(got - renderer.frames(spec, 4, 7)).max() > 0


def test_ends_do_not_depend_on_the_interpolation(renderer, spec):
    for frame in (0, 9):
        arc = renderer.frames(dataclasses.replace(spec, interpolation="spherical"), frame, frame)
        np.testing.assert_array_equal(arc, renderer.frames(spec, frame, frame))


def test_guiding_the_only_attribute_that_is_known_is_guiding_all(renderer, spec):
    """With every other attribute left open, the model that knows all but one is the null model."""
    alone = dataclasses.replace(spec, conditions={})
    got = renderer.frames(dataclasses.replace(alone, attribute_guidance={"group": spec.guidance}), 0, 3)
    assert np.abs(got.astype(int) - renderer.frames(alone, 0, 3)).max() <= 1
