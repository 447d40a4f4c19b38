"""What engineers see of cohorts, and how they decide about held images in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from PIL import Image

from generation.imaging.canonical import read_png
from generation.imaging.dicom import read_dicom
from generation.imaging.exclusions import KINDS, OTHER
from generation.models import Cohort, HeldImage, HoldDecision, Radiograph
from generation.selectors.words import WORDS
from generation.services.cohorts import Wanted, import_cohort
from generation.services.images import held_file
from tests.generation.imaging.samples import dataset_of

pytestmark = pytest.mark.django_db

REGISTRY = """file,patient,sex,age,group,projection
0.png,P0,F,40,north,AP
1.png,P1,M,50,north,AP
2.png,P2,F,60,south,AP
3.png,P3,M,,south,lateral
gone.png,P4,M,,south,lateral
held.dcm,P5,F,30,south,AP
"""


def picture(seed: int, side: int = 64) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (side, side)).astype(np.uint8)


@pytest.fixture
def engineer(db: None) -> User:
    user = User.objects.create_user("engineer")
    user.groups.add(Group.objects.get_or_create(name="engineers")[0])
    return user


@pytest.fixture
def cohort(db: None, tmp_path: Path) -> Cohort:
    """Four films, a damaged file, a duplicate and a held image of 200 × 200 pixels."""
    folder = tmp_path / "in"
    folder.mkdir()
    for seed in range(4):
        Image.fromarray(picture(seed)).save(folder / f"{seed}.png")
    (folder / "broken.png").write_bytes((folder / "0.png").read_bytes()[:100])
    dataset_of(picture(9, 200), BurnedInAnnotation="YES").save_as(
        folder / "held.dcm", enforce_file_format=True
    )
    (tmp_path / "registry.csv").write_text(REGISTRY)
    import_cohort(wanted=Wanted("films", folder, registry=tmp_path / "registry.csv"), workers=1)
    return Cohort.objects.get()


@pytest.fixture
def page(client: Client, engineer: User, cohort: Cohort) -> Callable[[str], str]:
    client.force_login(engineer)
    return lambda address: client.get(address).content.decode()


def test_the_list_and_the_cohort_say_what_came_and_what_waits(page: Callable[[str], str]) -> None:
    assert "1 image</a>" in page("/cohorts/")
    shown = page("/cohorts/films/")
    for words in (
        "1 image waits for a decision", "2 films", "Standardised difference", "1.41",
        "45.0 (7.1)", "6 files came",
        "damaged: 1", "4 films taken", "1 registry row with a problem",
        "text may be written in the picture: 1", "Age, years: mean (SD)</th>", "Age, years</th>",
    ):  # fmt: skip
        assert words in shown, words
    assert "broken.png" not in shown


def test_the_contact_sheet_filters_and_serves_its_images(
    page: Callable[[str], str], client: Client, cohort: Cohort
) -> None:
    assert page("/cohorts/films/films/").count("<figure>") == 4
    assert page("/cohorts/films/films/?group=south&sex=M").count("<figure>") == 1
    assert "No film is like that" in page("/cohorts/films/films/?group=nowhere")
    film = Radiograph.objects.first()
    answer = client.get(f"/cohorts/films/films/{film.pixel_sha256}.png")
    assert answer.content == Path(film.image.path).read_bytes()
    assert "private" in answer["Cache-Control"]


@pytest.mark.parametrize("address", ["/cohorts/", "/cohorts/films/", "/cohorts/films/films/?sex=F"])
def test_queries_do_not_grow_with_films(page: Callable[[str], str], cohort: Cohort, address: str) -> None:
    with CaptureQueriesContext(connection) as few:
        page(address)
    Radiograph.objects.bulk_create(
        Radiograph(cohort=cohort, patient=f"{n}", pixel_sha256=f"{n:064}", image="x", rows=1, columns=1,
                   source_rows=1, source_columns=1, sex="F")
        for n in range(300)
    )  # fmt: skip
    with CaptureQueriesContext(connection) as many:
        page(address)
    assert len(many) == len(few) <= 18


def test_held_pixels_are_for_engineers_and_gone_after_the_decision(
    page: Callable[[str], str], client: Client, cohort: Cohort
) -> None:
    held = HeldImage.objects.get()
    address = f"/cohorts/films/held/{held.pk}"
    assert client.get(f"{address}.png").content == held_file(held).read_bytes()
    assert "no-store" in client.get(f"{address}.png")["Cache-Control"]
    refused = client.post(f"{address}/", {"decision": "refuse", "reason": ""})
    assert "reason" in refused.content.decode().casefold()
    assert held_file(held).exists()
    client.post(f"{address}/", {"decision": "refuse", "reason": "a name over the hip"})
    assert client.get(f"{address}.png").status_code == 404
    assert client.get(f"{address}/").status_code == 404
    assert "a name over the hip" in page("/cohorts/films/held/")


def test_what_the_form_cannot_mean_is_said_and_nothing_is_lost(
    page: Callable[[str], str], client: Client
) -> None:
    held = HeldImage.objects.get()
    edges = {"left": ["5", ""], "top": ["5", ""], "right": ["900", ""], "bottom": ["9", ""]}
    answer = client.post(f"/cohorts/films/held/{held.pk}/", {"decision": "take", "reason": "why", **edges})
    shown = answer.content.decode()
    assert "inside the image" in shown
    assert 'value="900"' in shown
    assert ">why</textarea>" in shown
    assert not HoldDecision.objects.exists()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_regions_are_drawn_by_pointer_or_typed_by_keyboard(
    signed_in_page: Callable[..., Any], engineer: User, cohort: Cohort
) -> None:
    held = HeldImage.objects.get()
    came = read_png(held_file(held)).copy()
    shown = signed_in_page(engineer)
    shown.goto(f"/cohorts/films/held/{held.pk}/")
    box = shown.locator(".picture canvas").bounding_box()
    scale = box["width"] / held.side
    shown.mouse.move(box["x"] + 20 * scale, box["y"] + 30 * scale)
    shown.mouse.down()
    shown.mouse.move(box["x"] + 80 * scale, box["y"] + 60 * scale, steps=4)
    shown.mouse.up()
    drawn = [
        int(shown.locator(f".region input[name={edge}]").input_value())
        for edge in ("left", "top", "right", "bottom")
    ]
    assert np.abs(np.array(drawn) - [20, 30, 80, 60]).max() <= 1
    opacity = shown.evaluate(
        "document.querySelector('canvas').getContext('2d').getImageData(50, 45, 1, 1).data[3]"
    )
    assert 0 < opacity < 255, "what lies below a region must be seen by whoever decides"
    take = shown.get_by_role("button", name="Take, with these regions black").bounding_box()
    assert take["y"] + take["height"] <= 768
    shown.get_by_role("button", name="Add a region").press("Enter")
    for value in ("100", "110", "150", "160"):
        shown.keyboard.type(value)
        shown.keyboard.press("Tab")
    shown.get_by_label("Reason").fill("names made black")
    shown.get_by_role("button", name="Take, with these regions black").press("Enter")
    shown.get_by_text("Taken into the cohort.").wait_for()
    assert shown.problems == []
    taken = Radiograph.objects.get(patient=held.attributes["patient"])
    left, top, right, bottom = drawn
    came[top:bottom, left:right] = 0
    came[110:160, 100:150] = 0
    assert np.array_equal(read_png(Path(taken.image.path)), came)


# Terminal


def test_the_report_in_the_terminal_says_what_the_page_says(
    cohort: Cohort, capsys: pytest.CaptureFixture
) -> None:
    call_command("cohort", "report", "films")
    said = capsys.readouterr().out
    for words in (
        "north: 2 films, 2 patients",
        "45.0 (7.1)",
        "6 files",
        "− 1 not usable",
        "= 4 taken",
        "Splits",
    ):
        assert words in said
    with pytest.raises(CommandError, match="no cohort"):
        call_command("cohort", "report", "none")


@pytest.mark.parametrize("form", ["dicom", "png"])
def test_an_export_comes_back_as_the_same_cohort_with_other_names(
    cohort: Cohort, tmp_path: Path, form: str
) -> None:
    out = tmp_path / "out"
    call_command("cohort", "export", "films", out=out, format=form)
    call_command("import_cohort", str(out / "images"), registry=out / "registry.csv", name="again", workers=1)
    columns = ("pixel_sha256", "sex", "age", "group", "projection")
    one, other = (
        sorted(Radiograph.objects.filter(cohort__name=name).values_list(*columns), key=str)
        for name in ("films", "again")
    )
    assert one == other
    patients = [
        set(Radiograph.objects.filter(cohort__name=name).values_list("patient", flat=True))
        for name in ("films", "again")
    ]
    assert not patients[0] & patients[1]
    names = {path.stem for path in (out / "images").iterdir()}
    assert not names & set(cohort.radiographs.values_list("pixel_sha256", flat=True))
    with pytest.raises(CommandError, match="there already"):
        call_command("cohort", "export", "films", out=out)


def test_exported_dicom_says_how_it_was_deidentified(cohort: Cohort, tmp_path: Path) -> None:
    import pydicom

    call_command("cohort", "export", "films", out=tmp_path / "out")
    datasets = [pydicom.dcmread(path) for path in sorted((tmp_path / "out" / "images").iterdir())]
    assert len(datasets) == 4
    for dataset in datasets:
        assert dataset.PatientIdentityRemoved == "YES"
        assert dataset.DeidentificationMethod
        codes = [item.CodeValue for item in dataset.DeidentificationMethodCodeSequence]
        assert "113100" in codes
        assert "BurnedInAnnotation" not in dataset
        assert "EthnicGroup" not in dataset
        assert not any(element.tag.is_private for element in dataset.iterall())
    assert len({dataset.SOPInstanceUID for dataset in datasets}) == 4
    film = read_dicom(sorted((tmp_path / "out" / "images").iterdir())[0])
    assert film.grey(film.stored_values()).shape == (64, 64)


def test_one_split_alone_is_exported(cohort: Cohort, tmp_path: Path) -> None:
    for split in ("train", "val", "test"):
        call_command("cohort", "export", "films", out=tmp_path / split, split=split)
    counts = [len(list((tmp_path / split / "images").iterdir())) for split in ("train", "val", "test")]
    assert counts == [cohort.radiographs.filter(split=split).count() for split in ("train", "val", "test")]
    assert sum(counts) == 4


def test_what_an_import_stores_is_said_in_the_language_of_the_page(
    client: Client, engineer: User, cohort: Cohort
) -> None:
    client.force_login(engineer)
    spanish = {"headers": {"accept-language": "es"}}
    with translation.override(
        translation.get_language()
    ):  # the last request's language stays with the thread
        page = client.get("/cohorts/films/", **spanish).content.decode()
        held = client.get("/cohorts/films/held/", **spanish).content.decode()
    assert "dañado" in page
    assert ">damaged" not in page
    assert "BurnedInAnnotation no es NO" in held


def test_every_kind_of_reason_has_words_for_people() -> None:
    assert {kind for _, kind in KINDS} | {OTHER} <= set(WORDS)
