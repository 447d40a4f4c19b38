from __future__ import annotations

import pytest
import torch

from generation.diffusion.presets import PRESETS
from generation.diffusion.unet import Attention, UNet, UNetConfig

TINY = PRESETS["tiny"].unet


def awake(net):
    """The net with its zero-initialised convolutions filled, so that every part takes part."""
    torch.manual_seed(0)
    for parameter in net.parameters():
        if not parameter.any():
            torch.nn.init.normal_(parameter, std=0.1)
    return net.eval()


@pytest.mark.parametrize("size", [(16, 16), (24, 40), (17, 13), (5, 5)])
def test_any_size_goes_in_and_comes_out(size):
    net = awake(UNet(UNetConfig(**TINY)))
    out = net(torch.randn(2, 1, *size), torch.tensor([3, 900]), torch.randn(2, net.config.embedding_size))
    assert out.shape == (2, 1, *size)
    assert torch.isfinite(out).all()


def test_patches_and_a_second_channel():
    net = awake(UNet(UNetConfig(**TINY | {"patch": 4, "concat_channels": 1, "image_size": 32})))
    out = net(torch.randn(2, 2, 32, 48), torch.tensor([3, 900]), torch.randn(2, net.config.embedding_size))
    assert out.shape == (2, 1, 32, 48)


def test_levels_with_blocks_of_their_own_and_a_learned_variance():
    net = awake(UNet(UNetConfig(**TINY | {"blocks": (1, 2), "heads": 2, "learned_variance": True})))
    assert net.config.levels() == [(8, 1, False), (16, 2, True)]
    out = net(torch.randn(2, 1, 16, 16), torch.tensor([3, 900]), torch.randn(2, net.config.embedding_size))
    assert out.shape == (2, 2, 16, 16)
    with pytest.raises(ValueError, match="zip"):
        UNet(UNetConfig(**TINY | {"blocks": (1, 2, 3)}))


def test_an_untrained_net_predicts_zero():
    net = UNet(UNetConfig(**TINY))
    assert not net(torch.randn(1, 1, 16, 16), torch.tensor([5]), torch.randn(1, 32)).any()


def test_images_of_a_batch_time_and_embedding_are_kept_apart():
    net = awake(UNet(UNetConfig(**TINY)))
    x, t, embedding = torch.randn(3, 1, 16, 16), torch.tensor([0, 400, 999]), torch.randn(3, 32)
    together = net(x, t, embedding)
    for i in range(3):
        torch.testing.assert_close(together[i : i + 1], net(x[i : i + 1], t[i : i + 1], embedding[i : i + 1]))
    assert not torch.allclose(together[:1], net(x[:1], t[1:2], embedding[:1]))
    assert not torch.allclose(together[:1], net(x[:1], t[:1], embedding[1:2]))


def test_attention_is_the_softmax_formula():
    attention = awake(Attention(8, heads=2))
    x = torch.randn(1, 8, 3, 5)
    q, k, v = attention.qkv(attention.norm(x)).reshape(3, 2, 4, 15)
    heads = []
    for head in range(2):
        weights = torch.softmax(q[head].T @ k[head] / 2, dim=-1)
        heads.append((weights @ v[head].T).T)
    expected = x + attention.out(torch.cat(heads).reshape(1, 8, 3, 5))
    torch.testing.assert_close(attention(x), expected)


def test_the_papers_base_model_has_the_known_size():
    """125.37 million weights in diffusers' UNet2DModel of the same layout, 125.64 in Mediffusion."""
    with torch.device("meta"):
        net = UNet(UNetConfig(**PRESETS["paper-base"].unet))
    assert net.config.embedding_size == 512
    assert sum(p.numel() for p in net.parameters()) == pytest.approx(125.5e6, rel=0.005)
