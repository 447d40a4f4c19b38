from __future__ import annotations

import pytest

from generation.services.rendering import request_video
from generation.services.training import register_model


@pytest.fixture
def model(db, tiny_model):
    return register_model(name="tiny", folder=tiny_model)


@pytest.fixture
def request_tiny(model):
    """``request_tiny(**changes)``: a video of 24 frames of 32 px in two chunks, quick to render."""

    def request(**changes):
        wanted = {
            "trained_model": model,
            "seed": 1,
            "conditions": {"age": 40},
            "group_from": "female",
            "group_to": "male",
            "n_frames": 24,
            "steps": 2,
            "guidance": 2.0,
        }
        return request_video(**wanted | changes)

    return request
