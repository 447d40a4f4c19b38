from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import ConvexHull

from generation.simulation.rasterise import Camera, Spans, ray_length
from generation.simulation.sections import ray_hits
from generation.simulation.shape import mean_bones, shape_model


def ball(radius: float, count: int = 3000) -> tuple[np.ndarray, np.ndarray]:
    """A Fibonacci sphere and its convex hull, faces outward."""
    k = np.arange(count) + 0.5
    polar, turn = np.arccos(1 - 2 * k / count), np.pi * (1 + 5**0.5) * k
    points = radius * np.c_[np.cos(turn) * np.sin(polar), np.sin(turn) * np.sin(polar), np.cos(polar)]
    return points, outward(points, ConvexHull(points).simplices)


def outward(points: np.ndarray, faces: np.ndarray) -> np.ndarray:
    a, b, c = points[faces].transpose(1, 0, 2)
    inside = (np.cross(b - a, c - a) * (a - points.mean(0))).sum(1) < 0
    return np.where(inside[:, None], faces[:, ::-1], faces).astype(np.int64)


def test_rays_through_a_ball_have_the_length_of_their_chords() -> None:
    points, faces = ball(50.0)
    camera = Camera(size=128)
    lengths = ray_length(points, faces, camera)

    offset = (np.arange(128) + 0.5) * camera.pixel - camera.field / 2
    ray = np.stack(np.broadcast_arrays(offset[None], 1080.0, -offset[:, None]), axis=-1)
    ray = ray / np.linalg.norm(ray, axis=-1, keepdims=True)
    source = np.array([0.0, -950.0, 0.0])
    closest = np.linalg.norm(np.cross(np.broadcast_to(-source, ray.shape), ray), axis=-1)
    chord = 2 * np.sqrt(np.clip(50.0**2 - closest**2, 0, None))
    assert np.abs(lengths - chord)[np.abs(closest - 50) > 2].max() < 0.4


@pytest.mark.parametrize("size", [64, 256])
def test_lengths_agree_with_ray_casting_on_a_real_pelvis(size: int) -> None:
    model, camera = shape_model(), Camera(size=size)
    pelvis = mean_bones().pelvis
    lengths = ray_length(pelvis, model.pelvis_faces, camera)
    source = np.array([0.0, camera.source_y, 0.0])
    rng = np.random.default_rng(7)
    rows, columns = np.nonzero(lengths > 1)
    for pick in rng.choice(len(rows), 30, replace=False):
        row, column = rows[pick], columns[pick]
        pixel = np.array(
            [
                (column + 0.5) * camera.pixel - camera.field / 2,
                camera.detector_y,
                camera.field / 2 - (row + 0.5) * camera.pixel,
            ]
        )
        way = (pixel - source) / np.linalg.norm(pixel - source)
        hits = ray_hits(pelvis, model.pelvis_faces, source, way)
        assert lengths[row, column] == pytest.approx((hits[1::2] - hits[::2]).sum(), abs=0.05)


def test_volume_is_kept_at_every_film_size() -> None:
    model, pelvis = shape_model(), mean_bones().pelvis
    a, b, c = pelvis[model.pelvis_faces].transpose(1, 0, 2)
    volume = (a * np.cross(b, c)).sum() / 6
    for size in (64, 300):
        camera = Camera(size=size, source_y=-1e6, detector_y=100.0)  # all but parallel light
        seen = ray_length(pelvis, model.pelvis_faces, camera).sum() * camera.pixel**2
        assert seen == pytest.approx(volume, rel=0.01)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), count=st.integers(4, 30), size=st.sampled_from([16, 33, 64]))
def test_a_closed_mesh_leaks_nothing(seed: int, count: int, size: int) -> None:
    points = np.random.default_rng(seed).uniform(-120, 120, (count, 3))
    faces = outward(points, ConvexHull(points).simplices)
    camera = Camera(size=size)
    crossings = Spans(points, faces, camera).signed_sum(np.ones(count))
    assert np.abs(crossings).max() < 1e-9  # as many ways in as out, on every ray
    assert ray_length(points, faces, camera).min() > -1e-6


def test_a_mesh_that_leaves_the_film_is_cut_off_at_its_edge() -> None:
    points, faces = ball(60.0)
    whole = ray_length(points, faces, Camera(size=64, field=430.0))
    part = ray_length(points, faces, Camera(size=16, field=107.5))
    assert np.abs(whole[24:40, 24:40] - part).max() < 1e-6


def test_mean_of_a_vertex_value_is_that_of_the_two_surfaces() -> None:
    points, faces = ball(50.0)
    (depth,) = Spans(points, faces, Camera(size=65)).means(points[:, 1])
    assert depth[32, 32] == pytest.approx(0.0, abs=0.1)
    (height,) = Spans(points, faces, Camera(size=65)).means(points[:, 2])
    assert height[28, 32] == pytest.approx(4 * 430 / 65 * 950 / 1080, rel=0.1)
    assert height[0, 0] == 0
