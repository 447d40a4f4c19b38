from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pytest

from generation.simulation.anatomy import SIDES, build, natural_attributes
from generation.simulation.attributes import TYPICAL
from generation.simulation.measure_mesh import femoral_head
from generation.simulation.rasterise import Camera, ray_length
from generation.simulation.sections import ray_hits
from generation.simulation.shape import ATLAS, LEFT, MIRROR, RIGHT, fit_sphere, mean_bones, shape_model


def person(seed: int) -> np.ndarray:
    return np.clip(np.random.default_rng(seed).standard_normal(25), -2, 2) * 0.85


def test_the_atlas_comes_with_its_licence_and_notice() -> None:
    assert "Mozilla Public License" in (ATLAS.parent / "LICENSE-MPL-2.0").read_text()
    assert "MPL-2.0" in (ATLAS.parent / "NOTICE").read_text()


def test_the_frame_is_symmetric_and_the_right_femur_mirrors_the_left() -> None:
    model, bones = shape_model(), mean_bones()
    left, right = (model.hip(bones, side)[0] for side in SIDES)
    assert np.abs(left * MIRROR - right).max() < 1.0
    assert model.hip(bones, LEFT)[1] == pytest.approx(model.hip(bones, RIGHT)[1])
    hip = bones.pelvis[model.pelvis_part == LEFT] * MIRROR
    nearest = np.linalg.norm(hip - bones.pelvis[model.pelvis_part == RIGHT][model.twin], axis=1)
    assert nearest.mean() < 2.0


def test_the_people_of_the_atlas_measure_as_people_do() -> None:
    with np.load(ATLAS) as file:
        scores = (file["subject_scores"].T / file["sd"]).astype(float)
    angles = [natural_attributes(score).neck_shaft_angle for score in scores]
    radii = [shape_model().hip(shape_model().bones(score), LEFT)[1] for score in scores]
    assert 123 < np.mean(angles) < 130
    assert 2 < np.std(angles) < 6
    assert 21 < np.mean(radii) < 25


@pytest.mark.parametrize("seed", range(4))
def test_no_head_touches_its_socket(seed: int) -> None:
    """In the raw atlas head and socket overlap, by as much as 5 mm."""
    anatomy = build(person(seed), TYPICAL)
    model, bones = shape_model(), anatomy.bones
    for side in SIDES:
        head = bones.femur(side)[model.head]
        centre, _ = fit_sphere(head)
        cranial = head[(head - centre)[:, 2] > 0.5 * anatomy.radius]
        hip = model.pelvis_faces[model.pelvis_part[model.pelvis_faces[:, 0]] == side]
        for point in cranial[::4]:
            way = (point - centre) / np.linalg.norm(point - centre)
            roof = ray_hits(bones.pelvis, hip, centre, way)
            if len(roof):
                assert roof[0] > np.linalg.norm(point - centre) + 0.3


def test_the_mesh_stays_whole_under_every_deformation_at_once() -> None:
    """Shadows of a surface that folds into itself would turn negative."""
    far = TYPICAL.shifted(
        {
            "interacetabular_distance": -13,
            "osteoarthritis": 2.8,
            "foramen_roundness": -0.12,
            "neck_shaft_angle": 7,
            "ring_elongation": 0.12,
        }
    )
    model, bones = shape_model(), build(np.zeros(0), far).bones
    camera = Camera(size=200)
    assert ray_length(bones.pelvis, model.pelvis_faces, camera).min() > -0.5
    for side in SIDES:
        assert ray_length(bones.femur(side), model.faces_of_femur(side), camera).min() > -0.5


def test_asymmetry_moves_osteoarthritis_from_one_side_to_the_other_within_the_scale() -> None:
    even = build(np.zeros(0), TYPICAL.shifted({"osteoarthritis": 0.3}))
    uneven = build(np.zeros(0), even.attributes, asymmetry=3.0)
    assert uneven.osteoarthritis == pytest.approx({LEFT: 3.0, RIGHT: 0.0})
    assert even.osteoarthritis == pytest.approx({LEFT: 1.5, RIGHT: 1.5})


def test_the_head_is_found_without_the_atlas() -> None:
    anatomy = build(person(5), TYPICAL)
    for side in SIDES:
        centre, radius = femoral_head(anatomy.bones.femur(side), side)
        assert np.linalg.norm(centre - anatomy.head[side]) < 1.0
        assert radius == pytest.approx(anatomy.radius, abs=0.8)


def test_an_attribute_that_no_body_has_is_refused_with_what_could_be_had() -> None:
    with pytest.raises(ValueError, match=r"neck_shaft_angle 190 is out of reach .* nearer to the mean"):
        build(np.zeros(0), TYPICAL.shifted({"neck_shaft_angle": 190 - TYPICAL.neck_shaft_angle}))


def test_osteoarthritis_stays_on_its_scale_when_shifted() -> None:
    assert TYPICAL.shifted({"osteoarthritis": 9}).osteoarthritis == 4
    assert TYPICAL.shifted({"osteoarthritis": -9}, part=0.5).osteoarthritis == 0
    assert asdict(TYPICAL.shifted({})) == asdict(TYPICAL)
