"""Every golden record of R irrCAC to 1e-9; what others published, to the digits they print.

Looser tolerances are listed, each with its reason, in tests/golden/README.md.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from stats.agreement import (
    COEFFICIENTS,
    SCALES,
    WEIGHTS,
    Ratings,
    Scale,
    agreement,
    benchmark,
    new_readers,
    weight_matrix,
)
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


DIAGNOSES, COUNTS, NEARLY_ALIKE, _, BENCHMARK, RAW_4_RATERS = GOLDEN["published"][:6]
CICCHETTI_SPARROW = ((0.75, "Excellent"), (0.6, "Good"), (0.4, "Fair"), (-1.0, "Poor"))


def test_kappa_of_fleiss_s_own_diagnoses() -> None:
    """As printed by R irr::kappam.fleiss; its z takes the error under chance alone, not Gwet's."""
    result = agreement(golden_ratings(DIAGNOSES["dataset"]), coefficient="fleiss")
    assert result.estimate == pytest.approx(DIAGNOSES["value"], abs=5.1e-8)


def test_randolph_s_published_table_of_counts() -> None:
    ratings = Ratings.from_counts(COUNTS["counts"], Scale((1, 2)))
    assert agreement(ratings, coefficient="fleiss").estimate == pytest.approx(COUNTS["value"], abs=5.1e-7)
    assert agreement(ratings, coefficient="bp").estimate == pytest.approx(COUNTS["bp_unif"], abs=5.1e-7)
    assert agreement(ratings).pa == pytest.approx(COUNTS["overall_agreement"], abs=5.1e-7)


@pytest.mark.parametrize(("coefficient", "key"), [("fleiss", "value"), ("bp", "bp_unif")])
def test_randolph_s_table_of_parts_of_readers(coefficient: str, key: str) -> None:
    """6.99 of 7 readers are no ratings, and a table of them is refused; the formulas hold all the same."""
    method, identity = COEFFICIENTS[coefficient], np.eye(2)
    moments = method.features(np.array(NEARLY_ALIKE["counts"]), identity).sum(axis=0)
    found = float(method.point(moments, identity).estimate)
    assert found == pytest.approx(NEARLY_ALIKE[key], abs=5.1e-7)


@pytest.mark.parametrize("name", ["altman", "landis_koch", "fleiss", "cicchetti_sparrow"])
def test_published_benchmark_probabilities(name: str) -> None:
    """The levels of Cicchetti and Sparrow are given as levels of one's own."""
    scale = CICCHETTI_SPARROW if name == "cicchetti_sparrow" else name.replace("_", "-")
    found = benchmark(BENCHMARK["benchmark"]["coeff"], BENCHMARK["benchmark"]["se"], scale=scale)
    assert [p for _, p in found.cumulative] == pytest.approx(BENCHMARK[name], abs=5.1e-6)


@pytest.mark.parametrize(
    ("coefficient", "name", "se_digits"), [("ac", "ac1", 5), ("fleiss", "fleiss", 3), ("alpha", "alpha", 5)]
)
def test_irrcac_s_readme(coefficient: str, name: str, se_digits: int) -> None:
    """Its P is right-tailed, half of ours, in seven digits: it holds the SE closer than its print."""
    printed = RAW_4_RATERS["readme"]
    result = agreement(golden_ratings(RAW_4_RATERS["dataset"]), coefficient=coefficient)
    assert result.estimate == pytest.approx(printed[name], abs=5.1e-6)
    assert result.se == pytest.approx(printed[f"{name}_se"], abs=5.1 * 10 ** -(se_digits + 1))
    assert result.p_two_sided / 2 == pytest.approx(printed[f"{name}_p_right"], rel=5.1e-7)


def test_irrcac_s_readme_agreement_and_interval() -> None:
    printed = RAW_4_RATERS["readme"]
    result = agreement(golden_ratings(RAW_4_RATERS["dataset"]))
    assert result.pa == pytest.approx(printed["pa"], abs=5.1e-8)
    assert f"({result.ci_low:.3f},{result.ci_high:g})" == printed["ac1_ci"]
