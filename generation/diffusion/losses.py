"""The variational bound, which trains a learned variance beside the squared error of the mean.

Nichol and Dhariwal 2021 (arXiv:2102.09672), section 3.1 and equation 16: the bound is taken with the mean
held fixed, so that only the variance learns from it.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

SMALLEST = 1e-20


def variance_bound(variance: Tensor, x0_seen: Tensor, x0: Tensor, t: Tensor, alpha_bar: Tensor) -> Tensor:
    """Bits a pixel (B,) by which the reverse step from timestep ``t`` (B,) misses the true one.

    ``variance`` (B, 1, H, W) is the network's second channel: -1 for the smallest and 1 for the greatest
    variance of equation 15. ``x0_seen`` is the image that the mean implies, without gradient. Timestep 0 is
    left out (0 bits): its likelihood of 8-bit grey levels has no other use here.
    """
    now = alpha_bar[t].view(-1, 1, 1, 1)
    before = torch.where(t > 0, alpha_bar[(t - 1).clamp(min=0)], torch.ones_like(now.flatten()))
    before = before.view(-1, 1, 1, 1)
    beta = 1 - now / before
    smallest = (beta * (1 - before) / (1 - now)).clamp(min=SMALLEST).log()
    greatest = beta.clamp(min=SMALLEST).log()
    share = (variance + 1) / 2
    log_variance = share * greatest + (1 - share) * smallest
    # Both means weigh x_t alike, so only their images differ.
    gap = before.sqrt() * beta / (1 - now) * (x0 - x0_seen)
    nats = 0.5 * (log_variance - smallest - 1 + torch.exp(smallest - log_variance))
    nats = nats + 0.5 * gap.square() * torch.exp(-log_variance)
    bits = nats.mean(dim=(1, 2, 3)) / math.log(2)
    return torch.where(t > 0, bits, torch.zeros_like(bits))
