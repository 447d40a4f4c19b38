from __future__ import annotations

import json
import math

import pytest
import torch

from generation.diffusion.conditioning import Conditioner, drop, encode
from generation.diffusion.schema import Category, ConditionError, Number, Schema

SCHEMA = Schema((Category("group", ("female", "male")), Number("age", 50.0, 20.0, 18.0, 90.0)))


def test_codes():
    assert SCHEMA.encode({"group": "male", "age": 60}) == [1.0, 0.5]
    codes = SCHEMA.encode({"group": None})
    assert all(math.isnan(code) for code in codes)


@pytest.mark.parametrize(
    ("conditions", "message"),
    [
        ({"group": "dog"}, "group cannot be 'dog'; it can be female, male"),
        ({"age": 91}, "age must be a number from 18 to 90, not 91"),
        ({"age": "60"}, "not '60'"),
        ({"bmi": 20}, "no attribute 'bmi'; it knows group, age"),
    ],
)
def test_what_the_model_does_not_know_is_refused(conditions, message):
    with pytest.raises(ConditionError, match=message):
        SCHEMA.encode(conditions)


def test_a_schema_is_learned_in_any_order_and_survives_json():
    rows = [
        {"group": g, "age": a, "bmi": None} for g, a in [("b", 31.5), ("a", 40.1), ("b", 77.0), ("", 20.0)]
    ]
    schema = Schema.learn(rows, ["group", "age"])
    assert schema == Schema.learn(rows[::-1], ["group", "age"])
    assert schema.attributes[0] == Category("group", ("a", "b"))
    assert schema.attributes[1].mean == pytest.approx(42.15)
    assert schema.attributes[1].encode(20.0) == pytest.approx(-1.0376, abs=1e-3)
    assert Schema.from_dict(json.loads(json.dumps(schema.as_dict()))) == schema
    with pytest.raises(ConditionError, match="bmi has fewer than two"):
        Schema.learn(rows, ["bmi"])


def test_each_attribute_has_its_own_embedding_and_null():
    torch.manual_seed(0)
    conditioner = Conditioner(SCHEMA, 8)
    both, no_age, nothing = conditioner.attributes(
        encode(SCHEMA, [{"group": "male", "age": 30}, {"group": "male"}, {}])
    )
    assert torch.equal(both[0], no_age[0])
    assert not torch.equal(both[1], no_age[1])
    assert torch.equal(no_age[1], nothing[1])
    assert torch.equal(nothing, conditioner.nulls)
    torch.testing.assert_close(
        conditioner(encode(SCHEMA, [{"group": "male"}]))[0], both[0] + conditioner.nulls[1]
    )


def test_nulls_learn_only_when_they_are_used():
    conditioner = Conditioner(SCHEMA, 8)
    conditioner(encode(SCHEMA, [{"group": "male"}])).sum().backward()
    assert conditioner.nulls.grad[0].abs().sum() == 0
    assert conditioner.nulls.grad[1].abs().sum() > 0


def test_a_stage_without_attributes_has_an_empty_embedding():
    assert not Conditioner(Schema(), 8)(torch.empty(3, 0)).any()


def test_dropout_rates():
    torch.manual_seed(1)
    codes = torch.zeros(20_000, 2)
    joint = drop(codes, joint=0.1, single=0.0).isnan()
    assert torch.equal(joint[:, 0], joint[:, 1])
    assert joint[:, 0].float().mean().item() == pytest.approx(0.1, abs=0.01)
    single = drop(codes, joint=0.0, single=0.2).isnan()
    assert single.all(dim=1).float().mean().item() == pytest.approx(0.04, abs=0.01)
