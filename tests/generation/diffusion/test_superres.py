from __future__ import annotations

import pytest
import torch

from generation.diffusion import superres
from generation.diffusion.conditioning import encode
from generation.diffusion.schema import Schema


def test_a_stage_is_told_how_noisy_its_small_image_is():
    known = superres.schema(0.2)
    levels = torch.tensor([0.0, 0.1, 0.2])
    told = superres.codes(known, levels)
    assert told[:, 0].tolist() == pytest.approx([-2.0, 0.0, 2.0])
    rendering = encode(known, [superres.told(known)])
    torch.testing.assert_close(rendering, told[:1])
    assert superres.codes(Schema(), levels).shape == (3, 0)
    assert superres.told(Schema()) == {}


def test_noise_of_the_told_strength_is_added():
    torch.manual_seed(0)
    flat = torch.zeros(64, 1, 64, 64)
    seen, levels = superres.degrade(flat, 2, 0.4)
    assert seen.shape == flat.shape
    assert 0 <= levels.min() < 0.05 < 0.35 < levels.max() <= 0.4
    # Bilinear enlargement averages neighbours, each pixel alike: the deviation shrinks by one factor.
    factor = seen.flatten(1).std(dim=1) / levels
    assert factor.std() < 0.03 * factor.mean()


def test_shrinking_keeps_grey_levels_and_is_not_always_the_same():
    torch.manual_seed(1)
    flat = torch.full((8, 1, 16, 16), 0.3)
    seen, _ = superres.degrade(flat, 4, 0.0)
    torch.testing.assert_close(seen, flat)
    film = torch.rand(1, 1, 32, 32).expand(30, -1, -1, -1)
    seen, _ = superres.degrade(film, 4, 0.0)
    assert len({round(float(one.std()), 6) for one in seen}) > 20


@pytest.mark.parametrize("factor", [2, 4])
def test_windows_lie_on_the_grid_of_small_pixels(factor):
    torch.manual_seed(2)
    size = 32
    places = torch.arange(size * size, dtype=torch.float32).reshape(1, 1, size, size)
    seen = set()
    for _ in range(40):
        window = superres.crop(places, 16, factor)
        assert window.shape == (1, 1, 16, 16)
        top, left = divmod(int(window[0, 0, 0, 0]), size)
        assert top % factor == left % factor == 0
        seen.add((top, left))
    assert len(seen) > 5
