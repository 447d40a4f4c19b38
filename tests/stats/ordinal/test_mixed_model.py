from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import approx_fprime
from scipy.special import expit, logsumexp
from statsmodels.miscmodels.ordinal_model import OrderedModel

from stats.ordinal.arrow import ArrowMatrix
from stats.ordinal.laplace import LaplaceLikelihood, Parameters
from stats.ordinal.mixed_model import CumulativeLinkMixedModel, fit, likelihood_ratio
from tests.stats.golden import GOLDEN
from tests.stats.paper import CRITERIA, paper_columns

LIKERT = (1, 2, 3, 4, 5)


def paper_model(criterion: str, *, role: bool = True) -> CumulativeLinkMixedModel:
    columns = paper_columns(criterion)
    groups = {"video": columns["video"], "reader": columns["reader"]}
    return fit(columns["score"], LIKERT, fixed={"role": columns["role"]} if role else None, groups=groups)


def simulated(rng: np.random.Generator, videos: int, readers: int) -> dict[str, list]:
    """Scores with SD 2 between videos, .5 between readers, and odd readers .8 higher on the logit scale."""
    video, reader = np.repeat(np.arange(videos), readers), np.tile(np.arange(readers), videos)
    role = reader % 2
    latent = 2 * rng.normal(size=videos)[video] + 0.5 * rng.normal(size=readers)[reader] + 0.8 * role
    score = 1 + np.digitize(latent + rng.logistic(size=len(video)), [-2, -0.5, 0.5, 2])
    columns = {"score": score, "video": video, "reader": reader, "role": role}
    return {name: column.tolist() for name, column in columns.items()}


@pytest.mark.parametrize("criterion", CRITERIA)
def test_agrees_with_r_ordinal_clmm(criterion: str) -> None:
    expected = GOLDEN["clmm_R"]["values"][criterion]
    model = paper_model(criterion)
    surgeon = model.coefficient("role[surgeon]")
    assert model.converged
    assert model.log_likelihood == pytest.approx(expected["logLik"], abs=2e-4)
    assert model.log_likelihood > expected["logLik"] - 1e-6
    assert surgeon.estimate == pytest.approx(expected["role_surgeon"], abs=5e-5)
    assert surgeon.se == pytest.approx(expected["se"], rel=2e-3)
    thresholds = {term.name: term.estimate for term in model.thresholds}
    assert thresholds == pytest.approx(expected["thresholds"], abs=2e-3)
    assert model.sd("video") ** 2 == pytest.approx(expected["var_video"], rel=5e-4)
    assert model.sd("reader") ** 2 == pytest.approx(expected["var_reader"], abs=1e-4)


def test_boundaries_of_the_paper_s_fits_are_told() -> None:
    told = {criterion: " ".join(paper_model(criterion).warnings) for criterion in CRITERIA}
    assert {c for c in CRITERIA if "SD of reader is 0" in told[c]} == {"pelvis_ring", "neck_shaft_angle"}
    assert {c for c in CRITERIA if "near-separable" in told[c]} == {
        "obturator_foramen",
        "interacetabular_distance",
        "osteoarthritis",
    }
    assert "nobody chose 5" in told["pelvis_ring"]


@pytest.mark.parametrize("groups", [0, 1, 2, 3])
def test_gradient_is_the_slope_of_the_likelihood(groups: int) -> None:
    rng = np.random.default_rng(groups)
    sizes = (12, 4, 3)[:groups]
    levels = np.column_stack([rng.integers(size, size=80) for size in sizes] or [np.empty((80, 0), int)])
    likelihood = LaplaceLikelihood(rng.integers(4, size=80), rng.normal(size=(80, 2)), levels, sizes)
    at = Parameters(np.array([-1.2, 0.1, 1.4]), np.array([0.4, -0.3]), np.array([1.7, 0.6, -0.9])[:groups])
    slope = approx_fprime(at.pack(), lambda values: likelihood.value_and_gradient(values)[0], 1e-6)
    assert likelihood.value_and_gradient(at.pack())[1] == pytest.approx(slope, abs=2e-4)


def test_approximation_is_close_to_the_integral_where_each_video_has_many_ratings() -> None:
    rng = np.random.default_rng(5)
    video = np.repeat(np.arange(6), 60)
    y = np.digitize(1.5 * rng.normal(size=6)[video] + rng.logistic(size=360), [-1.0, 1.0])
    likelihood = LaplaceLikelihood(y, np.empty((360, 0)), video[:, None], (6,))
    thresholds, sd = np.array([-1.0, 1.0]), 1.5
    value, _ = likelihood.value_and_gradient(np.append(thresholds, sd))

    nodes, weights = np.polynomial.hermite_e.hermegauss(150)
    bounds = np.concatenate([[-np.inf], thresholds, [np.inf]])
    eta = sd * nodes[:, None]
    log_p = np.log(expit(bounds[y + 1] - eta) - expit(bounds[y] - eta))
    per_video = np.array([log_p[:, video == level].sum(axis=1) for level in range(6)])
    exact = logsumexp(per_video + np.log(weights / np.sqrt(2 * np.pi)), axis=1).sum()
    assert value == pytest.approx(exact, abs=0.02)


def test_without_random_effects_it_is_the_proportional_odds_model_of_statsmodels() -> None:
    data = simulated(np.random.default_rng(2), 60, 4)
    model = fit(data["score"], LIKERT, fixed={"role": data["role"]})
    peer = OrderedModel(data["score"], np.array(data["role"], float)[:, None], distr="logit").fit(
        method="bfgs", disp=False, gtol=1e-9
    )
    assert model.log_likelihood == pytest.approx(peer.llf, abs=1e-8)
    assert model.coefficient("role").estimate == pytest.approx(peer.params[0], abs=1e-6)
    assert model.coefficient("role").se == pytest.approx(peer.bse[0], rel=1e-4)


def test_finds_what_was_planted() -> None:
    data = simulated(np.random.default_rng(1), 300, 16)
    groups = {"video": data["video"], "reader": data["reader"]}
    model = fit(data["score"], LIKERT, fixed={"role": data["role"]}, groups=groups)
    role = model.coefficient("role")
    assert role.ci_low < 0.8 < role.ci_high
    assert model.sd("video") == pytest.approx(2, rel=0.1)
    assert model.sd("reader") == pytest.approx(0.5, rel=0.4)
    gaps = np.diff([term.estimate for term in model.thresholds])
    assert gaps == pytest.approx([1.5, 1.0, 1.5], abs=0.1)
    assert model.latent_share("video") == pytest.approx(4 / (4 + 0.25 + np.pi**2 / 3), abs=0.06)


def test_units_of_a_covariate_and_order_of_rows_and_groups_do_not_matter() -> None:
    data = simulated(np.random.default_rng(3), 40, 4)
    minutes = np.arange(160.0)
    groups = {"video": data["video"], "reader": data["reader"]}
    one = fit(data["score"], LIKERT, fixed={"time": minutes.tolist()}, groups=groups)
    turned = {"reader": data["reader"][::-1], "video": data["video"][::-1]}
    seconds = (1e6 + 60 * minutes)[::-1].tolist()
    other = fit(data["score"][::-1], LIKERT, fixed={"time": seconds}, groups=turned)
    assert other.log_likelihood == pytest.approx(one.log_likelihood, abs=1e-6)
    assert 60 * other.coefficient("time").estimate == pytest.approx(
        one.coefficient("time").estimate, rel=1e-4
    )
    assert 60 * other.coefficient("time").se == pytest.approx(one.coefficient("time").se, rel=1e-4)


def test_predicted_effects_follow_the_videos() -> None:
    columns = paper_columns("cortical_thickness")
    model = paper_model("cortical_thickness")
    effects = dict(model.random_effects[0].effects)
    means = dict.fromkeys(effects, 0.0)
    for video, score in zip(columns["video"], columns["score"], strict=True):
        means[video] += score / 4
    assert np.corrcoef([effects[v] for v in means], list(means.values()))[0, 1] > 0.97


def test_likelihood_ratio_of_the_role() -> None:
    test = likelihood_ratio(paper_model("pelvis_ring"), paper_model("pelvis_ring", role=False))
    assert (test.df, test.chi_square) == (1, pytest.approx(0.2153, abs=1e-3))
    assert test.p == pytest.approx(
        paper_model("pelvis_ring").coefficient("role[surgeon]").p_two_sided, abs=0.01
    )
    with pytest.raises(ValueError, match="smaller one fitted to the same ratings"):
        likelihood_ratio(paper_model("pelvis_ring", role=False), paper_model("pelvis_ring"))
    with pytest.raises(ValueError, match="not estimable"):
        likelihood_ratio(paper_model("pelvis_ring"), fit([1, 1], LIKERT))


def test_a_covariate_that_separates_the_scores_gets_no_interval() -> None:
    videos = [*range(8), *range(8)]
    role = ["radiologist"] * 8 + ["surgeon"] * 8
    model = fit([1, 2] * 4 + [4, 5] * 4, LIKERT, fixed={"role": role}, groups={"video": videos})
    surgeon = model.coefficient("role[surgeon]")
    assert surgeon.estimate > 10
    assert surgeon.se is None
    assert surgeon.p_two_sided is None
    assert any("separates the scores" in warning for warning in model.warnings)


def test_readers_who_never_differ_are_flagged() -> None:
    model = fit([1, 2, 3, 4, 5] * 12, LIKERT, groups={"video": [*range(20)] * 3})
    assert any("near-separable" in warning for warning in model.warnings)


@pytest.mark.parametrize(
    ("scores", "reason"),
    [([3, 3, 3, 3], "every rating is 3"), ([None] * 4, "no ratings"), ([], "no ratings")],
)
def test_nothing_to_fit_is_said(scores: list, reason: str) -> None:
    model = fit(scores, LIKERT, groups={"video": [*range(len(scores))]})
    assert model.not_estimable == reason
    assert not model.converged


def test_missing_ratings_one_level_and_constant_covariates_are_left_out_and_told() -> None:
    scores = [1, 2, 2, 3, None, 1, 3, 2, 2, 1]
    model = fit(scores, (1, 2, 3), fixed={"direction": ["AB"] * 10}, groups={"reader": ["R1"] * 10})
    plain = fit([score for score in scores if score], (1, 2, 3))
    assert model.n_ratings == 9
    assert model.log_likelihood == pytest.approx(plain.log_likelihood)
    assert [warning.split()[0] for warning in model.warnings] == ["1", "direction", "there"]


def test_input_that_cannot_be_meant_is_refused() -> None:
    with pytest.raises(ValueError, match="not on the scale"):
        fit([1, 6], LIKERT)
    with pytest.raises(ValueError, match="'order' has 1 values for 2 scores"):
        fit([1, 2], LIKERT, fixed={"order": [1]})
    with pytest.raises(ValueError, match="no value in row 1"):
        fit([1, 2], LIKERT, fixed={"order": [1, float("nan")]})


def test_arrow_matrix_is_the_full_matrix() -> None:
    rng = np.random.default_rng(4)
    diagonal, border, factor = rng.uniform(20, 30, 9), rng.normal(size=(9, 3)), rng.normal(size=(3, 3))
    corner = factor @ factor.T + 10 * np.eye(3)
    full = np.block([[np.diag(diagonal), border], [border.T, corner]])
    arrow = ArrowMatrix(diagonal, border, corner)
    right = rng.normal(size=12)
    columns = np.array([[0, 9, 11], [8, 10, 10]])
    assert arrow.solve(right) == pytest.approx(np.linalg.solve(full, right))
    assert arrow.log_determinant == pytest.approx(np.linalg.slogdet(full)[1])
    expected = [np.linalg.inv(full)[np.ix_(row, row)] for row in columns]
    assert arrow.inverse_blocks(columns) == pytest.approx(np.array(expected))
