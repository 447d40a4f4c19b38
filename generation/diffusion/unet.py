"""The U-Net: ADM residual blocks with scale-shift conditioning and attention.

Dhariwal and Nichol 2021, "Diffusion models beat GANs on image synthesis" (arXiv:2105.05233), section 3
and appendix A: two normalisations a block, the embedding applied as scale and shift after the second,
zero-initialised last convolutions, attention at chosen sizes.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

import torch
from torch import Tensor, nn
from torch.nn import functional

from generation.diffusion.fused import norm_silu

ModuleT = TypeVar("ModuleT", bound=nn.Module)


@dataclass(frozen=True, kw_only=True)
class UNetConfig:
    """Shape of a U-Net.

    ``blocks`` are the residual blocks of each level, one number for all or one a level. ``attention``
    lists the feature-map sizes (in pixels of a square map, when the input has ``image_size``) that get
    self-attention, with ``heads`` heads, or as many of ``head_channels`` as fit if that is 0. ``patch``
    folds patch x patch pixels into channels before the first convolution and unfolds them after the last
    one, so that the net works on a map ``patch`` times smaller. ``concat_channels`` are image channels
    given beside the noisy image (the low-resolution picture of a super-resolution stage).
    ``learned_variance`` adds an output channel: where the variance of a reverse step lies between its
    bounds (Nichol and Dhariwal 2021, arXiv:2102.09672, equation 15).
    """

    image_size: int
    channels: int = 128
    multipliers: tuple[int, ...] = (1, 1, 2, 2, 4, 4)
    blocks: int | tuple[int, ...] = 2
    attention: tuple[int, ...] = (32, 16, 8)
    heads: int = 0
    head_channels: int = 64
    embedding_multiplier: int = 4
    patch: int = 1
    concat_channels: int = 0
    learned_variance: bool = False
    dropout: float = 0.0

    @property
    def embedding_size(self) -> int:
        """Length of the time and condition embedding (512 for the paper's base model: 4 x 128)."""
        return self.embedding_multiplier * self.channels

    @property
    def output_channels(self) -> int:
        return 2 if self.learned_variance else 1

    def levels(self) -> list[tuple[int, int, bool]]:
        """Channels, number of residual blocks and whether there is attention, from the finest level down.

        Raises ValueError when ``blocks`` and ``multipliers`` name different numbers of levels.
        """
        blocks = (self.blocks,) * len(self.multipliers) if isinstance(self.blocks, int) else self.blocks
        return [
            (multiplier * self.channels, count, self.image_size // (self.patch * 2**depth) in self.attention)
            for depth, (multiplier, count) in enumerate(zip(self.multipliers, blocks, strict=True))
        ]

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> UNetConfig:
        lists = {key: tuple(value) for key, value in values.items() if isinstance(value, (list, tuple))}
        return cls(**{**values, **lists})


def sinusoidal(t: Tensor, size: int, longest: float = 10_000.0) -> Tensor:
    """Sine and cosine features (B, size) of timesteps (B,); Vaswani et al. 2017, section 3.5."""
    rates = torch.exp(torch.arange(size // 2, device=t.device) * (-math.log(longest) / (size // 2)))
    angles = t.float()[:, None] * rates
    return torch.cat([angles.cos(), angles.sin()], dim=1)


def zeroed(module: ModuleT) -> ModuleT:
    """The module with all parameters zero, so that its branch starts as the identity."""
    for parameter in module.parameters():
        nn.init.zeros_(parameter)
    return module


def norm(channels: int) -> nn.GroupNorm:
    """Group normalisation with 32 groups, or as many as divide the channels."""
    return nn.GroupNorm(math.gcd(32, channels), channels)


class ResidualBlock(nn.Module):
    """(B, c_in, H, W) and embedding (B, E) to (B, c_out, H, W)."""

    def __init__(self, c_in: int, c_out: int, embedding_size: int, dropout: float) -> None:
        super().__init__()
        self.norm_in = norm(c_in)
        self.conv_in = nn.Conv2d(c_in, c_out, 3, padding=1)
        self.embed = nn.Linear(embedding_size, 2 * c_out)
        self.norm_out = norm(c_out)
        self.dropout = nn.Dropout(dropout)
        self.conv_out = zeroed(nn.Conv2d(c_out, c_out, 3, padding=1))
        self.skip = nn.Identity() if c_in == c_out else nn.Conv2d(c_in, c_out, 1)

    def forward(self, x: Tensor, embedding: Tensor) -> Tensor:
        h = self.conv_in(norm_silu(self.norm_in, x))
        scale, shift = self.embed(functional.silu(embedding)).chunk(2, dim=1)
        h = norm_silu(self.norm_out, h, scale, shift)
        return self.skip(x) + self.conv_out(self.dropout(h))


class Attention(nn.Module):
    """Self-attention over all positions of a map (B, C, H, W), with a residual connection."""

    def __init__(self, channels: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm = norm(channels)
        self.qkv = nn.Conv2d(channels, 3 * channels, 1)
        self.out = zeroed(nn.Conv2d(channels, channels, 1))

    def forward(self, x: Tensor) -> Tensor:
        b, c, height, width = x.shape
        qkv = self.qkv(self.norm(x)).reshape(b, 3, self.heads, c // self.heads, height * width)
        q, k, v = (part.transpose(-1, -2) for part in qkv.unbind(1))
        h = functional.scaled_dot_product_attention(q, k, v).transpose(-1, -2).reshape(b, c, height, width)
        return x + self.out(h)


class Level(nn.Module):
    """A residual block, followed by attention where the map is small enough."""

    def __init__(self, c_in: int, c_out: int, config: UNetConfig, *, attention: bool) -> None:
        super().__init__()
        self.block = ResidualBlock(c_in, c_out, config.embedding_size, config.dropout)
        heads = config.heads or max(1, c_out // config.head_channels)
        self.attention = Attention(c_out, heads) if attention else nn.Identity()

    def forward(self, x: Tensor, embedding: Tensor) -> Tensor:
        return self.attention(self.block(x, embedding))


class UNet(nn.Module):
    """Predicts (B, 1, H, W), or (B, 2, H, W) with learned variance, from a noisy image
    (B, 1 + concat_channels, H, W), timesteps (B,) and a condition embedding (B, config.embedding_size).

    H and W may be any multiples of ``config.patch``: odd maps are rounded up on the way down and
    cropped by the size of their skip connection on the way up.
    """

    def __init__(self, config: UNetConfig) -> None:
        super().__init__()
        self.config = config
        size, width, patch = config.embedding_size, config.channels, config.patch
        self.time = nn.Sequential(nn.Linear(width, size), nn.SiLU(), nn.Linear(size, size))
        self.stem = nn.Conv2d((1 + config.concat_channels) * patch**2, width, 3, padding=1)
        self.down, self.up = nn.ModuleList(), nn.ModuleList()
        levels = config.levels()
        skips, channels = [width], width
        for depth, (c_out, blocks, attention) in enumerate(levels):
            if depth > 0:
                self.down.append(nn.Conv2d(channels, channels, 3, stride=2, padding=1))
                skips.append(channels)
            for _ in range(blocks):
                self.down.append(Level(channels, c_out, config, attention=attention))
                channels = c_out
                skips.append(channels)
        self.middle = nn.ModuleList(
            [
                Level(channels, channels, config, attention=True),
                Level(channels, channels, config, attention=False),
            ]
        )
        for depth, (c_out, blocks, attention) in reversed(list(enumerate(levels))):
            for _ in range(blocks + 1):
                self.up.append(Level(channels + skips.pop(), c_out, config, attention=attention))
                channels = c_out
            if depth > 0:
                self.up.append(nn.Conv2d(channels, channels, 3, padding=1))
        output = zeroed(nn.Conv2d(channels, config.output_channels * patch**2, 3, padding=1))
        self.head = nn.Sequential(norm(channels), nn.SiLU(), output)

    def forward(self, x: Tensor, t: Tensor, embedding: Tensor) -> Tensor:
        embedding = self.time(sinusoidal(t, self.config.channels)) + embedding
        h = self.stem(functional.pixel_unshuffle(x, self.config.patch))
        skips = [h]
        for module in self.down:
            h = module(h, embedding) if isinstance(module, Level) else module(h)
            skips.append(h)
        for module in self.middle:
            h = module(h, embedding)
        for module in self.up:
            if isinstance(module, Level):
                h = module(torch.cat([h, skips.pop()], dim=1), embedding)
            else:
                h = module(functional.interpolate(h, size=skips[-1].shape[-2:], mode="nearest"))
        return functional.pixel_shuffle(self.head(h), self.config.patch)
