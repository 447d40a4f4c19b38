from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from generation.simulation.attributes import NAMES, SPREAD, TYPICAL
from generation.simulation.plan import LIMIT
from generation.simulation.plan_file import PlanUnusable, read_plan
from generation.simulation.record import film, truth_row

DOCS = Path(__file__).parents[3] / "docs" / "reference"
PLAN = """
seed: 4
size: 64
people: {A: 600, B: 600}
attributes:
  interacetabular_distance: {A: 91, B: 85, spread: 5}
  cortical_thickness: 5.5
body:
  age: {A: 65, B: 55, spread: 8}
shares:
  female: {A: 0.3, B: 0.7}
  implant: 0.1
correlations:
  - [bmi, interacetabular_distance, 0.6]
"""


def test_the_documented_plan_can_be_read() -> None:
    plan = read_plan((DOCS / "simulated_plan.yaml").read_text())
    assert plan.people == {"A": 500, "B": 500}
    assert plan.negative_controls == ("ring_elongation", "cortical_thickness")
    assert plan.shift("A")["interacetabular_distance"] == pytest.approx(-6)
    assert plan.shift("B")["osteoarthritis"] == pytest.approx(-0.7)


def test_the_people_have_the_planned_means_spreads_and_correlations() -> None:
    plan = read_plan(PLAN)
    people = [plan.draw(number) for number in range(plan.total)]
    groups = {group: [p.person for p in people if p.group == group] for group in "AB"}
    for group, mean in (("A", 91.0), ("B", 85.0)):
        distance = np.array([p.attributes.interacetabular_distance for p in groups[group]])
        assert distance.mean() == pytest.approx(mean, abs=4 * 5 / np.sqrt(600))
        assert distance.std() == pytest.approx(5, rel=0.12)
        bmi = np.array([p.bmi for p in groups[group]])
        assert np.corrcoef(bmi, distance)[0, 1] == pytest.approx(0.6, abs=0.09)
    assert np.mean([p.age for p in groups["A"]]) - np.mean([p.age for p in groups["B"]]) > 8
    assert np.mean([p.sex == "F" for p in groups["B"]]) == pytest.approx(0.7, abs=0.08)
    assert np.mean([p.implant != "" for p in groups["A"] + groups["B"]]) == pytest.approx(0.1, abs=0.04)
    assert len({p.patient for p in people}) == plan.total
    assert len({p.person.seed for p in people}) == plan.total


def test_a_negative_control_has_no_group_difference_and_the_rest_stays_typical() -> None:
    plan = read_plan(PLAN)
    assert "interacetabular_distance" not in plan.negative_controls
    assert len(plan.negative_controls) == 5
    assert plan.quantities["cortical_thickness"].mean == {"A": 5.5, "B": 5.5}
    assert plan.quantities["neck_shaft_angle"].mean["A"] == TYPICAL.neck_shaft_angle
    assert plan.quantities["neck_shaft_angle"].spread == SPREAD.neck_shaft_angle


def test_a_person_does_not_depend_on_how_many_others_there_are() -> None:
    few, many = read_plan(PLAN), read_plan(PLAN.replace("A: 600, B: 600", "A: 600, B: 9000"))
    assert few.draw(7) == many.draw(7)
    assert few.draw(900) == many.draw(900)


def test_another_attempt_changes_the_shape_and_nothing_else() -> None:
    plan = read_plan(PLAN)
    first, second = plan.draw(3), plan.draw(3, attempt=1)
    assert first.person.scores != second.person.scores
    differing = {name for name, value in asdict(first.person).items() if value != asdict(second.person)[name]}
    assert differing == {"scores"}
    assert first.patient == second.patient


def test_nobody_is_beyond_the_limits() -> None:
    plan = read_plan(PLAN.replace("age: {A: 65", "age: {A: 20"))
    people = [plan.draw(number).person for number in range(200)]
    assert min(p.age for p in people) >= 18
    assert all(0 <= p.attributes.osteoarthritis <= 4 for p in people)
    assert max(abs(score) for p in people for score in p.scores) <= LIMIT


def test_everybody_can_be_filmed_and_has_a_counterpart() -> None:
    plan = read_plan("people: {A: 8, B: 8}\nsize: 64\nattributes: {ring_elongation: {A: 0.78, B: 0.86}}")
    for number in range(plan.total):
        drawn = film(plan, number).drawn
        other = plan.counterpart(drawn)
        moved = other.attributes.ring_elongation - drawn.person.attributes.ring_elongation
        assert moved == pytest.approx(0.08 if drawn.group == "A" else -0.08)
        assert other.scores == drawn.person.scores
        assert other.seed == drawn.person.seed


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the plan is empty"),
        ("people: [", "not YAML"),
        ("people: {A: 3}", "groups A and B"),
        ("people: {A: 3, B: 3, C: 1}", "groups A and B"),
        ("people: {A: -1, B: 3}", "whole numbers"),
        ("people: {A: 1.5, B: 3}", "whole numbers"),
        ("people: 3\ncolour: red", "no 'colour'; known: attributes"),
        ("people: 3\nattributes: {height: 3}", "no 'height'"),
        ("people: 3\nattributes: {neck_shaft_angle: {A: 1, C: 2}}", "no 'C'"),
        ("people: 3\nattributes: {neck_shaft_angle: wide}", "must be numbers"),
        ("people: 3\nattributes: {neck_shaft_angle: {spread: -1}}", "spread must be"),
        ("people: 3\nshares: {female: 1.2}", "between 0 and 1"),
        ("people: 3\ncorrelations: [[age, bmi, 1.5]]", "a number between -1 and 1"),
        ("people: 3\ncorrelations: [[age, tilt, 0.5]]", "know no 'tilt'"),
        (
            "people: 3\n"
            "correlations: [[age, bmi, 0.9], [age, osteoarthritis, 0.9], [bmi, osteoarthritis, -0.9]]",
            "contradict",
        ),
        ("people: 3\nsize: 7", "from 64 to 4096"),
        ("people: 3\nseed: soon", "seed must be"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused_with_the_place(text: str, said: str) -> None:
    with pytest.raises(PlanUnusable, match=said):
        read_plan(text)


def test_attribute_names_are_those_of_the_paper_in_order() -> None:
    assert NAMES[0] == "interacetabular_distance"
    assert len(NAMES) == 6


def test_a_ragged_outline_at_256_pixels_is_still_measured() -> None:
    """This person's heads, on coarse pixels, once sent the circle astray and stopped a registry."""
    plan = read_plan((DOCS / "demo_registry.yaml").read_text())
    read = truth_row(film(plan, 1321))
    planted = float(read["planted_neck_shaft_angle"])
    assert float(read["film_neck_shaft_angle"]) == pytest.approx(planted, abs=12)
