"""``manage.py train`` and ``manage.py render`` from a cohort to frames."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command

from generation.imaging.canonical import pixels_sha256, read_png
from generation.imaging.png import encode_grey
from generation.models import Cohort, Radiograph, Video
from tests.stored import frame_path


@pytest.fixture
def cohort(db):
    """Eight noisy squares of two groups."""
    cohort = Cohort.objects.create(name="squares", n_taken=8)
    rng = np.random.default_rng(0)
    for number in range(8):
        pixels = rng.integers(0, 256, (32, 32), dtype=np.uint8)
        row = Radiograph(
            cohort=cohort,
            patient=f"{number}",
            group=("female", "male")[number % 2],
            age=40.0 + number,
            pixel_sha256=pixels_sha256(pixels),
            rows=32,
            columns=32,
            source_rows=32,
            source_columns=32,
        )
        row.image.save(f"{row.pixel_sha256}.png", ContentFile(encode_grey(pixels)))
    return cohort


def train(out: Path, steps: int, *arguments: str) -> list[str]:
    """Train the tiny preset; the losses as they stand in loss.csv."""
    call_command(
        "train", "--cohort", "squares", "--out", str(out), "--steps", str(steps), "--preset", "tiny",
        "--attributes", "group,age", "--threads", "1", *arguments,
    )  # fmt: skip
    with (out / "loss.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [int(row["step"]) for row in rows] == list(range(steps))
    return [row["loss"] for row in rows]


@pytest.mark.timeout(240)  # four trainings with samples, and torch starts cold
def test_training_writes_a_model_that_renders(cohort, tmp_path, settings):
    out = tmp_path / "models" / "squares"
    losses = train(out, 4)
    assert read_png(out / "samples.png").shape == (2 * 16, 8 * 16)
    assert train(tmp_path / "again", 4) == losses
    assert train(out, 6, "--resume") == train(tmp_path / "straight", 6)

    call_command(
        "render", "--model", "squares", "--folder", "squares", "--from", "female", "--to", "male",
        "--set", "age=44", "--frames", "3", "--steps", "2", "--threads", "1",
    )  # fmt: skip
    video = Video.objects.get()
    assert video.is_complete
    assert video.spec["conditions"] == {"age": 44.0}
    assert read_png(frame_path(video, 2)).shape == (16, 16)


def test_a_super_resolution_stage_is_trained_beside_its_base(cohort, tmp_path):
    out = tmp_path / "stage"
    call_command(
        "train", "--cohort", "squares", "--out", str(out), "--steps", "2", "--threads", "1",
        "--preset", "tiny-sr", "--half",
    )  # fmt: skip
    assert (out / "model.safetensors").exists()
    small, drawn, truth = np.split(read_png(out / "samples.png"), 3)
    assert drawn.shape == (32, 4 * 32)
    assert not np.array_equal(small, truth)


def test_a_training_can_be_checked_before_it_is_started(cohort, tmp_path, capsys):
    arguments = (
        "train", "--cohort", "squares", "--out", str(tmp_path / "x"), "--steps", "1", "--preset", "tiny",
        "--attributes", "group", "--threads", "1", "--batch", "8", "--check",
    )  # fmt: skip
    call_command(*arguments, "--learning-rate", "0.003")
    assert "one batch learned: from" in capsys.readouterr().out
    assert not (tmp_path / "x").exists()
    with pytest.raises(CommandError, match="This training would not work"):
        call_command(*arguments, "--learning-rate", "1e-9")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--cohort", "nothing"), "There is no cohort 'nothing'; there are: squares"),
        (("--attributes", "bmi"), "bmi has fewer than two different values"),
        (("--size", "64"), "its smallest image has 32"),
        (("--batch", "9"), "8 images are fewer than a batch of 9"),
        (("--resume",), "there is nothing to resume"),
    ],
)
def test_training_says_what_is_wrong(cohort, tmp_path, arguments, message):
    with pytest.raises(CommandError, match=message):
        call_command(
            "train", "--cohort", "squares", "--out", str(tmp_path / "x"), "--steps", "1", "--preset", "tiny",
            "--attributes", "group", "--threads", "1", *arguments,
        )  # fmt: skip


def test_a_radiograph_brings_the_conditions_of_its_registry_row(cohort, model):
    radiograph = cohort.radiographs.get(age=43)
    arguments = (
        "render", "--model", "tiny", "--to", "female", "--radiograph", str(radiograph.pk),
        "--frames", "2", "--steps", "2", "--threads", "1",
    )  # fmt: skip
    call_command(*arguments)
    call_command(*arguments, "--set", "age=50")
    videos = list(Video.objects.all())
    assert {(video.group_from, video.group_to) for video in videos} == {("male", "female")}
    assert {video.source_radiograph for video in videos} == {radiograph}
    assert sorted(video.spec["conditions"]["age"] for video in videos) == [43, 50]


def test_a_video_without_a_first_group_is_refused(cohort, model):
    cohort.radiographs.update(group="")
    unknown = str(cohort.radiographs.first().pk)
    for arguments in ((), ("--radiograph", unknown)):
        with pytest.raises(CommandError, match="group of the first frame with --from"):
            call_command("render", "--model", "tiny", "--to", "female", *arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--model", "unknown"), "There is no model 'unknown'"),
        (("--set", "age"), "write NAME=VALUE"),
        (("--to", "child"), "group cannot be 'child'"),
    ],
)
def test_rendering_says_what_is_wrong(model, arguments, message):
    with pytest.raises(CommandError, match=message):
        call_command("render", "--model", "tiny", "--from", "female", "--to", "male", *arguments)
