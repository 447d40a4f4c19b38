"""Every golden record of R irrCAC, to 1e-9. There are no exceptions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from stats.agreement import SCALES, WEIGHTS, Scale, agreement, benchmark, new_readers, weight_matrix
from tests.stats.golden import GOLDEN, golden_ratings

WEIGHT_NAMES = {name: name for name in WEIGHTS} | {"unweighted": "identity"}
COEFFICIENT_NAMES = {"pa": "percent"} | {name: name for name in ("ac", "fleiss", "alpha", "conger", "bp")}


def record_name(record: dict[str, Any]) -> str:
    fields = ("dataset", "weights", "coefficient", "N", "conf")
    return "-".join(str(record[field]) for field in fields)


@pytest.mark.parametrize("record", GOLDEN["expected"], ids=record_name)
def test_coefficient_with_its_uncertainty(record: dict[str, Any]) -> None:
    result = agreement(
        golden_ratings(record["dataset"]),
        coefficient=COEFFICIENT_NAMES[record["coefficient"]],
        weights=WEIGHT_NAMES[record["weights"]],
        population=record["N"],
        confidence=record["conf"],
    )
    ours = {
        "est": result.estimate,
        "se": result.se,
        "pa": result.pa,
        "pe": result.pe,
        "ci_lower_unclipped": result.ci_low,
        "ci_upper_clipped_at_1": result.ci_high,
        "df": result.df,
        "p_two_sided": result.p_two_sided,
    }
    assert ours == pytest.approx({key: record[key] for key in ours}, abs=1e-9, rel=0)


@pytest.mark.parametrize("weights", ["unweighted", "quadratic"])
@pytest.mark.parametrize("coefficient", ["ac", "fleiss", "bp", "conger"])
def test_standard_error_for_new_readers(weights: str, coefficient: str) -> None:
    expected = GOLDEN["inference_R"]["values"]["likert25x4_complete"][weights][coefficient]
    result = new_readers(
        golden_ratings("likert25x4_complete"), coefficient=coefficient, weights=WEIGHT_NAMES[weights]
    )
    assert result.se == pytest.approx(expected["se_unconditional"], abs=1e-9)
    assert result.se_readers == pytest.approx(expected["se_cond_subjects_jackknife"], abs=1e-9)
    assert result.p_two_sided == pytest.approx(expected["p_unconditional_normal"], abs=1e-9)
    assert [k for _, k in result.leave_one_out] == pytest.approx(expected["leave_one_reader_out"], abs=1e-9)


@pytest.mark.parametrize("name", GOLDEN["weights_1to5"])
def test_weights(name: str) -> None:
    ours = weight_matrix(name, Scale((1, 2, 3, 4, 5)))
    np.testing.assert_allclose(ours, GOLDEN["weights_1to5"][name], atol=1e-12, rtol=0)


@pytest.mark.parametrize("key", GOLDEN["benchmark_R"])
@pytest.mark.parametrize("scale", SCALES)
def test_benchmark_probabilities(key: str, scale: str) -> None:
    estimate, se = map(float, key.split("|"))
    expected = GOLDEN["benchmark_R"][key][scale.replace("-", "_")]
    result = benchmark(estimate, se, scale=scale)
    assert [level.lower() for level, _ in result.cumulative] == [level.lower() for level in expected["level"]]
    assert [p for _, p in result.cumulative] == pytest.approx(expected["cumprob"], abs=5.1e-6)


def test_krippendorffs_own_example() -> None:
    """Krippendorff (2011), section C, as computed by the PyPI package krippendorff 0.9.0."""
    expected = next(r for r in GOLDEN["published"] if r.get("dataset") == "krippendorff2011_C")
    ratings = golden_ratings("krippendorff2011_C")
    for weights, key in {"identity": "nominal", "quadratic": "interval", "ratio": "ratio"}.items():
        result = agreement(ratings, coefficient="alpha", weights=weights)
        assert result.estimate == pytest.approx(expected[key], abs=1e-9)
