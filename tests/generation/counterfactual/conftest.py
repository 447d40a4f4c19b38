from __future__ import annotations

import dataclasses

import pytest

from tests.generation.counterfactual.specs import SPEC


@pytest.fixture(scope="module")
def renderer(tiny_model):
    from generation.counterfactual.rendering import Renderer

    return Renderer(tiny_model)


@pytest.fixture(scope="module")
def spec(tiny_model):
    """A short video of the tiny model, with both stages."""
    from generation.diffusion.folder import checkpoint_sha256

    return dataclasses.replace(
        SPEC,
        checkpoint_sha256=checkpoint_sha256(tiny_model),
        seed=11,
        n_frames=10,
        steps=4,
        batch=4,
        super_resolution_steps=2,
    )
