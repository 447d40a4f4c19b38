"""The paper's study from set-up to the analyst's export: every answer typed is the rating exported."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import time_machine
from django.contrib.auth.models import Group, User
from django.core import mail
from django.core.management import call_command

from readers.models import Assignment, Study
from tests.journeys.whole_study import BLINDED, EXPLORATORY, PASSWORD, Person, ReaderAtScreen
from tests.readers.conftest import GROUP_A, GROUP_B, frames_at, make_video

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

START = datetime(2026, 2, 27, 9, 0, tzinfo=UTC)
LOCK = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)  # the clocks of Europe change within the washout
OPENING = LOCK + timedelta(days=28)
N_VIDEOS = 30
READERS = {"R1": "Ada Byron", "R2": "Ben Carr", "R3": "Cleo Dahl", "R4": "Dan Erik"}
SPECIALTIES = {"R1": "surgeon", "R2": "surgeon", "R3": "radiologist", "R4": "radiologist"}
BY_KEYBOARD = {"R1": N_VIDEOS, "R2": 4, "R3": 4, "R4": 4}
"""Videos of each phase that a reader sees at the screen; the rest goes through the endpoints of the page."""

CRITERIA = {
    "Pelvic ring": ("elongated", "round"),
    "Distance between the acetabula": None,
    "Osteoarthritis of the hip": None,
    "Density of the bone": None,
    "Subpubic angle": ("narrow", "wide"),
    "Soft tissue": None,
}
"""Name of each final criterion, and its two words of shape; None where it decreases or increases."""
LEFT_OUT = "Grain of the image"


def scores_to_type(code: str) -> np.ndarray:
    """What a reader will answer: videos in the reader's own order × criteria, codes 1 to 5."""
    return np.random.default_rng([28, *code.encode()]).integers(1, 6, size=(N_VIDEOS, len(CRITERIA)))


@pytest.fixture
def clock() -> Iterator[Any]:
    """The server's clock runs on from START; `move_to` sets it."""
    with time_machine.travel(START, tick=True) as traveller:
        yield traveller


@pytest.fixture
def seat(browser: Any, live_server: Any, transactional_db: None) -> Iterator[Callable[..., Any]]:
    """Return a function that seats a person at a browser of their own."""
    people = []

    def make(name: str, kind: type[Person] = Person) -> Any:
        context = browser.new_context(base_url=live_server.url, locale="en-GB")
        context.set_default_timeout(30_000)
        people.append(kind(name, context))
        return people[-1]

    yield make
    assert [problem for person in people for problem in person.problems] == []
    for person in people:
        person.context.close()


@pytest.fixture
def readers(seat: Callable[..., Any]) -> dict[str, ReaderAtScreen]:
    return {code: seat(code.lower(), kind=ReaderAtScreen) for code in SPECIALTIES}


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_the_papers_study_from_set_up_to_the_export(seat, readers, clock, tmp_path) -> None:
    coordinator, analyst = seat("coordinator"), seat("analyst")
    study = set_up(coordinator, analyst, readers, tmp_path)
    explore(readers)
    clock.move_to(LOCK - timedelta(hours=1))
    for person in (coordinator, *readers.values()):
        person.sign_in()
    agree_on_criteria(study, coordinator, readers)
    clock.move_to(LOCK)
    sign_and_lock(study, coordinator, readers)
    clock.move_to(OPENING - timedelta(minutes=1))
    for code, reader in readers.items():
        is_refused(reader, Assignment.objects.get(reader__code=code, phase="blinded", position=1))
    clock.move_to(OPENING + timedelta(minutes=5))
    typed = score_blinded(readers)
    analyst.sign_in()
    assert exported(analyst, tmp_path) == typed
    assert len(typed) == 720
    coordinator.sign_in()
    assert "Table 3" in coordinator.go("/studies/pelvis/results/")
    call_command("verify_audit")


def set_up(coordinator: Person, analyst: Person, readers: dict[str, ReaderAtScreen], folder: Path) -> Study:
    """A study from the protocol's file; people and videos; the coordinator's signature under it."""
    by = User.objects.create_user(coordinator.name, password=PASSWORD, first_name="Cora", last_name="Lead")
    by.groups.add(Group.objects.get_or_create(name="coordinators")[0])
    text = StringIO()
    call_command("study", "example", stdout=text)
    protocol = text.getvalue().replace('A: "women"', f'A: "{GROUP_A}"').replace('B: "men"', f'B: "{GROUP_B}"')
    path = folder / "protocol.yaml"
    path.write_text(protocol.replace(": 30\n  #", f": {N_VIDEOS}\n  #"), encoding="utf-8")
    call_command("study", "import", str(path), by=by.username, stdout=StringIO())
    study = Study.objects.get()
    assert (study.n_exploratory, study.n_blinded, study.washout_days) == (N_VIDEOS, N_VIDEOS, 28)
    for number in range(2 * N_VIDEOS):
        make_video(seed=5_000 + number)
    coordinator.sign_in()
    analyst.accept(invited(coordinator, role="analyst"), "Ana", "Lyst")
    for code, name in READERS.items():
        link = invited(coordinator, role="reader", code=code, specialty=SPECIALTIES[code])
        readers[code].accept(link, *name.split())
    coordinator.go("/studies/pelvis/videos/")
    coordinator.click("Draw the videos")
    coordinator.page.get_by_text(f"{2 * N_VIDEOS} videos are allocated").wait_for()
    coordinator.go(f"/sign/{study.room.public_id}/protocol/")
    coordinator.sign()
    return study


def invited(coordinator: Person, **facts: str) -> str:
    """The coordinator invites somebody; the link in the mail that goes out."""
    coordinator.go("/studies/pelvis/invitations/")
    page = coordinator.page
    page.fill("[name=email]", f"{facts.get('code', facts['role'])}@example.org")
    for name, value in facts.items():
        field = page.locator(f"[name={name}]")
        if name == "code":
            field.fill(value)
        else:
            field.select_option(value)
    coordinator.click("Send the invitation")
    page.get_by_text("The invitation is sent").wait_for()
    (link,) = re.findall(r"https?://\S+(/invitations/\S+)", mail.outbox[-1].body)
    return link


def explore(readers: dict[str, ReaderAtScreen]) -> None:
    """Everybody sees all exploratory videos, and notes one characteristic on each of the first seven."""
    notes = [f"{name} differs" for name in (*CRITERIA, LEFT_OUT)]
    for code, reader in readers.items():
        reader.sign_in()
        reader.test_screen()
        reader.continue_with(EXPLORATORY)
        for number in range(1, N_VIDEOS + 1):
            note = notes[number - 1] if number <= len(notes) else ""
            if number <= BY_KEYBOARD[code]:
                reader.look(number, note)
            else:
                reader.look_by_api(note)
        assert "You have seen all 30 exploratory videos" in reader.go("/read/")


def agree_on_criteria(study: Study, coordinator: Person, readers: dict[str, ReaderAtScreen]) -> None:
    """The notes become candidates, the readers vote, the coordinator writes the criteria and the minutes."""
    room = f"/consensus/{study.room.public_id}/"
    coordinator.go("/studies/pelvis/consensus/")
    page = coordinator.page
    for name in (*CRITERIA, LEFT_OUT):
        cards = page.locator("#pool-title ~ .cards label", has_text=f"{name} differs")
        assert cards.count() == len(readers)
        for card in cards.all():
            card.click()
        page.fill("[name=name]", name)
        coordinator.click("Move")
        page.locator(".candidate h3", has_text=name).wait_for()
    coordinator.click("Open the vote")
    page.get_by_text("0 of 4 readers have voted").wait_for()
    for reader in readers.values():
        reader.go(room)
        reader.click("I am here")
        for name in (*CRITERIA, LEFT_OUT):
            choice = "Leave out" if name == LEFT_OUT else "Include"
            reader.click(f"{choice} {name}")
            reader.page.locator(f"[aria-label='{choice} {name}'][aria-pressed=true]").wait_for()
    coordinator.go(room)
    coordinator.click("Close the vote")
    page.get_by_text("0 to include, 4 to leave out").wait_for()
    coordinator.click("Write the criteria", "link")
    for name, shape in CRITERIA.items():
        row = page.locator(".criterion").last
        row.locator("input[name$=name]").fill(name)
        row.locator("select").select_option("shape" if shape else "magnitude")
        for end, word in zip(("low", "high"), shape or (), strict=False):
            row.locator(f"[name$={end}]").fill(word)
        coordinator.click("Save the draft")
        page.locator(".criterion legend", has_text=name).wait_for()
    page.fill("#minutes", f"Six criteria; {LEFT_OUT} was left out, for it differs between any two videos.")
    coordinator.click("Save the minutes")
    coordinator.click("Propose this draft for signature")
    page.get_by_text("This draft is proposed").wait_for()


def sign_and_lock(study: Study, coordinator: Person, readers: dict[str, ReaderAtScreen]) -> None:
    """The lock waits for four signatures; with it each reader is told when the blinded phase opens."""
    form = f"/consensus/{study.room.public_id}/form/"
    coordinator.sign_in()
    coordinator.go(form)
    coordinator.click("Lock the form")
    coordinator.page.get_by_text("Not signed yet by R1, R2, R3, R4").wait_for()
    for reader in readers.values():
        reader.sign_in()
        reader.go(form)
        reader.sign()
        reader.page.get_by_text("You have signed these criteria").wait_for()
    coordinator.go(form)
    coordinator.click("Lock the form")
    coordinator.page.get_by_text("The form is locked").first.wait_for()
    for reader in readers.values():
        assert "Your blinded phase opens on" in reader.go("/read/")


def is_refused(reader: ReaderAtScreen, case: Assignment) -> None:
    """On day 27 at 23:59 page, API and frames of the first blinded video are closed, and say until when."""
    reader.sign_in()
    assert reader.page.goto(f"/read/{case.public_id}/").status == 403
    assert "washout is not over" in reader.page.inner_text("main")
    for method, address in (("GET", ""), ("POST", "exposures/")):
        status, reply = reader.call(method, f"/api/v1/assignments/{case.public_id}/{address}")
        assert (status, reply["code"]) == (403, "washout")
    for file in (".bundle", "/0.png"):
        assert reader.context.request.get(f"{frames_at(case)}{file}").status == 403
    assert not case.exposures.exists()


def score_blinded(readers: dict[str, ReaderAtScreen]) -> dict[tuple[str, str, str], int]:
    """Everybody scores all blinded videos; returns what was typed, by reader, video and criterion."""
    typed = {}
    for code, reader in readers.items():
        scores = scores_to_type(code).tolist()
        reader.sign_in()
        reader.continue_with(BLINDED)
        for number, row in enumerate(scores, start=1):
            if number <= BY_KEYBOARD[code]:
                reader.score(number, row)
            else:
                reader.score_by_api(row)
            case = Assignment.objects.get(reader__code=code, phase="blinded", position=number)
            typed |= {
                (code, case.study_video.label, name): score for name, score in zip(CRITERIA, row, strict=True)
            }
        assert "You have finished: all 30 videos are scored" in reader.go("/read/")
        reader.click("Sign your answers", "link")
        reader.sign()
    return typed


def exported(analyst: Person, folder: Path) -> dict[tuple[str, str, str], int]:
    """The ratings of the analyst's download, as shown; the code from A to B of each follows from it."""
    analyst.go("/studies/pelvis/results/")
    with analyst.page.expect_download() as download:
        analyst.click("All ratings as CSV", "link")
    path = folder / "ratings.csv"
    download.value.save_as(path)
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    for row in rows:
        as_a_to_b = int(row["score"]) if row["direction"] == "AB" else 6 - int(row["score"])
        assert int(row["score_ab"]) == as_a_to_b
    found = {(row["reader"], row["video"], row["criterion_name"]): int(row["score"]) for row in rows}
    assert len(found) == len(rows)
    return found
