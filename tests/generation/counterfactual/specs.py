"""One video, as the tests of this room ask for it."""

from __future__ import annotations

from generation.counterfactual.spec import VideoSpec

SPEC = VideoSpec(
    checkpoint_sha256="0" * 64,
    seed=1,
    value_from="female",
    value_to="male",
    n_frames=30,
    steps=20,
    guidance=2.0,
    conditions={"age": 40.0},
)
