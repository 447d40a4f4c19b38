"""The paper's reconstruction. The expected numbers were checked with R irrCAC 1.4, categ.labels = 1:5."""

from __future__ import annotations

import pytest

from stats.agreement import Ratings, agreement, benchmark, new_readers
from tests.stats.golden import GOLDEN

TABLE = {
    # criterion: (AC1, SE, CI low, CI high, SE for new readers, benchmark, AC2 linear, AC2 quadratic)
    "interacetabular_distance": (0.8294, 0.056, 0.715, 0.944, 0.082, "Substantial", 0.937, 0.979),
    "osteoarthritis": (0.8248, 0.059, 0.705, 0.945, 0.064, "Substantial", 0.929, 0.975),
    "obturator_foramen": (0.7988, 0.060, 0.675, 0.922, 0.079, "Substantial", 0.922, 0.974),
    "neck_shaft_angle": (0.7639, 0.059, 0.644, 0.884, 0.081, "Substantial", 0.908, 0.971),
    "pelvis_ring": (0.6131, 0.071, 0.468, 0.758, 0.076, "Moderate", 0.833, 0.940),
    "cortical_thickness": (0.6034, 0.064, 0.472, 0.735, 0.150, "Moderate", 0.826, 0.938),
}


@pytest.mark.parametrize("criterion", TABLE)
def test_table_3(paper: dict[str, Ratings], criterion: str) -> None:
    estimate, se, low, high, se_new, level, linear, quadratic = TABLE[criterion]
    ratings = paper[criterion]
    result, beyond = agreement(ratings), new_readers(ratings)
    assert (result.n_subjects, result.n_readers, result.n_ratings) == (30, 4, 120)
    assert result.estimate == pytest.approx(estimate, abs=5e-5)
    assert [result.se, result.ci_low, result.ci_high] == pytest.approx([se, low, high], abs=5.1e-4)
    assert beyond.se == pytest.approx(se_new, abs=5e-4)
    assert result.p_two_sided < 0.001
    assert beyond.p_two_sided < 6e-5
    assert benchmark(result.estimate, result.se).level == level
    assert agreement(ratings, weights="linear").estimate == pytest.approx(linear, abs=5e-4)
    assert agreement(ratings, weights="quadratic").estimate == pytest.approx(quadratic, abs=5e-4)


@pytest.mark.parametrize("criterion", TABLE)
def test_every_coefficient_that_irrcac_printed(paper: dict[str, Ratings], criterion: str) -> None:
    expected = GOLDEN["paper_reconstruction_R"][criterion]
    printed = {("ac", "identity"): expected["ac1_q5"]}
    printed |= {("ac", weights): values for weights, values in expected["ac2"].items()}
    names = {"pa": "percent"}
    printed |= {(names.get(name, name), "identity"): v for name, v in expected["other"].items()}
    for (coefficient, weights), values in printed.items():
        result = agreement(paper[criterion], coefficient=coefficient, weights=weights)
        assert result.estimate == pytest.approx(values["coeff.val"], abs=5.1e-6), (coefficient, weights)
        assert result.se == pytest.approx(values["coeff.se"], abs=5.1e-6), (coefficient, weights)


def test_surgeons_agree_more_on_cortical_thickness(paper: dict[str, Ratings]) -> None:
    ratings = paper["cortical_thickness"]
    assert agreement(ratings.only(["R1", "R2"])).estimate == pytest.approx(0.7195, abs=5e-5)
    assert agreement(ratings.only(["R3", "R4"])).estimate == pytest.approx(0.474, abs=5e-4)


def test_an_anchor_nobody_chose_still_counts(paper: dict[str, Ratings]) -> None:
    """The obturator foramen uses 3 of 5 anchors; reading the scale off the data would give .758."""
    expected = GOLDEN["paper_reconstruction_R"]["obturator_foramen"]
    result = agreement(paper["obturator_foramen"])
    assert result.estimate == pytest.approx(expected["ac1_q5"]["coeff.val"], abs=5.1e-6)
    assert abs(result.estimate - expected["ac1_q_observed"]["coeff.val"]) > 0.04
