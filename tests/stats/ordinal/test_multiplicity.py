from __future__ import annotations

import pytest
from statsmodels.stats.multitest import multipletests

from stats.ordinal.multiplicity import adjust
from tests.stats.golden import GOLDEN

STATSMODELS = {"holm": "holm", "bh": "fdr_bh"}


@pytest.mark.parametrize(("method", "key"), [("holm", "holm"), ("bh", "BH")])
def test_agrees_with_r_p_adjust(method: str, key: str) -> None:
    golden = GOLDEN["other_R"]["adjust"]
    adjusted = {result.name: result.adjusted for result in adjust(golden["p"], method=method)}
    assert adjusted == pytest.approx(golden[key], rel=1e-12)
    assert list(adjusted) == list(golden["p"])


@pytest.mark.parametrize(
    ("method", "ps"),
    [
        ("holm", [0.0, 0.5, 0.012, 0.013, 0.04, 0.04]),
        ("bh", [0.0, 0.5, 0.012, 0.013, 0.04, 0.04]),
        ("bh", [0.9, 0.4, 0.6, 1.0]),
        ("bh", [0.2]),
    ],
)
def test_agrees_with_statsmodels(method: str, ps: list[float]) -> None:
    expected = multipletests(ps, method=STATSMODELS[method])[1]
    found = [result.adjusted for result in adjust({f"c{i}": p for i, p in enumerate(ps)}, method=method)]
    assert found == pytest.approx(expected.tolist(), abs=1e-12)


def test_a_criterion_without_a_test_keeps_its_place_and_does_not_count() -> None:
    found = adjust({"z": 0.02, "none": None, "a": 0.01})
    assert [(result.name, result.adjusted) for result in found] == [("z", 0.02), ("none", None), ("a", 0.02)]
    assert [result.adjusted for result in adjust({"x": None})] == [None]
    assert adjust({}) == ()


def test_wrong_input_is_refused() -> None:
    with pytest.raises(ValueError, match="outside 0 to 1"):
        adjust({"a": 1.2})
    with pytest.raises(ValueError, match="choose one of holm, bh"):
        adjust({"a": 0.1}, method="bonferoni")
