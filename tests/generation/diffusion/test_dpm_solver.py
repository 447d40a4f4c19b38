"""DPM-Solver++(2M) against diffusers, against a closed form, and against DDIM."""

from __future__ import annotations

import pytest
import torch
from diffusers.schedulers.scheduling_dpmsolver_multistep import DPMSolverMultistepScheduler

from generation.diffusion.ddim import ddim, timesteps
from generation.diffusion.dpm_solver import dpm_solver
from generation.diffusion.schedule import Schedule, cosine_betas, image_of

KINDS = {"epsilon": "epsilon", "v": "v_prediction", "x0": "sample"}


def predict(x, t):
    """Stands in for a network."""
    return torch.tanh(0.6 * x + 0.3 * t / 1000 - 0.1)


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # of diffusers itself
@pytest.mark.parametrize("spacing", ["leading", "trailing"])
@pytest.mark.parametrize("target", KINDS)
def test_result_is_that_of_diffusers(target, spacing):
    visited = timesteps(1000, 20, spacing)
    theirs = DPMSolverMultistepScheduler(
        trained_betas=cosine_betas(1000).numpy(),
        prediction_type=KINDS[target],
        algorithm_type="dpmsolver++",
        solver_order=2,
        final_sigmas_type="zero",
    )
    theirs.set_timesteps(timesteps=visited)
    alpha_bar = theirs.alphas_cumprod.double()
    start = torch.linspace(-1.5, 1.5, 5, dtype=torch.float64)
    x = start
    for t in theirs.timesteps:
        x = theirs.step(predict(x, int(t)), t, x).prev_sample
    got = dpm_solver(
        lambda x, t: image_of(target, x, predict(x, t), alpha_bar[t]), start, alpha_bar, visited, limit=None
    )
    torch.testing.assert_close(got, x.double(), rtol=1e-6, atol=1e-6)


@pytest.fixture
def gaussian():
    """x_0 ~ N(0.3, 0.4²): the exact denoiser, noise, and where the probability flow takes it."""
    mean, deviation = 0.3, 0.4
    alpha_bar = Schedule(steps=1000).alphas_cumprod()

    def denoise(x, t):
        signal, noise = alpha_bar[t], 1 - alpha_bar[t]
        gain = deviation**2 * signal.sqrt() / (deviation**2 * signal + noise)
        return mean + gain * (x - signal.sqrt() * mean)

    z = torch.tensor([-2.0, -0.5, 0.0, 1.0, 2.5], dtype=torch.float64)
    return denoise, z, alpha_bar, mean + deviation * z


def test_needs_fewer_steps_than_ddim_also_from_no_signal_at_all(gaussian):
    denoise, z, alpha_bar, exact = gaussian
    visited = timesteps(1000, 25, "trailing")
    assert alpha_bar[visited[0]] == 0
    ours = dpm_solver(denoise, z, alpha_bar, visited, limit=None)
    slower = ddim(denoise, z, alpha_bar, visited, limit=None)
    assert (ours - exact).abs().max() < 0.3 * (slower - exact).abs().max()


def test_two_steps_are_those_of_ddim(gaussian):
    """Both steps are of first order, and of first order the two samplers are one."""
    denoise, z, alpha_bar, _ = gaussian
    arguments = denoise, z, alpha_bar, [700, 200]
    torch.testing.assert_close(dpm_solver(*arguments), ddim(*arguments))


def test_the_picture_is_clipped_as_by_ddim():
    alpha_bar = Schedule().alphas_cumprod()
    drawn = dpm_solver(lambda x, t: 9 * x, torch.ones(2, 1, 3, 3), alpha_bar, timesteps(1000, 5, "trailing"))
    assert torch.equal(drawn, torch.ones(2, 1, 3, 3))
