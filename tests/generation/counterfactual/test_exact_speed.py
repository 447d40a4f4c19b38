"""What makes rendering faster changes nothing, or no more than the tolerance that is stated here."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch

from generation.counterfactual.rendering import Renderer
from generation.diffusion.ddim import ddim, initial_noise, timesteps
from generation.diffusion.guidance import Guidance
from generation.diffusion.network import make_network
from generation.diffusion.sampling import denoiser, embedder

GUIDED = Guidance(scale=3.0)


@pytest.fixture
def drawn(renderer):
    """``drawn(groups, **options)``: pictures of one noise; how many images the net saw, call by call."""
    model = renderer.stages[0]
    visited = timesteps(1000, 4, "trailing")

    def draw(groups, **options):
        seen = []

        def network(x, t, embedding):
            seen.append(len(x))
            return model(x, t, embedding)

        noise = initial_noise(2, (1, 1, 16, 16)).expand(len(groups), -1, -1, -1)
        denoise = denoiser(
            model, embedder(model, [{"group": group} for group in groups]), network=network, **options
        )
        with torch.inference_mode():
            return ddim(denoise, noise, model.alpha_bar, visited), seen

    return draw


def test_frames_in_one_batch_are_the_frames_by_themselves(drawn):
    together, _ = drawn(["female", "male", "male"], guidance=GUIDED)
    for row, group in enumerate(["female", "male", "male"]):
        alone, _ = drawn([group], guidance=GUIDED)
        torch.testing.assert_close(together[row : row + 1], alone, rtol=0, atol=1e-5)


def test_the_first_null_pass_is_evaluated_once_for_all_frames(drawn):
    shared, seen = drawn(["female", "male", "male"], guidance=GUIDED)
    unshared, all_seen = drawn(["female", "male", "male"], guidance=GUIDED, share=False)
    assert seen == [4, 6, 6, 6]
    assert all_seen == [6, 6, 6, 6]
    torch.testing.assert_close(shared, unshared, rtol=0, atol=1e-5)


def test_weights_rounded_once_give_what_weights_rounded_each_time_give(renderer):
    model = renderer.stages[0]
    x = initial_noise(3, (2, 1, 16, 16)).contiguous(memory_format=torch.channels_last)
    t = torch.tensor([3, 700])
    with torch.inference_mode():
        embedding = embedder(model, [{"group": "female"}, {"group": "male"}])(frozenset())
        got = make_network(model, "bfloat16")(x, t, embedding)
        with torch.autocast("cpu", torch.bfloat16):
            expected = model(x, t, embedding).float()
    assert torch.equal(got, expected)
    assert {weight.dtype for weight in model.parameters()} == {torch.float32}


def test_guidance_that_does_nothing_costs_nothing(drawn):
    neutral, seen = drawn(["female", "male"], guidance=Guidance(scale=1.0))
    plain, _ = drawn(["female", "male"])
    assert seen == [2, 2, 2, 2]
    assert torch.equal(neutral, plain)
    _, seen = drawn(["female", "male"], guidance=Guidance(scale=3.0, interval=(200, 900)))
    assert seen == [2, 4, 4, 4]


def test_kept_guidance_halves_the_null_passes_and_is_no_longer_exact(drawn):
    exact, _ = drawn(["female", "male"], guidance=GUIDED, share=False)
    kept, seen = drawn(["female", "male"], guidance=GUIDED, share=False, every=2)
    assert seen == [4, 2, 4, 2]
    assert 0 < (kept - exact).abs().max() < 0.5


def test_less_at_once_gives_the_same_frames(renderer, spec):
    whole = renderer.render(spec, 0, 9).frames
    halved = renderer.render(spec, 0, 9, at_once=2).frames
    assert np.abs(whole.astype(int) - halved).max() <= 1


def test_frames_may_be_shared_out_over_devices(spec, tiny_model, renderer):
    """Two renderers, as two processes on two devices have them, each with every other group."""
    renderers = [Renderer(tiny_model), Renderer(tiny_model)]
    parts = [renderers[index % 2].frames(spec, *group) for index, group in enumerate(spec.groups())]
    np.testing.assert_array_equal(np.concatenate(parts), renderer.frames(spec, 0, 9))


@pytest.mark.parametrize("threads", [1, 2])
def test_the_bytes_do_not_depend_on_the_number_of_threads(renderer, spec, threads):
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        got = renderer.frames(spec, 0, 3)
    finally:
        torch.set_num_threads(before)
    np.testing.assert_array_equal(got, renderer.frames(spec, 0, 3))


def test_a_null_video_costs_one_frame(renderer, spec):
    evaluations = []
    null = dataclasses.replace(spec, value_to="female")
    frames = renderer.frames(null, 0, 9, tick=lambda: evaluations.append(1))
    assert (frames == frames[0]).all()
    assert len(evaluations) == 3 * (spec.steps + spec.super_resolution_steps)
    assert np.abs(frames[0].astype(int) - renderer.frames(spec, 0, 0)[0]).max() <= 1
