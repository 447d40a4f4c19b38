from __future__ import annotations

import dataclasses
import json

import pytest

from generation.counterfactual.spec import VideoSpec, lambdas
from generation.diffusion.schema import Category, ConditionError, Number, Schema
from tests.generation.counterfactual.specs import SPEC

SCHEMA = Schema((Category("group", ("female", "male")), Number("age", 50.0, 20.0, 18.0, 90.0)))


def test_every_field_changes_the_hash():
    others = {
        "checkpoint_sha256": "1" * 64,
        "seed": 2,
        "value_from": "male",
        "value_to": "female",
        "n_frames": 31,
        "steps": 21,
        "guidance": 2.5,
        "conditions": {"age": 41.0},
        "attribute": "sex",
        "convention": "from condition",
        "spacing": "leading",
        "interpolation": "spherical",
        "super_resolution_steps": 8,
        "precision": "bfloat16",
        "batch": 8,
        "also": {"side": ("left", "right")},
        "sampler": "dpm-solver++",
        "attribute_guidance": {"group": 2.0},
        "guidance_interval": (200, 900),
        "rescale": 0.7,
        "rescale_over": "batch",
        "keyframe_bound": 0.5,
        "approximation": "cached guidance",
        "source": "2" * 64,
        "inversion": "coupled",
    }
    # exact_steps goes with the name of its approximation
    assert {*others, "exact_steps"} == {field.name for field in dataclasses.fields(VideoSpec)}
    hashes = {dataclasses.replace(SPEC, **{name: value}).sha256() for name, value in others.items()}
    assert len(hashes | {SPEC.sha256()}) == len(others) + 1


def test_it_survives_json():
    again = VideoSpec.from_dict(json.loads(json.dumps(SPEC.as_dict())))
    assert again == SPEC
    assert again.sha256() == SPEC.sha256()
    with pytest.raises(ValueError, match="reads counterpart-spec/1"):
        VideoSpec.from_dict({**SPEC.as_dict(), "format": "counterpart-spec/2"})


def test_groups_cover_every_frame_once():
    assert SPEC.groups() == [(0, 11), (12, 23), (24, 29)]


def test_lambda_runs_from_zero_to_one_evenly():
    assert lambdas(5) == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert lambdas(180)[-1] == 1.0


def test_conditions_are_checked():
    SPEC.check(SCHEMA)
    with pytest.raises(ConditionError, match="group cannot be 'child'"):
        dataclasses.replace(SPEC, value_to="child").check(SCHEMA)
    with pytest.raises(ValueError, match="at least two frames"):
        dataclasses.replace(SPEC, n_frames=1)
    with pytest.raises(ValueError, match="cannot be negative"):
        dataclasses.replace(SPEC, seed=-1)


def test_equal_videos_have_one_hash():
    same = dataclasses.replace(SPEC, guidance=2, conditions={"age": 40, "bmi": None})
    assert same.sha256() == SPEC.sha256()


def test_hashes_of_videos_of_earlier_versions_stand():
    spec = VideoSpec(
        checkpoint_sha256="0" * 64,
        seed=3,
        value_from="female",
        value_to="male",
        n_frames=24,
        steps=16,
        guidance=2,
        conditions={"age": 45},
    )
    assert spec.sha256() == "3a43ba0d8f5b7cd283b2581e9a6dbf424cc657b18dc64f816bc92c53fd8a49ae"


def test_several_attributes_may_change_and_directions_be_turned():
    spec = dataclasses.replace(SPEC, conditions={}, also={"age": (40, 70)})
    assert spec.ends() == ({"group": "female", "age": 40.0}, {"group": "male", "age": 70.0})
    assert spec.reverse().ends() == spec.ends()[::-1]
    assert spec.reverse().reverse() == spec
    assert VideoSpec.from_dict(json.loads(json.dumps(spec.as_dict()))) == spec
    assert not spec.is_null()
    assert dataclasses.replace(SPEC, value_to="female").is_null()
    with pytest.raises(ValueError, match="changes already"):
        dataclasses.replace(SPEC, also={"group": ("male", "female")})


def test_approximations_are_named_and_say_of_what():
    fewer = dataclasses.replace(SPEC, steps=10, approximation="fewer steps", exact_steps=20)
    assert fewer.exact() == SPEC
    assert dataclasses.replace(SPEC, approximation="cached guidance").exact() == SPEC
    for changes, message in (
        ({"approximation": "fewer steps"}, "give exact_steps"),
        ({"exact_steps": 40}, "name it"),
        ({"approximation": "fewer steps", "exact_steps": 20}, "not fewer"),
        ({"keyframe_bound": 0.5, "approximation": "cached guidance"}, "not taken from approximate"),
        ({"keyframe_bound": 0}, "above 0"),
        ({"source": "2" * 64, "sampler": "dpm-solver++"}, "ddim only"),
    ):
        with pytest.raises(ValueError, match=message):
            dataclasses.replace(SPEC, **changes)


def test_keyframes_are_chosen_in_view_of_the_whole_video():
    assert dataclasses.replace(SPEC, keyframe_bound=0.5).groups() == [(0, 29)]
    assert SPEC.groups() == [(0, 11), (12, 23), (24, 29)]
