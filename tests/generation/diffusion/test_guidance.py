from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from generation.diffusion.guidance import Guidance, combine, rescale

KNOWN = ["group", "age", "sex"]
CONDITIONAL, NULL = torch.tensor([3.0, -1.0]), torch.tensor([1.0, 0.0])


def guided(guidance, outputs):
    """``outputs``: the attributes left open to the output of a network."""
    passes = guidance.passes(KNOWN)
    return combine([outputs[left_open] for left_open, _ in passes], [weight for _, weight in passes])


OUTPUTS = {
    frozenset(): CONDITIONAL,
    frozenset(KNOWN): NULL,
    frozenset({"group"}): torch.tensor([2.5, 0.5]),
    frozenset({"age"}): torch.tensor([0.0, 7.0]),
}


def test_the_same_number_means_one_more_in_the_other_convention():
    assert torch.equal(guided(Guidance(scale=4), OUTPUTS), torch.tensor([9.0, -4.0]))
    of_condition = Guidance(scale=4, convention="from condition")
    assert torch.equal(guided(of_condition, OUTPUTS), torch.tensor([11.0, -5.0]))
    assert of_condition.passes(KNOWN) == Guidance(scale=5).passes(KNOWN)


@pytest.mark.parametrize("guidance", [
    Guidance(), Guidance(scale=1), Guidance(scale=0, convention="from condition"),
    Guidance(attributes={"age": 1}), Guidance(attributes={"age": 0}, convention="from condition"),
])  # fmt: skip
def test_the_neutral_scale_is_the_conditional_model_and_costs_one_pass(guidance):
    assert guidance.passes(KNOWN) == [(frozenset(), 1.0)]
    assert torch.equal(guided(guidance, OUTPUTS), CONDITIONAL)


def test_an_attribute_is_contrasted_with_the_model_that_knows_all_but_it():
    alone = guided(Guidance(attributes={"group": 3}), OUTPUTS)
    assert torch.equal(
        alone, OUTPUTS[frozenset({"group"})] + 3 * (CONDITIONAL - OUTPUTS[frozenset({"group"})])
    )
    both = guided(Guidance(attributes={"group": 3, "age": 2}), OUTPUTS)
    assert torch.equal(both, alone + (CONDITIONAL - OUTPUTS[frozenset({"age"})]))


@given(scales=st.dictionaries(st.sampled_from(KNOWN), st.floats(-5, 5)))
def test_attributes_that_act_independently_are_guided_as_by_a_sum_over_single_ones(scales):
    """Where an output is null + a sum of effects, ours is null + scaled effects (Xia et al., 7)."""
    effects = {name: torch.randn(4, dtype=torch.float64) for name in KNOWN}
    null = torch.randn(4, dtype=torch.float64)

    def output(left_open):
        return null + sum(effects[name] for name in KNOWN if name not in left_open)

    passes = Guidance(attributes=scales).passes(KNOWN)
    got = combine([output(left_open) for left_open, _ in passes], [weight for _, weight in passes])
    expected = null + sum(scales.get(name, 1.0) * effects[name] for name in KNOWN)
    torch.testing.assert_close(got, expected)


@given(scale=st.floats(-10, 10), convention=st.sampled_from(["from null", "from condition"]))
def test_weights_sum_to_one(scale, convention):
    passes = Guidance(scale=scale, convention=convention).passes(KNOWN)
    assert sum(weight for _, weight in passes) == pytest.approx(1)


def test_outside_of_its_interval_guidance_costs_nothing():
    guidance = Guidance(scale=4, interval=(200, 900))
    assert guidance.passes(KNOWN, 950) == guidance.passes(KNOWN, 199) == [(frozenset(), 1.0)]
    assert guidance.passes(KNOWN, 900) == guidance.passes(KNOWN, 200) == guidance.passes(KNOWN)
    assert len(guidance.passes(KNOWN)) == 2


def test_what_cannot_be_meant_is_refused():
    with pytest.raises(ValueError, match="not both"):
        Guidance(scale=4, attributes={"age": 2})
    with pytest.raises(ValueError, match="no attribute weight"):
        Guidance(attributes={"weight": 2}).passes(KNOWN)
    with pytest.raises(ValueError, match="from 0 to 1"):
        Guidance(rescale=1.5)
    with pytest.raises(ValueError, match="ends before"):
        Guidance(interval=(9, 8))


def test_rescaling_an_image_does_not_depend_on_its_neighbours_unless_asked():
    guided, conditional = torch.randn(2, 3, 1, 8, 8)
    together = rescale(guided, conditional, 0.7)
    assert torch.equal(together[1:2], rescale(guided[1:2], conditional[1:2], 0.7))
    full = rescale(guided, conditional, 1.0)
    torch.testing.assert_close(full.std(dim=(1, 2, 3)), conditional.std(dim=(1, 2, 3)))
    over_all = rescale(guided, conditional, 1.0, over="batch")
    torch.testing.assert_close(over_all.std(), conditional.std())
    torch.testing.assert_close(over_all / guided, (over_all / guided).mean().expand_as(guided))
