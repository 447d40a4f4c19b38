"""Notes that cannot be lost: kept on the device until the server has them, whatever happens on the way."""

from __future__ import annotations

import pytest
from django.contrib.sessions.models import Session

from readers.models import Observation
from readers.services.participation import pause_reader, resume_reader

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "a long enough password"
KEPT = "#note-saved:has-text('kept on this device')"
SAVED = "#note-saved:has-text('note saved')"


@pytest.fixture
def world(make_world, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    world = make_world()
    world.readers[0].user.set_password(PASSWORD)
    world.readers[0].user.save()
    return world


@pytest.fixture
def page(world, signed_in_page):
    """The first exploratory case, ready and standing on its first frame."""
    page = signed_in_page(world.readers[0].user)
    page.goto(f"/read/{world.current(world.readers[0], 'exploratory').public_id}/")
    page.wait_for_selector("#viewer[data-state=ready]")
    page.keyboard.press("Home")
    return page


def note(page, text):
    page.fill("#note-text", text)
    page.click("#note-add")


def texts():
    return list(Observation.objects.order_by("pk").values_list("text", flat=True))


def test_a_note_goes_out_once_the_server_is_back_and_a_draft_survives_a_reload(page):
    down = [True]
    page.route("**/observations/", lambda route: route.fulfill(status=502) if down else route.continue_())
    note(page, "kept")
    page.wait_for_selector(KEPT)
    assert "cannot be reached" in page.inner_text("#note-trouble")
    down.clear()
    page.wait_for_selector(SAVED)
    assert texts() == ["kept"]
    page.fill("#note-text", "half a th")
    page.reload()
    page.wait_for_selector("#viewer[data-state=ready]")
    page.wait_for_selector("#note-list li:has-text('kept')")
    assert page.input_value("#note-text") == "half a th"


def test_a_note_that_could_not_go_out_is_sent_from_the_home_page(page):
    page.context.route("**/observations/", lambda route: route.abort())
    note(page, "left behind")
    page.wait_for_selector(KEPT)
    page.context.unroute("**/observations/")
    page.goto("/read/")
    page.wait_for_selector("#waiting:has-text('is saved now')")
    assert texts() == ["left behind"]


def test_a_pause_keeps_a_note_until_the_reading_goes_on(world, page):
    reader = world.readers[0]
    pause_reader(reader=reader, reason="on leave", by=world.coordinator)
    note(page, "seen before the pause")
    page.wait_for_selector("#note-trouble:has-text('has paused your reading')")
    assert texts() == []
    resume_reader(reader=reader, reason="back", by=world.coordinator)
    page.reload()
    page.wait_for_selector("#note-list li:has-text('seen before the pause')")
    assert texts() == ["seen before the pause"]


def test_a_session_that_ends_is_taken_up_in_place(page):
    Session.objects.all().delete()
    note(page, "signed out meanwhile")
    page.wait_for_selector("#sign-in[open]")
    page.fill("#sign-in input[type=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(SAVED)
    assert texts() == ["signed out meanwhile"]


def test_the_words_of_a_note_that_is_refused_stay_in_the_form(page):
    page.fill("#note-x", "9999")
    page.fill("#note-y", "1")
    note(page, "far outside")
    page.wait_for_selector("#note-trouble:has-text('outside the image')")
    assert (page.input_value("#note-text"), page.input_value("#note-x"), texts()) == (
        "far outside",
        "9999",
        [],
    )
    page.fill("#note-x", "1")
    page.click("#note-add")
    page.wait_for_selector(SAVED)
    assert texts() == ["far outside"]
