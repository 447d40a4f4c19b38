from __future__ import annotations

import pytest
import torch

from generation.counterfactual.path import between

START, END = torch.tensor([2.0, 0.0, 0.0]), torch.tensor([0.0, 2.0, 0.0])
WAY = torch.linspace(0, 1, 7)


@pytest.mark.parametrize("kind", ["linear", "spherical"])
def test_begins_and_ends_exactly_at_the_two_values_and_has_the_same_frames_backwards(kind):
    start, end = torch.randn(2, 32)
    there = between(start, end, WAY, kind)
    assert torch.equal(there[0], start)
    assert torch.equal(there[-1], end)
    torch.testing.assert_close(there, between(end, start, WAY, kind).flip(0))


def test_an_arc_keeps_its_length_and_turns_evenly():
    arc = between(START, END, WAY, "spherical")
    torch.testing.assert_close(arc.norm(dim=1), torch.full((7,), 2.0))
    angles = torch.atan2(arc[:, 1], arc[:, 0])
    torch.testing.assert_close(angles.diff(), torch.full((6,), torch.pi / 12))
    assert between(START, END, WAY, "linear")[3].norm() < 1.5


def test_without_an_angle_the_arc_is_the_straight_line():
    for end in (START, 3 * START, -START):
        arc = between(START, end, WAY, "spherical")
        assert torch.equal(arc, between(START, end, WAY, "linear"))
