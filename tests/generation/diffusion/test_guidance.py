from __future__ import annotations

import pytest
import torch

from generation.diffusion.guidance import combine, needs_null, rescale

CONDITIONAL, NULL = torch.tensor([3.0, -1.0]), torch.tensor([1.0, 0.0])


def test_the_same_number_means_one_more_in_the_other_convention():
    assert torch.equal(combine(CONDITIONAL, NULL, 4, "from null"), torch.tensor([9.0, -4.0]))
    assert torch.equal(combine(CONDITIONAL, NULL, 4, "from condition"), torch.tensor([11.0, -5.0]))
    assert torch.equal(
        combine(CONDITIONAL, NULL, 5, "from null"), combine(CONDITIONAL, NULL, 4, "from condition")
    )


@pytest.mark.parametrize(("convention", "neutral"), [("from null", 1.0), ("from condition", 0.0)])
def test_the_neutral_scale_is_the_conditional_model_and_needs_no_null(convention, neutral):
    assert torch.equal(combine(CONDITIONAL, NULL, neutral, convention), CONDITIONAL)
    assert not needs_null(neutral, convention)
    assert needs_null(2.0, convention)


def test_rescaling_an_image_does_not_depend_on_its_neighbours():
    guided, conditional = torch.randn(2, 3, 1, 8, 8)
    together = rescale(guided, conditional, 0.7)
    assert torch.equal(together[1:2], rescale(guided[1:2], conditional[1:2], 0.7))
    full = rescale(guided, conditional, 1.0)
    torch.testing.assert_close(full.std(dim=(1, 2, 3)), conditional.std(dim=(1, 2, 3)))
