from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from generation.counterfactual.rendering import Renderer
from generation.diffusion.ddim import initial_noise
from generation.diffusion.pixels import to_grey
from generation.diffusion.sampling import sample


def test_any_range_of_frames_has_the_bytes_of_the_whole_video(renderer, spec, tiny_model):
    whole = renderer.frames(spec, 0, 9)
    assert whole.shape == (10, 32, 32)
    assert whole.dtype == np.uint8
    for first, last in ((0, 3), (4, 7), (8, 9), (5, 5), (3, 8), (9, 9)):
        assert np.array_equal(renderer.frames(spec, first, last), whole[first : last + 1]), (first, last)
    assert np.array_equal(Renderer(tiny_model).frames(spec, 2, 6), whole[2:7])


def test_a_video_changes_smoothly_and_with_its_seed(renderer, spec):
    frames = renderer.frames(spec, 0, 9).astype(int)
    steps = np.abs(np.diff(frames, axis=0)).mean(axis=(1, 2))
    end_to_end = np.abs(frames[9] - frames[0]).mean()
    assert end_to_end > 2
    assert steps.max() < 0.5 * end_to_end
    other = renderer.frames(dataclasses.replace(spec, seed=12), 0, 0)
    assert np.abs(other[0] - frames[0]).mean() > 5


def test_the_ends_are_plain_samples(renderer, spec):
    """λ = 0 and λ = 1 are what the model draws for each group by itself, from the same noise."""
    base_only = dataclasses.replace(spec, super_resolution_steps=0)
    frames = renderer.frames(base_only, 0, 9)
    stream = np.random.SeedSequence([spec.seed, 0]).generate_state(1, np.uint64)[0] >> np.uint64(1)
    noise = initial_noise(int(stream), (1, 1, 16, 16))
    for frame, group in ((frames[0], "female"), (frames[9], "male")):
        alone = sample(renderer.stages[0], noise, [{"group": group, "age": 40}], steps=4, scale=2.0)
        assert np.abs(to_grey(alone)[0].astype(int) - frame).max() <= 1


def test_without_a_difference_all_frames_are_one(renderer, spec):
    frames = renderer.frames(dataclasses.replace(spec, value_to="female"), 0, 3)
    assert (frames == frames[0]).all()


def test_the_second_stage_adds_to_the_first(renderer, spec):
    """Twice the size; and its noise is fixed, or frames that are equal before it would differ after it."""
    small = renderer.frames(dataclasses.replace(spec, super_resolution_steps=0), 0, 0)
    assert small.shape == (1, 16, 16)
    assert renderer.frames(spec, 0, 0).shape == (1, 32, 32)


def test_a_render_can_be_stopped_at_any_evaluation(renderer, spec):
    class Enough(Exception):
        pass

    evaluations = 0

    def tick():
        nonlocal evaluations
        evaluations += 1
        if evaluations == 3:
            raise Enough

    with pytest.raises(Enough):
        renderer.frames(spec, 0, 9, tick=tick)
    assert evaluations == 3


def test_other_weights_and_other_frames_are_refused(renderer, spec):
    with pytest.raises(ValueError, match="put the original files back"):
        renderer.frames(dataclasses.replace(spec, checkpoint_sha256="0" * 64), 0, 1)
    with pytest.raises(ValueError, match="not in a video of 10"):
        renderer.frames(spec, 5, 10)
