from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.nn import functional

from generation.diffusion.fused import norm_silu


@pytest.mark.parametrize("conditioned", [True, False])
@pytest.mark.parametrize("channels_last", [True, False])
@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float32, 1e-5), (torch.bfloat16, 0.06)])
def test_the_result_is_that_of_the_separate_operations(conditioned, channels_last, dtype, tolerance):
    """bfloat16 holds eight bits: 0.06 is a unit in the last place of values of 8 and above."""
    norm = nn.GroupNorm(4, 16)
    nn.init.normal_(norm.weight)
    nn.init.normal_(norm.bias)
    x = 3 * torch.randn(2, 16, 8, 8) + 1
    x = x.to(dtype, memory_format=torch.channels_last if channels_last else torch.contiguous_format)
    before = x.clone()
    scale, shift = torch.randn(2, 2, 16) if conditioned else (None, None)
    expected = norm(x.float())
    if conditioned:
        expected = expected * (1 + scale[..., None, None]) + shift[..., None, None]
    expected = functional.silu(expected)
    with torch.no_grad():
        fast = norm_silu(norm, x, scale, shift)
    assert fast.dtype == dtype
    torch.testing.assert_close(
        fast.float(), expected, rtol=0.02 if dtype == torch.bfloat16 else 0, atol=tolerance
    )
    assert torch.equal(x, before)
    with_gradients = norm_silu(norm, x.float(), scale, shift)
    torch.testing.assert_close(with_gradients, expected)
    assert with_gradients.requires_grad
