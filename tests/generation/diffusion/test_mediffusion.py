"""The importer against a net with the package's names and its way of attending, written here in plain torch.

``benchmarks/mediffusion_parity.py`` does the same with the real package.
"""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn
from torch.nn import functional

from generation.diffusion.conditioning import encode
from generation.diffusion.folder import CheckpointError
from generation.diffusion.mediffusion import import_model, model_config, read_weights
from generation.diffusion.schema import Category, ConditionError, Number, Schema

WIDTH, EMBEDDING = 32, 128
SETTINGS = {
    "diffusion": {"timesteps": 100},
    "model": {
        "input_size": 16,
        "model_channels": WIDTH,
        "channel_mult": [1, 2],
        "num_res_blocks": [1, 2],
        "attention_resolutions": [2],
        "num_heads": 4,
        "num_classes": 3,
    },
}


class Block(nn.Module):
    def __init__(self, c_in, c_out):
        super().__init__()
        self.in_layers = nn.Sequential(
            nn.GroupNorm(32, c_in), nn.SiLU(), nn.Conv2d(c_in, c_out, 3, padding=1)
        )
        self.emb_layers = nn.Sequential(nn.SiLU(), nn.Linear(EMBEDDING, 2 * c_out))
        self.out_layers = nn.Sequential(
            nn.GroupNorm(32, c_out), nn.SiLU(), nn.Dropout(0.0), nn.Conv2d(c_out, c_out, 3, padding=1)
        )
        self.skip_connection = nn.Identity() if c_in == c_out else nn.Conv2d(c_in, c_out, 1)

    def forward(self, x, embedding):
        scale, shift = self.emb_layers(embedding)[..., None, None].chunk(2, dim=1)
        h = self.out_layers[0](self.in_layers(x)) * (1 + scale) + shift
        return self.skip_connection(x) + self.out_layers[1:](h)


class Attend(nn.Module):
    """Heads come before queries, keys and values in the rows of ``qkv``."""

    def __init__(self, channels, heads=4):
        super().__init__()
        self.heads = heads
        self.norm = nn.GroupNorm(32, channels)
        self.qkv = nn.Conv1d(channels, 3 * channels, 1)
        self.proj_out = nn.Conv1d(channels, channels, 1)

    def forward(self, x, _):
        flat = x.flatten(2)
        heads = self.qkv(self.norm(flat)).unflatten(1, (self.heads, -1))
        q, k, v = heads.chunk(3, dim=2)
        weights = torch.softmax(q.transpose(2, 3) @ k / math.sqrt(q.shape[2]), dim=-1)
        return (flat + self.proj_out((v @ weights.transpose(2, 3)).flatten(1, 2))).view_as(x)


class Down(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.op = nn.Conv2d(channels, channels, 3, stride=2, padding=1)

    def forward(self, x, _):
        return self.op(x)


class Up(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x, _):
        return self.conv(functional.interpolate(x, scale_factor=2, mode="nearest"))


class Stem(nn.Conv2d):
    def forward(self, x, _):
        return super().forward(x)


def parts(*modules):
    return nn.ModuleList(modules)


class Package(nn.Module):
    """What SETTINGS describe: one block at 16 px, two with attention at 8 px, a learned variance."""

    def __init__(self):
        super().__init__()
        self.time_embed = nn.Sequential(
            nn.Linear(WIDTH, EMBEDDING), nn.SiLU(), nn.Linear(EMBEDDING, EMBEDDING)
        )
        self.class_embed = nn.Sequential(nn.Linear(3, EMBEDDING), nn.SiLU(), nn.Linear(EMBEDDING, EMBEDDING))
        self.null_cls_embed = nn.Parameter(torch.randn(1, EMBEDDING))
        self.input_blocks = parts(
            parts(Stem(1, 32, 3, padding=1)),
            parts(Block(32, 32)),
            parts(Down(32)),
            parts(Block(32, 64), Attend(64)),
            parts(Block(64, 64), Attend(64)),
        )
        self.middle_block = parts(Block(64, 64), Attend(64), Block(64, 64))
        self.output_blocks = parts(
            parts(Block(128, 64), Attend(64)),
            parts(Block(128, 64), Attend(64)),
            parts(Block(96, 64), Attend(64), Up(64)),
            parts(Block(96, 32)),
            parts(Block(64, 32)),
        )
        self.out = nn.Sequential(nn.GroupNorm(32, 32), nn.SiLU(), nn.Conv2d(32, 2, 3, padding=1))

    def forward(self, x, t, classes):
        rates = torch.exp(-math.log(10_000) * torch.arange(WIDTH // 2) / (WIDTH // 2))
        angles = t[:, None] * rates
        embedding = self.time_embed(torch.cat([angles.cos(), angles.sin()], dim=1))
        embedding = embedding + (self.null_cls_embed if classes is None else self.class_embed(classes))
        kept = []
        for block in self.input_blocks:
            for layer in block:
                x = layer(x, embedding)
            kept.append(x)
        for layer in self.middle_block:
            x = layer(x, embedding)
        for block in self.output_blocks:
            x = torch.cat([x, kept.pop()], dim=1)
            for layer in block:
                x = layer(x, embedding)
        return self.out(x)


@pytest.fixture
def package():
    torch.manual_seed(0)
    return Package().eval()


@torch.inference_mode()
def test_the_imported_net_is_the_same_function(package):
    ours = import_model(package.state_dict(), SETTINGS)
    assert ours.config.target == "v"
    x, t, classes = torch.randn(3, 1, 16, 16), torch.tensor([0, 40, 99]), torch.randn(3, 3)
    rows = [{f"class_{n + 1}": value.item() for n, value in enumerate(row)} for row in classes]
    for given, theirs in ((rows, classes), ([{}] * 3, None)):
        got = ours(x, t, ours.conditioner(encode(ours.config.schema, given)))
        assert got.shape == (3, 2, 16, 16)
        torch.testing.assert_close(got, package(x, t, theirs), rtol=1e-5, atol=1e-5)


@torch.inference_mode()
def test_named_conditions_fill_the_class_vector(package):
    schema = Schema((Category("group", ("A", "B")), Number("decade", 0.0, 1.0, 0.0, 10.0)))
    ours = import_model(package.state_dict(), SETTINGS, schema)
    x, t = torch.randn(1, 1, 16, 16), torch.tensor([7])
    got = ours(x, t, ours.conditioner(encode(schema, [{"group": "B", "decade": 6.0}])))
    expected = package(x, t, torch.tensor([[0.0, 1.0, 6.0]]))
    torch.testing.assert_close(got, expected, rtol=1e-5, atol=1e-5)
    with pytest.raises(ConditionError, match="give all conditions, or none"):
        ours.conditioner(encode(schema, [{"group": "B"}]))


@torch.inference_mode()
def test_an_absent_value_is_the_learned_one_where_there_is_one(package):
    weights = package.state_dict() | {"missing_class_param": torch.tensor([2.5])}
    schema = Schema((Category("group", ("A", "B")), Number("decade", 0.0, 1.0, 0.0, 10.0)))
    conditioner = import_model(weights, SETTINGS, schema).conditioner
    got = conditioner(encode(schema, [{"group": "A"}]))
    torch.testing.assert_close(got, package.class_embed(torch.tensor([[1.0, 0.0, 2.5]])))


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"model": {"resblock_updown": True}}, "resblock_updown is True; only False"),
        ({"model": {"in_channels": 3}}, "grey images"),
        ({"model": {"num_classes": 4}}, "do not fit the configuration"),
        ({"model": {"num_res_blocks": [1, 1]}}, "output_blocks.4|which the configuration does not"),
        ({"diffusion": {"mean_type": "PREVIOUS_X"}}, "PREVIOUS_X cannot be imported"),
    ],
)
def test_what_cannot_be_imported_is_named(package, changed, message):
    settings = {part: SETTINGS[part] | changed.get(part, {}) for part in SETTINGS}
    with pytest.raises(CheckpointError, match=message):
        import_model(package.state_dict(), settings)


def test_what_a_configuration_leaves_out_is_the_packages_default():
    config = model_config({})
    assert config.unet.channels == 128
    assert config.unet.attention == (32, 16, 8)
    assert config.unet.learned_variance
    assert config.schedule.zero_terminal_snr
    assert model_config({"model": {"concat_channels": 1, "in_channels": 2}}).upscale == 4


def test_a_file_is_read_without_running_it(package, tmp_path):
    path = tmp_path / "model.ckpt"
    whole = {f"model.{name}": value for name, value in package.state_dict().items()}
    torch.save({"state_dict": whole | {"diffusion.betas": torch.ones(3)}, "epoch": 4}, path)
    assert read_weights(path).keys() == package.state_dict().keys()

    torch.save({"state_dict": whole, "trainer": package}, path)
    with pytest.raises(CheckpointError, match="cannot be read as plain weights"):
        read_weights(path)
    torch.save({"weights": torch.ones(2)}, path)
    with pytest.raises(CheckpointError, match="no network of Mediffusion"):
        read_weights(path)
