"""Table 1: the radiographs that the model learned from, by group; and the model's hyper-parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Any

from stats.report.numbers import fixed
from stats.report.table import Cell, Column, Row, Table

NONE = "–"


@dataclass(frozen=True)
class Spread:
    """Mean and standard deviation (n − 1) of what is known of a number; None where too few are."""

    n: int
    mean: float | None = None
    sd: float | None = None


@dataclass(frozen=True)
class GroupFacts:
    """Counts of one group's radiographs; ``n_sex`` are those whose patient's sex is known."""

    name: str
    n_radiographs: int
    n_patients: int
    n_female: int
    n_sex: int
    age: Spread
    bmi: Spread


@dataclass(frozen=True)
class CohortFacts:
    """A cohort in numbers: everybody, and the two groups of the study."""

    title: str
    source: str
    everybody: GroupFacts
    a: GroupFacts
    b: GroupFacts


def table1(cohort: CohortFacts, *, notice: str = "", remark: str = "") -> Table:
    """Counts, sex, age and body mass index, with standardised differences between the two groups."""
    groups = (cohort.everybody, cohort.a, cohort.b)

    def row(name: str, tell: Callable[[GroupFacts], Cell], difference: Cell) -> Row:
        return Row((Cell(name), *(tell(group) for group in groups), difference))

    nothing = Cell("")
    return Table(
        key="table1",
        title=f"Table 1. Radiographs that the model learned from: {cohort.title}",
        columns=(
            Column("characteristic", "Characteristic"),
            Column("all", "All", numeric=True, exact=True),
            Column("a", cohort.a.name, numeric=True, exact=True),
            Column("b", cohort.b.name, numeric=True, exact=True),
            Column("difference", "Standardised difference", numeric=True, exact=True),
        ),
        rows=(
            row("Radiographs", lambda g: _count(g.n_radiographs, "Radiographs of the cohort."), nothing),
            row("Patients", lambda g: _count(g.n_patients, "Different pseudonyms among them."), nothing),
            row("Female", _female, _difference_of_shares(cohort.a, cohort.b)),
            row("Age in years", lambda g: _spread(g.age), _difference_of_means(cohort.a.age, cohort.b.age)),
            row(
                "Body mass index in kg/m²",
                lambda g: _spread(g.bmi),
                _difference_of_means(cohort.a.bmi, cohort.b.bmi),
            ),
        ),
        notes=(
            "Sex, age and body mass index are counted by radiograph, for a model learns from radiographs; a "
            "patient with several counts as often. Mean (standard deviation), or count (% of those known).",
            "Standardised difference: the second group minus the first, in pooled standard deviations "
            "(Austin 2009). Beyond 0.1 the groups differ in more than their name, and so may the images.",
            *([remark] if remark else []),
            *([f"Source: {cohort.source}"] if cohort.source else []),
        ),
        notice=notice,
    )


def model_table(name: str, config: Mapping[str, Any], weights_sha256: str, *, notice: str = "") -> Table:
    """Hyper-parameters of a checkpoint, as its own description states them; a stage a column."""
    stages = [config, *([config["super_resolution"]] if "super_resolution" in config else [])]
    titles = ("Image generation model", "Super-resolution model")
    return Table(
        key="table1m",
        title=f"Table 1, continued. Hyper-parameters of the model {name}",
        columns=(
            Column("hyperparameter", "Hyper-parameter"),
            *(Column(f"stage{i}", title) for i, title in enumerate(titles[: len(stages)], start=1)),
        ),
        rows=tuple(
            Row((Cell(title), *(Cell(tell(stage)) for stage in stages))) for title, tell in HYPERPARAMETERS
        ),
        notes=(f"SHA-256 over weights and descriptions of all stages: {weights_sha256}.",),
        notice=notice,
    )


def _at(*path: str) -> Callable[[Mapping[str, Any]], str]:
    """What stands at a path of a config; a dash where nothing does."""

    def tell(config: Mapping[str, Any]) -> str:
        found: Any = config
        for name in path:
            found = found.get(name) if isinstance(found, Mapping) else None
        if found is None:
            return NONE
        return ", ".join(map(str, found)) if isinstance(found, list) else str(found)

    return tell


def _shape(config: Mapping[str, Any]) -> str:
    unet = config.get("model", {}).get("unet", {})
    if "image_size" not in unet:
        return NONE
    return f"{1 + unet.get('concat_channels', 0)} × {unet['image_size']} × {unet['image_size']}"


def _embedding(config: Mapping[str, Any]) -> str:
    unet = config.get("model", {}).get("unet", {})
    if "channels" not in unet or "embedding_multiplier" not in unet:
        return NONE
    return str(unet["channels"] * unet["embedding_multiplier"])


def _attributes(config: Mapping[str, Any]) -> str:
    attributes = config.get("model", {}).get("schema", {}).get("attributes", [])
    return ", ".join(attribute["name"] for attribute in attributes) or NONE


def _heads(config: Mapping[str, Any]) -> str:
    """Their number, as in the source paper, or the channels of each where the number grows with the map's."""
    unet = config.get("model", {}).get("unet", {})
    if unet.get("heads"):
        return str(unet["heads"])
    return f"of {unet['head_channels']} channels each" if "head_channels" in unet else NONE


UNET = ("model", "unet")
OPTIONS = ("training", "options")
HYPERPARAMETERS: tuple[tuple[str, Callable[[Mapping[str, Any]], str]], ...] = (
    ("Input shape", _shape),
    ("Conditions", _attributes),
    ("Noise schedule (β)", _at("model", "schedule", "kind")),
    ("Total steps (T)", _at("model", "schedule", "steps")),
    ("Target of the network", _at("model", "target")),
    ("Attention resolution", _at(*UNET, "attention")),
    ("Embedding channels", _embedding),
    ("U-net channels", _at(*UNET, "channels")),
    ("U-net channel multiplier", _at(*UNET, "multipliers")),
    ("Number of residual blocks", _at(*UNET, "blocks")),
    ("Attention heads", _heads),
    ("Dropout", _at(*UNET, "dropout")),
    ("Training steps", _at("training", "steps")),
    ("Batch", _at(*OPTIONS, "batch")),
    ("Learning rate", _at(*OPTIONS, "learning_rate")),
    ("Conditions dropped together, for guidance", _at(*OPTIONS, "joint_dropout")),
    ("Decay of the averaged weights", _at(*OPTIONS, "ema")),
)


def _count(n: int, how: str) -> Cell:
    return Cell(str(n), n, how=how)


def _female(group: GroupFacts) -> Cell:
    if not group.n_sex:
        return Cell(NONE)
    share = 100 * group.n_female / group.n_sex
    how = f"{group.n_female} of the {group.n_sex} radiographs of a patient whose sex is known."
    return Cell(f"{group.n_female} ({fixed(share, 1)} %)", group.n_female, how=how)


def _spread(spread: Spread) -> Cell:
    if spread.mean is None:
        return Cell(NONE)
    sd = NONE if spread.sd is None else fixed(spread.sd, 1)
    return Cell(f"{fixed(spread.mean, 1)} ({sd})", spread.mean, how=f"Known for {spread.n} radiographs.")


def _difference_of_means(a: Spread, b: Spread) -> Cell:
    if a.mean is None or b.mean is None or a.sd is None or b.sd is None:
        return Cell(NONE)
    return _standardised(b.mean - a.mean, (a.sd**2 + b.sd**2) / 2, "√[(SD₁² + SD₂²) / 2]")


def _difference_of_shares(a: GroupFacts, b: GroupFacts) -> Cell:
    if not a.n_sex or not b.n_sex:
        return Cell(NONE)
    one, two = a.n_female / a.n_sex, b.n_female / b.n_sex
    return _standardised(
        two - one, (one * (1 - one) + two * (1 - two)) / 2, "√[(p₁(1 − p₁) + p₂(1 − p₂)) / 2]"
    )


def _standardised(difference: float, variance: float, denominator: str) -> Cell:
    if variance <= 0:
        return Cell(NONE)
    value = difference / sqrt(variance)
    return Cell(fixed(value, 2), value, how=f"The difference between the groups, divided by {denominator}.")
