"""The characteriser: learns from simulated films, fills in what the registry lacks, and is off by default."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from generation.imaging.characterise import SURE, LinearCharacteriser, guess, load, save, train
from generation.models import Radiograph
from generation.simulation.plan_file import read_plan
from generation.simulation.presentation import to_grey
from generation.simulation.record import film

PLAN = "{name: small, seed: 3, size: 64, people: {A: 40, B: 40}, shares: {implant: 0.5}}"


@pytest.fixture(scope="module")
def halves() -> tuple[list[np.ndarray], list[str]]:
    """Halves of simulated films: the right hip lies on the left of the picture."""
    plan = read_plan(PLAN)
    pictures, sides = [], []
    for number in range(60):
        grey = to_grey(film(plan, number).brightness)
        pictures += [grey[:, :32], grey[:, 32:]]
        sides += ["right", "left"]
    return pictures, sides


def test_the_default_tells_left_from_right_on_people_it_has_not_seen(
    halves: tuple[list[np.ndarray], list[str]], tmp_path: Path
) -> None:
    pictures, sides = halves
    save(tmp_path / "model.npz", {"laterality": train("laterality", pictures[:80], sides[:80])})
    model = load(str(tmp_path / "model.npz"))["laterality"]
    shares = model.probabilities(pictures[80:])
    assert all(abs(sum(row.values()) - 1) < 1e-9 for row in shares)
    right = sum(max(row, key=row.__getitem__) == side for row, side in zip(shares, sides[80:], strict=True))
    assert right >= 38


def test_gradients_are_right() -> None:
    """The fit of a separable pair with a strong penalty has the closed-form sign and symmetry."""
    dark, bright = (
        np.tile(np.arange(24, dtype=np.uint8) * 10, (24, 1)),
        np.tile(np.arange(24, dtype=np.uint8)[::-1] * 10, (24, 1)),
    )
    model = train("projection", [dark, bright], ["AP", "PA"], penalty=10.0)
    one, other = model.probabilities([dark, bright])
    assert one["AP"] == pytest.approx(other["PA"], abs=1e-6)
    assert one["AP"] > 0.5


def test_only_what_is_sure_is_guessed(tmp_path: Path) -> None:
    weights = np.zeros((24 * 24 + 1, 2))
    picture = np.zeros((30, 30), dtype=np.uint8)
    for bias, expected in ((0.0, {}), (6.0, {"implant": "yes"})):
        weights[-1] = [0, bias]
        path = tmp_path / f"{bias}.npz"
        save(path, {"implant": LinearCharacteriser("implant", ("no", "yes"), weights)})
        assert guess(picture, str(path)) == expected
    assert 0.5 < SURE < 1


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.npz"
    for data in (b"", b"PK\x03\x04", b"no"):
        path.write_bytes(data)
        load.cache_clear()
        with pytest.raises(ValueError, match="no file of a trained"):
            load(str(path))
    with pytest.raises(ValueError, match="two words"):
        train("laterality", [np.zeros((9, 9), dtype=np.uint8)], ["left"])


@pytest.mark.django_db
def test_a_model_is_trained_from_a_cohort_and_fills_in_the_next(
    tmp_path: Path, halves: tuple[list[np.ndarray], list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    """What is learnt from one registry is guessed where another says nothing; guesses teach nobody."""
    lines = ["file,patient,laterality"]
    for folder in ("known", "unknown"):
        (tmp_path / folder).mkdir()
    for number, (picture, side) in enumerate(zip(*halves, strict=True)):
        folder, said = ("known", side) if number < 100 else ("unknown", "")
        Image.fromarray(picture).save(tmp_path / folder / f"{number}.png")
        lines += [f"{number}.png,P{number},{said}"] if said else []
    (tmp_path / "registry.csv").write_text("\n".join(lines))
    call_command("import_cohort", str(tmp_path / "known"), registry=tmp_path / "registry.csv", workers=1)
    model = tmp_path / "model.npz"
    call_command("train_characteriser", "known", out=model)
    said = capsys.readouterr().out
    assert "projection: left out, 0 word(s)" in said
    assert f"Written to {model}: laterality." in said
    load.cache_clear()
    call_command("import_cohort", str(tmp_path / "unknown"), characteriser=model, workers=1)
    guessed = Radiograph.objects.filter(cohort__name="unknown")
    assert guessed.filter(guessed="laterality", laterality__in=("left", "right")).count() >= 15
    with pytest.raises(CommandError, match="nothing to learn"):
        call_command("train_characteriser", "unknown", out=model)


@pytest.mark.django_db
def test_an_import_guesses_only_what_the_registry_lacks(
    tmp_path: Path, textured: Callable[..., np.ndarray]
) -> None:
    weights = np.zeros((24 * 24 + 1, 2))
    weights[-1] = [0, 9]
    model = tmp_path / "model.npz"
    save(model, {"laterality": LinearCharacteriser("laterality", ("left", "right"), weights)})
    folder = tmp_path / "in"
    folder.mkdir()
    for seed in (1, 2):
        Image.fromarray(textured(seed)).save(folder / f"{seed}.png")
    registry = tmp_path / "registry.csv"
    registry.write_text("file,laterality\n1.png,left\n2.png,\n")
    arguments: dict[str, Any] = {"registry": registry, "name": "guessed", "workers": 1}
    call_command("import_cohort", str(folder), **arguments, characteriser=model)
    said = set(Radiograph.objects.values_list("laterality", "guessed"))
    assert said == {("left", ""), ("right", "laterality")}
    call_command("import_cohort", str(folder), **{**arguments, "name": "plain"})
    assert set(Radiograph.objects.filter(cohort__name="plain").values_list("laterality", "guessed")) == {
        ("left", ""), ("", ""),
    }  # fmt: skip
