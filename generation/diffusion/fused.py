"""Group normalisation, scale and shift, and SiLU in as few passes over memory as torch's operations allow."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional


def norm_silu(
    norm: nn.GroupNorm, x: Tensor, scale: Tensor | None = None, shift: Tensor | None = None
) -> Tensor:
    """SiLU(norm(x) * (1 + scale) + shift) for x (B, C, H, W); ``scale`` and ``shift`` (B, C), or neither.

    Without gradients, the norm's own weights are folded into scale and shift, and all but the normalisation
    is done in place: three passes over memory instead of five, and one new tensor instead of four. Under
    torch.compile the operations stay apart, because it fuses them itself.
    """
    in_place = not torch.is_grad_enabled() and not torch.compiler.is_compiling()
    if scale is None or shift is None:
        return functional.silu(norm(x), inplace=in_place)
    if not in_place:
        return functional.silu(norm(x) * (1 + scale[:, :, None, None]) + shift[:, :, None, None])
    h = functional.group_norm(x, norm.num_groups, eps=norm.eps)
    gain, offset = norm.weight * (1 + scale), norm.bias * (1 + scale) + shift
    torch.addcmul(offset[:, :, None, None].to(h.dtype), h, gain[:, :, None, None].to(h.dtype), out=h)
    return functional.silu(h, inplace=True)
