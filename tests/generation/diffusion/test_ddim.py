"""DDIM against a closed form, and against diffusers 0.42.1 (recorded)."""

from __future__ import annotations

import math

import pytest
import torch

from generation.diffusion.ddim import ddim, initial_noise, timesteps
from generation.diffusion.schedule import Schedule, image_of

# DDIMScheduler(beta_schedule="squaredcos_cap_v2", set_alpha_to_one=True), set_timesteps(8), from
# x = linspace(-1.5, 1.5, 5), model output tanh(0.6 x + 0.3 t / 1000 - 0.1) as a stand-in for a network;
# use_clipped_model_output where it clips. Only where the number of steps divides 1,000 do the steps of
# diffusers meet its own timesteps.
# (target, spacing, zero terminal SNR, clips) -> result
DIFFUSERS = {
    ("epsilon", "leading", False, True): [-1.00000000, -0.97703484, -0.24300229, 0.96474207, 1.00000000],
    ("v", "leading", False, True): [-0.61749389, -0.30006595, -0.02461322, 0.25739808, 0.58959633],
    ("v", "trailing", True, True): [-0.55031874, -0.27633110, -0.03835847, 0.20787551, 0.50152713],
    ("v", "trailing", False, False): [-0.55034094, -0.27634150, -0.03835825, 0.20788636, 0.50154981],
    ("x0", "leading", False, True): [-0.40903471, -0.30035408, -0.11498797, 0.06960853, 0.18658442],
    ("x0", "trailing", True, True): [-0.56148828, -0.35619147, -0.01180210, 0.30264470, 0.48850206],
    ("x0", "trailing", False, False): [-0.56147882, -0.35618338, -0.01180438, 0.30263461, 0.48849139],
}  # fmt: skip


@pytest.mark.parametrize(("target", "spacing", "zero_terminal_snr", "clips"), DIFFUSERS)
def test_result_is_that_of_diffusers(target, spacing, zero_terminal_snr, clips):
    alpha_bar = Schedule(zero_terminal_snr=zero_terminal_snr).alphas_cumprod()

    def denoise(x, t):
        return image_of(target, x, torch.tanh(0.6 * x + 0.3 * t / 1000 - 0.1), alpha_bar[t])

    x = torch.linspace(-1.5, 1.5, 5, dtype=torch.float64)
    got = ddim(denoise, x, alpha_bar, timesteps(1000, 8, spacing), limit=1.0 if clips else None)
    expected = torch.tensor(DIFFUSERS[target, spacing, zero_terminal_snr, clips], dtype=torch.float64)
    # diffusers holds its schedule in float32
    torch.testing.assert_close(got, expected, rtol=1e-4, atol=1e-5)


def test_gaussian_data_are_transported_as_the_closed_form_says():
    """For x_0 ~ N(m, s²) the exact denoiser is linear, and so is every DDIM step; as the steps become small
    x_0 tends to m + s z, where z is the noise: the probability flow of a Gaussian (Song et al. 2021b, 4.3).
    """
    mean, deviation = 0.3, 0.4
    alpha_bar = Schedule(steps=4000).alphas_cumprod()

    def denoise(x, t):
        signal, noise = alpha_bar[t], 1 - alpha_bar[t]
        gain = deviation**2 * signal.sqrt() / (deviation**2 * signal + noise)
        return mean + gain * (x - signal.sqrt() * mean)

    z = torch.tensor([-2.0, -0.5, 0.0, 1.0, 2.5], dtype=torch.float64)
    errors = [
        (ddim(denoise, z, alpha_bar, timesteps(4000, steps, "trailing"), limit=None) - (mean + deviation * z))
        for steps in (50, 4000)
    ]
    assert errors[0].abs().max() < 0.1
    assert errors[1].abs().max() < errors[0].abs().max() / 20
    assert errors[1].abs().max() < 2e-3


def test_one_step_is_the_denoised_noise():
    noise = torch.randn(2, 1, 3, 3)
    alpha_bar = Schedule().alphas_cumprod()
    assert torch.equal(ddim(lambda x, t: x * 0.25 + t, noise, alpha_bar, [7], limit=None), noise * 0.25 + 7)


def test_spacings():
    assert timesteps(1000, 200, "leading") == list(range(995, -1, -5))
    assert timesteps(1000, 4, "trailing") == [999, 749, 499, 249]
    assert timesteps(1000, 300, "leading")[:2] == [897, 894]
    assert timesteps(10, 10, "leading") == timesteps(10, 10, "trailing") == list(range(9, -1, -1))
    with pytest.raises(ValueError, match="1 to 10"):
        timesteps(10, 11, "leading")


def test_noise_of_a_seed_is_repeatable_and_standard_normal():
    noise = initial_noise(5, (1, 1, 200, 200))
    assert torch.equal(noise, initial_noise(5, (1, 1, 200, 200)))
    assert not torch.equal(noise, initial_noise(6, (1, 1, 200, 200)))
    assert noise.mean().abs() < 4 / math.sqrt(noise.numel())
    assert noise.std().item() == pytest.approx(1, abs=0.02)
