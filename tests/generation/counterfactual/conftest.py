from __future__ import annotations

import pytest


@pytest.fixture(scope="module")
def renderer(tiny_model):
    from generation.counterfactual.rendering import Renderer

    return Renderer(tiny_model)


@pytest.fixture(scope="module")
def spec(tiny_model):
    """A short video of the tiny model, with both stages."""
    from generation.counterfactual.spec import VideoSpec
    from generation.diffusion.folder import checkpoint_sha256

    return VideoSpec(
        checkpoint_sha256=checkpoint_sha256(tiny_model),
        seed=11,
        value_from="female",
        value_to="male",
        n_frames=10,
        steps=4,
        guidance=2.0,
        conditions={"age": 40},
        batch=4,
        super_resolution_steps=2,
    )
