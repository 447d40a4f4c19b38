from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
import pytest

from generation.simulation.attributes import NAMES, SPREAD, TYPICAL
from generation.simulation.film import build_scene, camera_of, develop, render, render_path
from generation.simulation.grain import core_density, grain_tile
from generation.simulation.person import Exposure, Person, Pose
from generation.simulation.presentation import brightness_of
from generation.simulation.projection import FEMUR
from generation.simulation.rasterise import Camera
from generation.simulation.shape import LEFT
from generation.simulation.tissue import bowel_gas, soft_tissue

PERSON = Person(seed=11, attributes=TYPICAL)


def stream(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_the_same_person_gives_the_same_film_and_another_seed_another() -> None:
    film = render(PERSON, 128)
    assert film.shape == (128, 128)
    assert film.dtype == np.uint8
    assert hashlib.sha256(film.tobytes()).digest() == hashlib.sha256(render(PERSON, 128).tobytes()).digest()
    assert (film != render(replace(PERSON, seed=12), 128)).mean() > 0.5


def test_a_film_uses_its_grey_scale_and_hangs_as_a_radiograph() -> None:
    film = render(PERSON, 256).astype(float)
    assert film[:, :3].mean() < 25  # air beside the body is dark
    assert np.percentile(film, 99.5) > 225
    assert 60 < film.mean() < 150
    # The spine is above, the legs below: bone runs down both sides of the lower edge, not its middle.
    low = film[-20:].mean(0)
    assert min(low[60:80].max(), low[176:196].max()) > low[118:138].min() + 30


def test_a_left_hip_replacement_shows_on_the_right_of_the_film_and_nowhere_else() -> None:
    plain, metal = (render(replace(PERSON, implant=side), 256).astype(float) for side in ("", "left"))
    white = (metal > 250) & (plain < 235)
    columns = np.nonzero(white)[1]
    assert len(columns) > 150
    assert (columns > 128).mean() > 0.99
    # The other side keeps its grey scale, within the window's own adaptation.
    assert np.abs(metal - plain)[:, :110].mean() < 25


@pytest.mark.parametrize("attribute", NAMES)
def test_the_counterpart_shares_noise_gas_and_body_and_differs_where_the_attribute_is(attribute: str) -> None:
    other = PERSON.counterpart({attribute: getattr(SPREAD, attribute)})
    assert replace(other, attributes=PERSON.attributes) == PERSON
    camera = camera_of(PERSON, 128)
    for draw in (soft_tissue, bowel_gas):
        assert np.array_equal(draw(PERSON, camera, stream()), draw(other, camera, stream()))
    difference = np.abs(render(PERSON, 128).astype(float) - render(other, 128))
    assert difference.max() > 8
    assert np.median(difference) < 4  # independent noise alone would give more than this in the abdomen
    abdomen = difference[2:14, 30:50]
    assert abdomen.mean() < 4


def test_the_path_to_the_counterpart_is_even() -> None:
    shift = {"interacetabular_distance": -8.0, "osteoarthritis": 1.5}
    along = [PERSON.counterpart(shift, part).attributes for part in (0, 0.25, 0.5, 0.75, 1)]
    assert along[0] == TYPICAL
    steps = np.diff([point.interacetabular_distance for point in along])
    assert steps == pytest.approx([-2.0] * 4)
    assert along[-1].osteoarthritis == pytest.approx(2.7)


def test_grain_moves_with_the_bone() -> None:
    """The femur that 10 mm more distance carries outwards takes its grain along."""
    camera = Camera(size=512)
    moved = PERSON.counterpart({"interacetabular_distance": 10.0})
    shadows = [build_scene(person, 512).shadows[FEMUR[LEFT]] for person in (PERSON, moved)]
    grains = [core_density(FEMUR[LEFT], shadow, 0.16, np.zeros(2)) - 1 for shadow in shadows]
    before, after = (grain[240:330, 360:470] for grain in grains)
    pixels = round(5.0 * camera.magnification / camera.pixel)
    carried = grains[1][240:330, 360 + pixels : 470 + pixels]
    in_bone = (before != 0) & (carried != 0)
    assert np.corrcoef(before[in_bone], carried[in_bone])[0, 1] > 0.9
    both = (before != 0) & (after != 0)
    assert np.corrcoef(before[both], after[both])[0, 1] < 0.7


def test_the_grain_tile_has_unit_spread_and_repeats_without_a_seam() -> None:
    tile = grain_tile()
    assert tile.std() == pytest.approx(1)
    seam = np.abs(tile[:, 0] - tile[:, -1]).mean()
    inside = np.abs(np.diff(tile, axis=1)).mean()
    assert seam < 1.5 * inside


def test_less_dose_is_more_noise() -> None:
    quiet, noisy = (
        render(replace(PERSON, exposure=Exposure(dose=dose), gas=0.0), 256).astype(float)
        for dose in (2e6, 2e4)
    )
    grain = [np.diff(film[20:60, 60:90], axis=1).std() for film in (quiet, noisy)]
    assert grain[1] > 2 * grain[0]


def test_scatter_takes_contrast() -> None:
    scenes = [
        build_scene(replace(PERSON, exposure=Exposure(scatter=scatter, dose=1e9)), 128) for scatter in (0, 3)
    ]
    assert not np.array_equal(develop(scenes[0]), develop(scenes[1]))


@pytest.mark.parametrize("bmi", [18.0, 45.0])
def test_a_body_of_any_size_makes_a_film(bmi: float) -> None:
    camera = camera_of(PERSON, 128)
    tissue = soft_tissue(replace(PERSON, bmi=bmi), camera, stream())
    middle = tissue[50:70, 60:68].mean()
    assert middle == pytest.approx(200 + 6.2 * (bmi - 25), rel=0.2)
    assert np.ptp(render(replace(PERSON, bmi=bmi), 128)) > 200


def test_pose_tilts_the_ring_and_hides_no_bone() -> None:
    level, inlet = (build_scene(replace(PERSON, pose=Pose(tilt=tilt)), 128, grain=False) for tilt in (-6, 8))
    rows = [np.flatnonzero(scene.shadows["sacrum"].total.any(1)) for scene in (level, inlet)]
    assert rows[1][-1] < rows[0][-1]  # an inlet view lifts the tip of the sacrum


def test_an_empty_signal_is_developed_without_a_body() -> None:
    nothing, camera = np.zeros((64, 64)), Camera(size=64)
    assert brightness_of(nothing, camera).max() == 0


def test_the_films_of_a_path_begin_with_the_person_and_move_evenly() -> None:
    shift = {"interacetabular_distance": -12.0}
    films = [film.astype(float) for film in render_path(PERSON, shift, (0, 0.5, 1), 128)]
    assert np.array_equal(films[0], render(PERSON, 128))
    half, whole = (np.abs(film - films[0]).mean() for film in films[1:])
    assert 0.3 < half / whole < 0.9
    air = films[0] == 0
    assert np.abs(films[2] - films[0])[air].mean() < 0.1
