from __future__ import annotations

import math

import pytest
import torch

from generation.diffusion import checkpoint
from generation.diffusion.checkpoint import load_model, load_state, save_model, save_state
from generation.diffusion.folder import CheckpointError, checkpoint_sha256
from generation.diffusion.model import ModelConfig
from generation.diffusion.presets import PRESETS
from generation.diffusion.schema import Category, Schema
from generation.diffusion.training import Trainer, TrainingOptions
from generation.diffusion.unet import UNetConfig

SCHEMA = Schema((Category("group", ("dark", "light")),))


def trainer(preset="tiny", seed=0, **options):
    """Light and dark squares, told apart by their group."""
    chosen = PRESETS[preset]
    generator = torch.Generator().manual_seed(3)
    size = chosen.unet["image_size"]
    codes = torch.arange(12).remainder(2).float()[:, None]
    images = torch.randint(0, 100, (12, size, size), generator=generator, dtype=torch.uint8)
    images += (codes[:, :, None] * 150).to(torch.uint8)
    if chosen.upscale > 1:
        codes = codes[:, :0]
    config = ModelConfig(
        unet=UNetConfig(**chosen.unet),
        schema=SCHEMA if chosen.upscale == 1 else Schema(),
        target=chosen.target,
        upscale=chosen.upscale,
    )
    return Trainer(config, images, codes, TrainingOptions(seed=seed, **chosen.training | options))


@pytest.mark.parametrize("preset", ["tiny", "tiny-super-resolution"])
def test_a_resumed_run_is_the_same_run(tmp_path, preset):
    whole = trainer(preset)
    losses = [whole.step().loss for _ in range(7)]

    first = trainer(preset)
    resumed_losses = [first.step().loss for _ in range(3)]
    save_state(tmp_path, first)
    second = trainer(preset)
    load_state(tmp_path, second)
    resumed_losses += [second.step().loss for _ in range(4)]

    assert resumed_losses == losses
    for name, value in whole.ema.model.state_dict().items():
        assert torch.equal(value, second.ema.model.state_dict()[name]), name


def test_another_run_is_not_resumed(tmp_path):
    first = trainer()
    with pytest.raises(CheckpointError, match="nothing to resume"):
        load_state(tmp_path, first)
    save_state(tmp_path, first)
    for other in (trainer(seed=1), trainer(learning_rate=1e-3)):
        with pytest.raises(CheckpointError, match="other options or data"):
            load_state(tmp_path, other)
    changed = trainer()
    changed.images[0, 0, 0] += 1
    with pytest.raises(CheckpointError, match="other options or data"):
        load_state(tmp_path, changed)


def test_loss_starts_at_the_variance_of_the_target():
    """An untrained net predicts zero, and v = sqrt(a) epsilon - sqrt(1 - a) x_0 has the mean square
    E[a] + E[1 - a] mean(x_0²): what a trainer that mixes up signs, weights or ranges does not give.
    """
    run = trainer(batch=12)
    alpha_bar = run.model.alpha_bar.double()
    power = (run.images.double() / 127.5 - 1).square().mean()
    expected = (alpha_bar + (1 - alpha_bar) * power).mean().item()
    assert run.step().loss == pytest.approx(expected, rel=0.1)


def test_one_batch_can_be_learned():
    run = trainer(batch=12, learning_rate=3e-3, warmup=1, joint_dropout=0.0)
    losses = [run.step().loss for _ in range(50)]
    assert sum(losses[-10:]) < 0.7 * sum(losses[:10])


def test_epochs_visit_every_image_once_in_a_new_order():
    run = trainer()
    epochs = [torch.cat([run.batch_of(epoch * 3 + step) for step in range(3)]).tolist() for epoch in range(2)]
    assert sorted(epochs[0]) == sorted(epochs[1]) == list(range(12))
    assert epochs[0] != epochs[1]


def test_bfloat16_stays_near_float32():
    exact = trainer()
    rounded = trainer(precision="bfloat16")
    for _ in range(5):
        assert rounded.step().loss == pytest.approx(exact.step().loss, rel=0.02)


def test_too_few_images_and_exploding_losses_are_told():
    with pytest.raises(ValueError, match="12 images are fewer than a batch of 16"):
        trainer(batch=16)
    run = trainer()
    with torch.no_grad():
        next(run.model.parameters()).fill_(math.nan)
    with pytest.raises(FloatingPointError, match="step 0 is nan"):
        run.step()


def test_a_checkpoint_gives_the_same_model_and_notices_damage(tmp_path):
    run = trainer()
    run.step()
    save_model(tmp_path / "full", run.ema.model, training={"steps": 1})
    save_model(tmp_path / "half", run.ema.model, training={"steps": 1}, half=True)
    full, half = load_model(tmp_path / "full"), load_model(tmp_path / "half")
    assert full.config == run.model.config
    for name, value in run.ema.model.state_dict().items():
        assert torch.equal(value, full.state_dict()[name])
        torch.testing.assert_close(value, half.state_dict()[name], rtol=1e-3, atol=1e-6)
    assert checkpoint_sha256(tmp_path / "full") != checkpoint_sha256(tmp_path / "half")

    weights = tmp_path / "full" / checkpoint.WEIGHTS
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x00")
    with pytest.raises(CheckpointError, match="copy the folder again"):
        load_model(tmp_path / "full")
    with pytest.raises(CheckpointError, match="is this a model folder"):
        load_model(tmp_path)
