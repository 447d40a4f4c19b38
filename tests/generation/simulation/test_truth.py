"""Every planted attribute moves what it should, by as much as it should, and leaves the other five alone.

Bounds are in spreads (SD) of each attribute. Those of the surfaces are tighter than those of the film, whose
512 pixels of 0.74 mm a ruler also has.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from generation.simulation.attributes import NAMES, TYPICAL
from generation.simulation.person import Person
from generation.simulation.truth import Effect, effects

STEPS = (-2.0, -1.0, 1.0, 2.0)
SHAPES = {"mean": (), "another": tuple(np.clip(np.random.default_rng(2).standard_normal(25), -2, 2) * 0.85)}


@cache
def rows(shape: str, attribute: str) -> list[Effect]:
    person = Person(seed=0, attributes=TYPICAL, scores=SHAPES[shape])
    return list(effects(person, STEPS, attributes=(attribute,)))


def slope(found: list[Effect], where: str) -> float:
    planted = np.array([effect.steps for effect in found])
    measured = np.array([getattr(effect, where)[effect.attribute] for effect in found])
    return float(planted @ measured / (planted @ planted))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("attribute", [name for name in NAMES if name != "foramen_roundness"])
def test_surfaces_have_what_was_planted(shape: str, attribute: str) -> None:
    found = rows(shape, attribute)
    assert slope(found, "mesh") == pytest.approx(1.0, abs=0.06)
    for effect in found:
        others = {name: value for name, value in effect.mesh.items() if name != attribute}
        assert max(map(abs, others.values())) < 0.2, others


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("attribute", NAMES)
def test_films_show_what_was_planted(shape: str, attribute: str) -> None:
    found = rows(shape, attribute)
    assert slope(found, "film") == pytest.approx(1.0, abs=0.2)
    for effect in found:
        others = {name: value for name, value in effect.film.items() if name != attribute}
        assert max(map(abs, others.values())) < 0.5, others


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("attribute", NAMES)
def test_more_planted_is_more_seen(shape: str, attribute: str) -> None:
    seen = [0.0] + [effect.film[attribute] for effect in rows(shape, attribute)]
    planted = [0.0] + [effect.steps for effect in rows(shape, attribute)]
    assert (np.diff(np.array(seen)[np.argsort(planted)]) > 0.15).all()


@pytest.mark.parametrize("shape", SHAPES)
def test_valgus_and_varus_are_planted_alike(shape: str) -> None:
    by_step = {effect.steps: effect.mesh["neck_shaft_angle"] for effect in rows(shape, "neck_shaft_angle")}
    for step in (1.0, 2.0):
        assert by_step[step] == pytest.approx(-by_step[-step], abs=0.08 * step)
