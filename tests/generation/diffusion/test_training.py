from __future__ import annotations

import math

import pytest
import torch

from generation.diffusion import checkpoint, superres
from generation.diffusion.batches import images_of
from generation.diffusion.checkpoint import load_model, load_state, save_model, save_state
from generation.diffusion.folder import CheckpointError, checkpoint_sha256, states
from generation.diffusion.losses import variance_bound
from generation.diffusion.model import ModelConfig
from generation.diffusion.options import TrainingOptions
from generation.diffusion.presets import PRESETS
from generation.diffusion.sanity import check
from generation.diffusion.schedule import Schedule
from generation.diffusion.schema import Category, Schema
from generation.diffusion.training import Trainer
from generation.diffusion.unet import UNetConfig

SCHEMA = Schema((Category("group", ("dark", "light")),))


def trainer(preset="tiny", seed=0, target=None, learned_variance=False, **options):
    """Light and dark squares, told apart by their group."""
    chosen = PRESETS[preset]
    generator = torch.Generator().manual_seed(3)
    size = chosen.unet["image_size"]
    codes = torch.arange(12).remainder(2).float()[:, None]
    images = torch.randint(0, 100, (12, size, size), generator=generator, dtype=torch.uint8)
    images += (codes[:, :, None] * 150).to(torch.uint8)
    wanted = TrainingOptions(seed=seed, **chosen.training | options)
    if chosen.upscale > 1:
        codes = codes[:, :0]
    config = ModelConfig(
        unet=UNetConfig(**chosen.unet | {"learned_variance": learned_variance}),
        schema=SCHEMA if chosen.upscale == 1 else superres.schema(wanted.small_noise),
        target=target or chosen.target,
        upscale=chosen.upscale,
    )
    return Trainer(config, images, codes, wanted)


@pytest.mark.parametrize("preset", ["tiny", "tiny-sr"])
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


@pytest.mark.parametrize("target", ["epsilon", "v", "x0"])
def test_an_untrained_net_misses_by_the_power_of_the_target_and_learns_one_batch(target):
    """v = sqrt(a) epsilon - sqrt(1 - a) x_0 has the mean square E[a] + E[1 - a] mean(x_0²), epsilon has 1:
    what a trainer that mixes up signs, weights or ranges does not give.
    """
    run = trainer(batch=12, learning_rate=3e-3, joint_dropout=0.0, target=target)
    alpha_bar = run.model.alpha_bar.double()
    power = (run.images.double() / 127.5 - 1).square().mean()
    expected = {"epsilon": 1.0, "x0": power.item()}
    expected["v"] = (alpha_bar + (1 - alpha_bar) * power).mean().item()
    seen = check(run)
    assert seen.first == pytest.approx(expected[target], rel=0.1)
    assert seen.starts_right
    assert seen.learns


def test_a_training_that_learns_nothing_is_found_out():
    run = trainer(batch=12, learning_rate=0.0)
    seen = check(run, steps=5)
    assert seen.starts_right
    assert not seen.learns
    broken = trainer(batch=12)
    with torch.no_grad():
        broken.model.unet.head[-1].bias.fill_(1.0)
    assert not check(broken, steps=1).starts_right


def test_a_learned_variance_comes_to_the_true_spread_and_leaves_the_mean_alone():
    """Where the mean is exact the bound is least (0 bits) at the smaller variance; with gaps it rises."""
    alpha_bar = Schedule().alphas_cumprod()
    t = torch.tensor([0, 300, 700, 999])
    x0 = torch.rand(4, 1, 3, 3, dtype=torch.float64)
    smallest, greatest = -torch.ones_like(x0), torch.ones_like(x0)
    exact = variance_bound(smallest, x0, x0, t, alpha_bar)
    torch.testing.assert_close(exact, torch.zeros(4, dtype=torch.float64), atol=1e-9, rtol=0)
    assert (variance_bound(greatest, x0, x0, t, alpha_bar)[1:] > 0).all()
    assert (variance_bound(smallest, x0 + 1, x0, t, alpha_bar)[1:] > exact[1:]).all()

    run = trainer(batch=12, learned_variance=True)
    run.loss(run.batch()).backward()
    head = run.model.unet.head[-1].weight.grad
    plain = trainer(batch=12)
    plain.loss(plain.batch()).backward()
    torch.testing.assert_close(head[:1], plain.model.unet.head[-1].weight.grad)
    assert head[1:].abs().sum() > 0


def test_epochs_visit_every_image_once_in_a_new_order():
    drawn = [images_of(step, n=12, batch=4, seed=5) for step in range(6)]
    epochs = [torch.cat(drawn[:3]).tolist(), torch.cat(drawn[3:]).tolist()]
    assert sorted(epochs[0]) == sorted(epochs[1]) == list(range(12))
    assert epochs[0] != epochs[1]


def test_bfloat16_stays_near_float32():
    exact = trainer()
    rounded = trainer(precision="bfloat16")
    for _ in range(5):
        assert rounded.step().loss == pytest.approx(exact.step().loss, rel=0.02)


def test_pieces_of_a_batch_add_up_to_the_batch():
    whole, divided = trainer(batch=12), trainer(batch=12, accumulate=3)
    for _ in range(3):
        assert divided.step().loss == pytest.approx(whole.step().loss, rel=1e-5)
    for name, value in whole.model.state_dict().items():
        torch.testing.assert_close(divided.model.state_dict()[name], value, rtol=1e-3, atol=1e-4)


def test_older_states_make_room_and_any_kept_one_can_be_resumed(tmp_path):
    run = trainer()
    losses = []
    for _ in range(5):
        losses.append(run.step().loss)
        save_state(tmp_path, run)
    assert [path.stem for path in states(tmp_path)] == ["00000003", "00000004", "00000005"]

    again = trainer()
    with pytest.raises(CheckpointError, match="no state of step 2; it has 3, 4, 5"):
        load_state(tmp_path, again, 2)
    load_state(tmp_path, again, 3)
    assert [path.stem for path in states(tmp_path)] == ["00000003"]
    assert [again.step().loss for _ in range(2)] == losses[3:]


def test_too_few_images_and_exploding_losses_are_told():
    with pytest.raises(ValueError, match="12 images are fewer than a batch of 16"):
        trainer(batch=16)
    with pytest.raises(ValueError, match="choose a multiple of 5"):
        trainer(batch=12, accumulate=5)
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
