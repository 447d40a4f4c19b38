from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, User

from generation.imaging.png import encode_grey
from generation.selectors.trainings import POINTS, trainings


@pytest.fixture
def folder(settings):
    """A base stage after 1,000 steps, with samples, whose last line is being written."""
    folder = settings.MODELS_ROOT / "pelvis"
    (folder / "super_resolution").mkdir(parents=True)
    lines = [f"{step},{1 / (1 + step / 100):.6f},0.5,0.100" for step in range(1000)]
    (folder / "loss.csv").write_text("\n".join(["step,loss,gradient,seconds", *lines, "1000,0.0"]))
    (folder / "super_resolution" / "loss.csv").write_text("step,loss,gradient,seconds\n")
    import numpy as np

    (folder / "samples.png").write_bytes(encode_grey(np.zeros((4, 4), np.uint8)))
    return folder


@pytest.fixture
def engineer(client, db):
    user = User.objects.create_user("engineer")
    user.groups.add(Group.objects.get_or_create(name="engineers")[0])
    client.force_login(user)
    return client


@pytest.mark.django_db
def test_a_running_training_is_told_by_its_folder(folder):
    (training,) = trainings()
    (stage,) = training.stages
    assert (training.name, stage.steps, stage.first_loss, stage.config) == ("pelvis", 1000, 1.0, None)
    assert stage.last_loss == pytest.approx(0.0911, abs=1e-3)
    points = [tuple(map(float, point.split(","))) for point in stage.curve.split()]
    assert len(points) <= POINTS
    assert points[0] == (0.0, 0.0)
    assert points[-1] == (720.0, 240.0)
    assert points == sorted(points)


def test_pages_show_curve_and_samples(engineer, folder):
    page = engineer.get("/trainings/").content.decode()
    assert "pelvis" in page
    page = engineer.get("/trainings/pelvis/").content.decode()
    assert "<polyline" in page
    assert "not finished" in page
    assert 'src="/trainings/pelvis/samples/0.png"' in page
    samples = b"".join(engineer.get("/trainings/pelvis/samples/0.png").streaming_content)
    assert samples == (folder / "samples.png").read_bytes()


@pytest.mark.parametrize("address", ["other/", "pelvis/samples/1.png", "..%2Fpelvis/"])
def test_what_is_not_there_is_not_found(engineer, folder, address):
    assert engineer.get(f"/trainings/{address}").status_code == 404
