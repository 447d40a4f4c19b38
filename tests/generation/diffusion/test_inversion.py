"""Going back from a picture to its noise: round trips, and the closed form of Gaussian data."""

from __future__ import annotations

import pytest
import torch

from generation.diffusion.ddim import ddim, initial_noise, timesteps
from generation.diffusion.inversion import coupled, coupled_invert, invert
from generation.diffusion.schedule import Schedule, image_of

TOTAL = 1000


@pytest.fixture
def network():
    """A smooth stand-in for a trained network, with neighbouring pixels mixed; its schedule; a start."""
    mixer = torch.randn(16, 16, generator=torch.Generator().manual_seed(1), dtype=torch.float64) / 4
    alpha_bar = Schedule().alphas_cumprod()

    def denoise(x, t):
        mixed = (x.double().flatten(1) @ mixer).reshape(x.shape)
        return image_of("v", x, torch.tanh(0.4 * mixed + 0.2 * t / TOTAL), alpha_bar[t])

    return denoise, alpha_bar, initial_noise(3, (2, 1, 4, 4)).double()


@pytest.mark.parametrize("spacing", ["leading", "trailing"])
def test_fixed_points_give_back_noise_and_picture(network, spacing):
    denoise, alpha_bar, noise = network
    visited = timesteps(TOTAL, 25, spacing)
    image = ddim(denoise, noise, alpha_bar, visited, limit=None)
    found = invert(denoise, image, alpha_bar, visited, rounds=200, tolerance=1e-13)
    assert found.residual <= 1e-12
    again = ddim(denoise, found.noise, alpha_bar, visited, limit=None)
    torch.testing.assert_close(again, image, rtol=0, atol=1e-9)
    torch.testing.assert_close(found.noise, noise, rtol=0, atol=1e-6)


def test_one_round_is_the_usual_approximation_and_more_rounds_come_nearer(network):
    denoise, alpha_bar, noise = network
    visited = timesteps(TOTAL, 25, "trailing")
    image = ddim(denoise, noise, alpha_bar, visited, limit=None)
    errors = []
    for rounds in (1, 3, 9):
        found = invert(denoise, image, alpha_bar, visited, rounds=rounds)
        again = ddim(denoise, found.noise, alpha_bar, visited, limit=None)
        errors.append(float((again - image).abs().max()))
    assert errors[0] > 5 * errors[1] > 25 * errors[2]


@pytest.mark.parametrize("spacing", ["leading", "trailing"])
def test_the_coupled_sampler_is_inverted_to_rounding_without_any_iteration(network, spacing):
    denoise, alpha_bar, _ = network
    visited = timesteps(TOTAL, 25, spacing)
    image = torch.tanh(initial_noise(5, (2, 1, 4, 4)).double())
    again, _ = coupled(denoise, coupled_invert(denoise, image, alpha_bar, visited), alpha_bar, visited)
    assert (again - image).abs().max() < 1e-9


def test_the_noise_of_a_gaussian_picture_is_its_standard_score():
    """x_0 = m + s z for the probability flow of N(m, s²) (Song et al. 2021b, 4.3)."""
    mean, deviation = 0.3, 0.4
    alpha_bar = Schedule().alphas_cumprod()

    def denoise(x, t):
        signal, noise = alpha_bar[t], 1 - alpha_bar[t]
        gain = deviation**2 * signal.sqrt() / (deviation**2 * signal + noise)
        return mean + gain * (x - signal.sqrt() * mean)

    z = torch.linspace(-2, 2, 9, dtype=torch.float64).reshape(1, 1, 3, 3)
    found = invert(denoise, mean + deviation * z, alpha_bar, timesteps(TOTAL, 1000, "trailing"))
    assert (found.noise - z).abs().max() < 0.01


def test_a_single_step_from_pure_noise_is_refused():
    alpha_bar = Schedule().alphas_cumprod()
    with pytest.raises(ValueError, match="more steps"):
        invert(lambda x, t: x, torch.zeros(1, 1, 2, 2), alpha_bar, [999])
