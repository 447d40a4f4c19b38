"""Cumulative-link mixed model: ordered scores with crossed random effects of videos and readers.

Answers "do surgeons score higher than radiologists?", "does direction or order matter?" on the scores
themselves, with every video and every reader allowed its own level.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.special import chdtrc, ndtr, ndtri

from stats.agreement.scale import Category, Scale
from stats.ordinal.design import Design, design
from stats.ordinal.laplace import LaplaceLikelihood
from stats.ordinal.maximise import Maximum, maximise

BOUNDARY_SD = 1e-3
NEAR_SEPARABLE_SD = 10.0
SEPARATED_SE = 10.0  # per standard deviation of the covariate
FEW_LEVELS = 5


@dataclass(frozen=True)
class Term:
    """A threshold or coefficient on the logit scale, with Wald interval and two-sided test against 0.

    A positive coefficient moves ratings towards the higher categories. None where nothing honest can be said.
    """

    name: str
    estimate: float
    se: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    z: float | None = None
    p_two_sided: float | None = None

    @property
    def odds_ratio(self) -> float:
        """Factor on the odds of a higher category."""
        return float(np.exp(self.estimate))


@dataclass(frozen=True)
class RandomEffect:
    """SD between the levels of a group (logit scale), and the predicted effect of each level."""

    group: str
    sd: float
    effects: tuple[tuple[Hashable, float], ...]


@dataclass(frozen=True)
class CumulativeLinkMixedModel:
    """A fitted model. ``not_estimable`` says why there is none; ``warnings`` limit what the numbers mean.

    categories: those that were chosen; thresholds lie between them ('1|2').
    """

    categories: tuple[Category, ...]
    n_ratings: int
    thresholds: tuple[Term, ...] = ()
    coefficients: tuple[Term, ...] = ()
    random_effects: tuple[RandomEffect, ...] = ()
    log_likelihood: float | None = None
    n_parameters: int = 0
    converged: bool = False
    not_estimable: str = ""
    warnings: tuple[str, ...] = ()

    def coefficient(self, name: str) -> Term:
        """The coefficient of that name, as ``role[surgeon]``. Raises KeyError when the model has none."""
        return {term.name: term for term in self.coefficients}[name]

    def sd(self, group: str) -> float:
        """SD of a group's random effect. Raises KeyError when the model has no such group."""
        return {effect.group: effect.sd for effect in self.random_effects}[group]

    def latent_share(self, group: str) -> float:
        """Intraclass correlation on the latent scale, s_g^2 / (sum s^2 + pi^2 / 3)."""
        total = sum(effect.sd**2 for effect in self.random_effects) + np.pi**2 / 3
        return float(self.sd(group) ** 2 / total)


def fit(
    scores: Sequence[Category | None],
    categories: Sequence[Category],
    *,
    fixed: Mapping[str, Sequence[float | str]] | None = None,
    groups: Mapping[str, Sequence[Hashable]] | None = None,
    confidence: float = 0.95,
) -> CumulativeLinkMixedModel:
    """Fit logit P(Y <= j) = theta_j - (x beta + sum_g s_g u_g) by maximum likelihood (Laplace).

    ``scores``, each value of ``fixed`` and each value of ``groups`` have one entry a rating. Missing scores
    are left out; categories that nobody chose have no threshold and are merged away. Agrees with R
    ``ordinal::clmm`` (same model, same approximation); the likelihood and its gradient are in ``laplace``.

    Worked example, a surgeon and a radiologist on eight videos:

    >>> model = fit(
    ...     [1, 2, 1, 4, 2, 2, 3, 3, 2, 3, 3, 4, 1, 2, 4, 3],
    ...     [1, 2, 3, 4],
    ...     fixed={"role": ["radiologist"] * 8 + ["surgeon"] * 8},
    ...     groups={"video": [*range(8), *range(8)]},
    ... )
    >>> surgeon = model.coefficient("role[surgeon]")
    >>> round(surgeon.estimate, 3), round(surgeon.se, 3), round(model.sd("video"), 3)
    (1.653, 1.2, 2.37)

    Not to be used to *prove* that readers do not differ, nor for a Wald test where a warning speaks of
    near-separation (use ``likelihood_ratio``). With four readers the reader SD is little more than a guess.
    Cost is linear in the ratings, and cubic only in the levels of the groups beside the largest one.

    Raises ValueError for scores off the scale, lengths that differ, or a missing covariate.
    """
    scale = Scale(tuple(categories))
    codes = scale.encode(scores)
    rated = codes >= 0
    kept = np.flatnonzero(rated)
    warnings: list[str] = []
    if len(kept) < len(codes):
        warnings.append(f"{len(codes) - len(kept)} of {len(codes)} ratings are missing and left out")

    used, y = np.unique(codes[kept], return_inverse=True)
    chosen = tuple(scale.categories[code] for code in used)
    if len(used) < 2:
        reason = f"every rating is {chosen[0]!r}" if chosen else "no ratings"
        return CumulativeLinkMixedModel(chosen, len(kept), not_estimable=reason, warnings=tuple(warnings))
    if len(used) < len(scale):
        absent = ", ".join(str(category) for category in scale.categories if category not in chosen)
        warnings.append(f"nobody chose {absent}: no threshold is estimated there")

    covariates = {name: _kept(name, values, codes, kept) for name, values in (fixed or {}).items()}
    coded = design(covariates, len(kept))
    warnings.extend(f"{name} is constant or implied by the others and left out" for name in coded.left_out)
    labels, levels = _levels(
        {g: _kept(g, v, codes, kept) for g, v in (groups or {}).items()}, len(kept), warnings
    )

    sizes = tuple(len(names) for names in labels.values())
    maximum = maximise(LaplaceLikelihood(y, coded.standardised, levels, sizes))
    thresholds, coefficients = _terms(maximum, coded, chosen, confidence, warnings)
    random_effects = _random_effects(maximum, labels, warnings)
    if not maximum.converged:
        warnings.append(
            "the search found no clear maximum (the likelihood is flat or not curved like a maximum): "
            "no standard errors, and the estimates must not be reported"
        )
    return CumulativeLinkMixedModel(
        categories=chosen,
        n_ratings=len(kept),
        thresholds=thresholds,
        coefficients=coefficients,
        random_effects=random_effects,
        log_likelihood=maximum.value,
        n_parameters=len(maximum.parameters.pack()),
        converged=maximum.converged,
        warnings=tuple(warnings),
    )


def _kept(name: str, values: Sequence, codes: np.ndarray, kept: np.ndarray) -> list:
    if len(values) != len(codes):
        raise ValueError(f"{name!r} has {len(values)} values for {len(codes)} scores.")
    return [values[i] for i in kept]


def _levels(
    groups: Mapping[str, Sequence[Hashable]], n: int, warnings: list[str]
) -> tuple[dict[str, list[Hashable]], np.ndarray]:
    """Each group's level names in order of appearance, largest group first, and codes (n, groups)."""
    distinct = {group: list(dict.fromkeys(values)) for group, values in groups.items()}
    labels: dict[str, list[Hashable]] = {}
    for group, names in sorted(distinct.items(), key=lambda item: -len(item[1])):
        if len(names) < 2:
            warnings.append(f"there is one {group} only: it has no random effect")
            continue
        if len(names) < FEW_LEVELS:
            warnings.append(f"{group} has {len(names)} levels only, which say little about its SD")
        labels[group] = names
    codes = np.empty((n, len(labels)), dtype=int)
    for column, (group, names) in enumerate(labels.items()):
        number = {name: i for i, name in enumerate(names)}
        codes[:, column] = [number[value] for value in groups[group]]
    return labels, codes


def _terms(
    maximum: Maximum, coded: Design, chosen: tuple[Category, ...], confidence: float, warnings: list[str]
) -> tuple[tuple[Term, ...], tuple[Term, ...]]:
    """Thresholds and coefficients, taken back from standardised covariates to those that were given."""
    cuts, p = len(chosen) - 1, len(coded.names)
    back = np.eye(cuts + p)
    back[:cuts, cuts:] = coded.centre / coded.spread
    back[cuts:, cuts:] = np.diag(1 / coded.spread)
    estimates = back @ maximum.parameters.pack()[: cuts + p]
    names = [f"{low}|{high}" for low, high in pairwise(chosen)] + list(coded.names)
    terms = [Term(name, float(estimate)) for name, estimate in zip(names, estimates, strict=True)]
    if maximum.converged and maximum.covariance is not None:
        inner = maximum.covariance[: cuts + p, : cuts + p]
        ses = np.sqrt(np.diag(back @ inner @ back.T))
        separated = [cuts + int(i) for i in np.flatnonzero(np.diag(inner)[cuts:] > SEPARATED_SE**2)]
        for i in separated:
            warnings.append(
                f"{names[i]} separates the scores: its coefficient runs off to infinity, the number shown is "
                "only where the search stopped"
            )
        without = [*range(cuts), *separated] if separated else []
        terms = [
            term if i in without else _tested(term, float(se), confidence)
            for i, (term, se) in enumerate(zip(terms, ses, strict=True))
        ]
    return tuple(terms[:cuts]), tuple(terms[cuts:])


def _tested(term: Term, se: float, confidence: float) -> Term:
    half = float(ndtri((1 + confidence) / 2)) * se
    z = term.estimate / se
    return Term(
        term.name, term.estimate, se, term.estimate - half, term.estimate + half, z, float(2 * ndtr(-abs(z)))
    )


def _random_effects(
    maximum: Maximum, labels: dict[str, list[Hashable]], warnings: list[str]
) -> tuple[RandomEffect, ...]:
    effects, first = [], 0
    for (group, names), signed in zip(labels.items(), maximum.parameters.sds, strict=True):
        sd = float(abs(signed))
        if sd < BOUNDARY_SD:
            sd = 0.0
            warnings.append(f"the SD of {group} is 0, the boundary: no difference between levels is visible")
        if sd > NEAR_SEPARABLE_SD:
            warnings.append(
                f"near-separable: the SD of {group} is {sd:.1f} on the logit scale, so almost every {group} "
                "settles its category; thresholds and coefficients are inflated with it: read signs only"
            )
        values = sd * np.copysign(1, signed) * maximum.mode[first : first + len(names)]
        effects.append(RandomEffect(group, sd, tuple(zip(names, values.tolist(), strict=True))))
        first += len(names)
    return tuple(effects)


@dataclass(frozen=True)
class LikelihoodRatio:
    """Twice the gain in log-likelihood, its degrees of freedom and chi-square p."""

    chi_square: float
    df: int
    p: float


def likelihood_ratio(full: CumulativeLinkMixedModel, reduced: CumulativeLinkMixedModel) -> LikelihoodRatio:
    """Test of a model against a smaller one on the same ratings: 2 (L_full - L_reduced) ~ chi-square.

    Steadier than Wald's test near separation. Where the reduced model lacks a random effect its SD of 0 lies
    on the boundary and p is too large (at most twofold for one effect).

    Raises ValueError when the models are not estimable, not of the same ratings, or not nested by number.
    """
    df = full.n_parameters - reduced.n_parameters
    if full.log_likelihood is None or reduced.log_likelihood is None:
        raise ValueError("A model that is not estimable cannot be compared.")
    if full.n_ratings != reduced.n_ratings or full.categories != reduced.categories or df < 1:
        raise ValueError("Compare a model with a smaller one fitted to the same ratings.")
    chi_square = max(0.0, 2 * (full.log_likelihood - reduced.log_likelihood))
    return LikelihoodRatio(chi_square, df, float(chdtrc(df, chi_square)))
