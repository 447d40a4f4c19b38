"""The noise schedule against the paper's formula and against diffusers 0.42.1 (recorded)."""

from __future__ import annotations

import math

import pytest
import torch

from generation.diffusion.schedule import (
    Schedule,
    add_noise,
    image_of,
    noise_of,
    target_of,
)

PLACES = [0, 1, 250, 500, 750, 998, 999]
# betas_for_alpha_bar(1000), rescale_zero_terminal_snr of it, and linspace(1e-4, 0.02, 1000); diffusers
# computes the betas in float32.
DIFFUSERS = {
    ("cosine", False): [0.99995872, 0.99991258, 0.84588799, 0.49228517, 0.1431786, 2.428767e-06, 2.4287e-09],
    ("cosine", True): [0.99995872, 0.99991257, 0.84588071, 0.49226454, 0.14315546, 2.2778123e-06, 0.0],
    ("linear", False): [0.9999, 0.99978009, 0.52142302, 0.07779665, 0.00330016, 4.1181946e-05, 4.0358307e-05],
}  # fmt: skip


@pytest.mark.parametrize(("kind", "zero_terminal_snr"), DIFFUSERS)
def test_alpha_bar_is_that_of_diffusers(kind, zero_terminal_snr):
    alpha_bar = Schedule(kind=kind, zero_terminal_snr=zero_terminal_snr).alphas_cumprod()
    expected = torch.tensor(DIFFUSERS[kind, zero_terminal_snr], dtype=torch.float64)
    torch.testing.assert_close(alpha_bar[PLACES], expected, rtol=2e-5, atol=1e-9)


def test_cosine_is_the_formula_until_beta_is_limited():
    alpha_bar = Schedule(zero_terminal_snr=False).alphas_cumprod()
    f = [math.cos((t / 1000 + 0.008) / 1.008 * math.pi / 2) ** 2 for t in range(1001)]
    for t in range(999):
        assert alpha_bar[t].item() == pytest.approx(f[t + 1] / f[0], rel=1e-9)
    assert alpha_bar[999] / alpha_bar[998] == pytest.approx(0.001)


@pytest.mark.parametrize("kind", ["epsilon", "v", "x0"])
def test_the_target_gives_back_image_and_noise(kind):
    generator = torch.Generator().manual_seed(0)
    x0, epsilon = torch.randn(2, 3, 1, 4, 4, dtype=torch.float64, generator=generator)
    alpha_bar = torch.tensor([0.9, 0.5, 0.1], dtype=torch.float64)[:, None, None, None]
    x_t = add_noise(x0, epsilon, alpha_bar)
    output = target_of(kind, x0, epsilon, alpha_bar)
    torch.testing.assert_close(image_of(kind, x_t, output, alpha_bar), x0)
    torch.testing.assert_close(noise_of(x_t, x0, alpha_bar), epsilon)


def test_v_is_defined_where_no_signal_is_left_and_epsilon_is_not():
    x_t, output = torch.randn(2, 1, 1, 2, 2)
    assert torch.equal(image_of("v", x_t, output, torch.tensor(0.0)), -output)
    with pytest.raises(ValueError, match="no signal"):
        image_of("epsilon", x_t, output, torch.tensor(0.0))
