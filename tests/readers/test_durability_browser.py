"""Answers that cannot be lost: real Chromium, and afterwards what the database holds."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session

from readers.models import Answer, AuditEvent, Exposure, Submission, ViewingEvent
from readers.selectors.answer_check import altered_answers
from readers.services.participation import pause_reader, resume_reader

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "a long enough password"
KEPT = "#saved:has-text('kept on this device')"
SAVED = "#saved:text-matches('saved [0-9:]{8}')"


@pytest.fixture
def world(make_world, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    world = make_world(n_exploratory=0, n_blinded=2, n_readers=2)
    world.lock_form()
    for reader in world.readers:
        reader.user.set_password(PASSWORD)
        reader.user.save()
    return world


@pytest.fixture
def case(world):
    return world.current(world.readers[0])


@pytest.fixture
def reading(world, case, signed_in_page):
    """Return a function that opens the first reader's case, in the browser of `beside` or in a new one."""

    def reading(beside=None):
        page = beside.context.new_page() if beside else signed_in_page(world.readers[0].user)
        show(page, case)
        return page

    return reading


def show(page, case):
    page.goto(f"/read/{case.public_id}/")
    page.wait_for_selector("#viewer[data-state=ready]")


def stored(case=None):
    answers = (
        Answer.objects.order_by("pk")
        if case is None
        else Answer.objects.filter(assignment=case).order_by("pk")
    )
    return [(a.criterion.key, a.version, a.score or a.kind) for a in answers]


def is_shown(page, key, score):
    page.wait_for_selector(f"fieldset[data-key={key}]:has(input[value='{score}']:checked)")


def press(page, keys):
    for key in keys:
        page.keyboard.press(key)


def waits(page):
    """Answers that this browser keeps."""
    return page.evaluate(
        """() => new Promise((done) => {
          const request = indexedDB.open("counterpart");
          request.onsuccess = () => {
            const rows = request.result.transaction("answers").objectStore("answers").getAll();
            rows.onsuccess = () => {
              request.result.close();
              done(rows.result.map((row) => row.answer.score));
            };
          };
        })"""
    )


def test_two_tabs_show_and_store_one_answer(reading, case):
    first = reading()
    second = reading(beside=first)
    press(first, "4")
    is_shown(second, "ring", 4)
    press(second, ["ArrowUp", "2"])
    is_shown(first, "ring", 2)
    second.wait_for_selector(SAVED)
    press(first, "5")
    is_shown(second, "distance", 5)
    first.wait_for_function("() => !document.getElementById('submit').disabled")
    first.keyboard.press("Enter")
    second.wait_for_url("**/read/")
    assert stored(case) == [("ring", 1, 4), ("ring", 2, 2), ("distance", 1, 5)]
    assert Submission.objects.filter(assignment=case).count() == 1


def test_a_tab_says_saved_when_another_tab_has_sent_its_answer(reading, case):
    first = reading()
    second = reading(beside=first)
    held = []
    first.route("**/answers/**", lambda route: route.continue_() if held else held.append(route))
    with first.expect_request("**/answers/**"):
        press(first, "4")
    press(second, ["ArrowUp", "2"])
    is_shown(first, "ring", 2)
    held[0].continue_()
    second.wait_for_selector(SAVED)
    assert stored(case) == [("ring", 1, 4), ("ring", 2, 2)]


def test_a_pause_keeps_what_was_answered_meanwhile(world, reading, case):
    page, reader = reading(), world.readers[0]
    pause_reader(reader=reader, reason="on leave", by=world.coordinator)
    press(page, "4")
    page.wait_for_selector("#trouble:has-text('has paused your reading')")
    page.goto("/read/")
    page.wait_for_selector("#waiting:has-text('has paused your reading')")
    assert (waits(page), stored()) == ([4], [])
    resume_reader(reader=reader, reason="back", by=world.coordinator)
    show(page, case)
    page.wait_for_selector(SAVED)
    is_shown(page, "ring", 4)
    assert (waits(page), stored()) == ([], [("ring", 1, 4)])


KEEP = """([person, caseUrl]) => new Promise((done) => {
  const request = indexedDB.open("counterpart");
  request.onsuccess = () => {
    const answer = { kind: "score", score: 2, reason: "", idempotency_key: crypto.randomUUID() };
    const kept = request.result.transaction("answers", "readwrite");
    kept.objectStore("answers").add({ person, caseUrl, key: "ring", answer, base: 0 });
    kept.oncomplete = () => { request.result.close(); done(); };
  };
})"""


def test_an_answer_to_another_video_that_is_refused_is_told(reading, case):
    page = reading()
    person = page.get_attribute("#viewer", "data-person")
    page.evaluate(KEEP, [person, f"/api/v1/assignments/{uuid4()}/"])
    show(page, case)
    page.wait_for_selector("#trouble:has-text('to another video, kept on this device')")
    assert (waits(page), stored()) == ([], [])


@pytest.mark.parametrize("status", [200, 404])
def test_a_page_of_something_on_the_way_is_no_answer_of_the_server(reading, status):
    page = reading()
    page.route("**/answers/**", lambda route: route.fulfill(status=status, body="<h1>Sign in</h1>"))
    press(page, "4")
    page.wait_for_selector(KEPT)
    assert (waits(page), stored()) == ([4], [])
    page.unroute("**/answers/**")
    page.wait_for_selector(SAVED)
    assert (waits(page), stored()) == ([], [("ring", 1, 4)])


def test_an_answer_of_another_computer_is_not_superseded_unseen(reading, case):
    here, there = reading(), reading()
    press(there, "4")
    there.wait_for_selector(SAVED)
    press(here, "1")
    here.wait_for_selector("#trouble:has-text('answered in another window')")
    is_shown(here, "ring", 4)
    assert stored() == [("ring", 1, 4)]
    press(here, ["ArrowUp", "1"])
    here.wait_for_selector(SAVED)
    assert stored() == [("ring", 1, 4), ("ring", 2, 1)]
    there.evaluate("dispatchEvent(new Event('focus'))")
    is_shown(there, "ring", 1)


def test_a_double_click_is_one_answer_and_one_submission(reading, case):
    page = reading()
    for key in ("ring", "distance"):
        page.dblclick(f"fieldset[data-key={key}] label:has(input[value='3'])")
    page.wait_for_selector(SAVED)
    page.dblclick("#submit", no_wait_after=True)
    page.wait_for_url(lambda url: str(case.public_id) not in url)
    assert stored() == [("ring", 1, 3), ("distance", 1, 3)]
    assert Submission.objects.count() == 1


def test_the_back_button_shows_no_submitted_case_again(reading, case):
    page = reading()
    press(page, ["3", "3", "Enter"])
    page.wait_for_url(lambda url: str(case.public_id) not in url)
    page.wait_for_selector("#viewer[data-state=ready]")
    n = Exposure.objects.filter(assignment=case).count()
    page.go_back()
    page.wait_for_selector("text=/not open to you|What to do next|Blinded phase/")
    assert Exposure.objects.filter(assignment=case).count() == n == 1
    assert len(stored(case)) == 2


def test_a_reload_in_the_middle_of_saving_loses_and_doubles_nothing(reading, case):
    page = reading()
    held = []
    page.route("**/answers/**", lambda route: route.continue_() if held else held.append(route))
    press(page, "45")
    page.wait_for_selector("#saved:has-text('saving')")
    page.wait_for_function("() => true")
    assert stored() == []
    page.unroute_all(behavior="ignoreErrors")
    page.reload()
    page.wait_for_selector(SAVED)
    is_shown(page, "ring", 4)
    is_shown(page, "distance", 5)
    assert stored() == [("ring", 1, 4), ("distance", 1, 5)]
    assert waits(page) == []


def test_a_reply_that_was_lost_does_not_double_the_answer(reading, case):
    page = reading()
    lost = []

    def lose_the_first_reply(route):
        if lost:
            route.continue_()
        else:
            lost.append(route.fetch())  # the server stores it
            route.abort()

    page.route("**/answers/**", lose_the_first_reply)
    press(page, "4")
    page.wait_for_selector(SAVED)
    assert lost[0].ok
    assert stored() == [("ring", 1, 4)]


def test_offline_and_back(reading, case):
    page = reading()
    page.context.set_offline(True)
    press(page, ["2", "3", "ArrowUp", "4"])
    page.wait_for_selector(KEPT)
    assert waits(page) == [2, 3, 4]
    assert stored() == []
    page.context.set_offline(False)
    page.wait_for_selector(SAVED)
    assert stored() == [("ring", 1, 2), ("distance", 1, 3), ("ring", 2, 4)]
    assert waits(page) == []
    assert altered_answers()[1] == []


def test_what_was_kept_offline_is_sent_on_the_next_visit(reading, case):
    page = reading()
    context = page.context
    context.set_offline(True)
    press(page, "2")
    page.wait_for_selector(KEPT)
    page.close()
    context.set_offline(False)
    home = context.new_page()
    home.goto("/read/")
    home.wait_for_selector("#waiting:has-text('is saved now')")
    assert stored() == [("ring", 1, 2)]


def test_signing_in_again_in_place_keeps_everything(reading, case):
    page = reading()
    Session.objects.all().delete()
    press(page, "2")
    page.wait_for_selector("#sign-in[open]")
    press(page, "not this one")
    page.keyboard.press("Enter")
    page.wait_for_selector("#sign-in [role=alert]:has-text('do not match')")
    assert stored() == []
    page.fill("#sign-in input[type=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(SAVED)
    press(page, ["5", "Enter"])
    page.wait_for_url(lambda url: str(case.public_id) not in url)
    assert stored(case) == [("ring", 1, 2), ("distance", 1, 5)]
    assert Exposure.objects.filter(assignment=case).count() == 1


def test_nothing_goes_out_under_another_persons_sign_in(reading, world, case, client, live_server):
    page = reading()
    client.force_login(world.readers[1].user)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    press(page, "2")
    page.wait_for_selector("#sign-in[open]:has-text('Somebody else is signed in')")
    other = page.context.new_page()
    show(other, world.current(world.readers[1]))
    press(other, "5")
    other.wait_for_selector(SAVED)
    assert [(a.answered_by, a.score) for a in Answer.objects.all()] == [(world.readers[1].user, 5)]
    assert waits(page) == [2]
    page.fill("#sign-in input[type=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(SAVED)
    assert stored(case) == [("ring", 1, 2)]


def test_undo_by_key_and_by_button(reading, case):
    page = reading()
    press(page, ["2", "ArrowUp", "4"])
    page.keyboard.press("Control+z")
    is_shown(page, "ring", 2)
    page.click("#undo")
    page.wait_for_selector("fieldset[data-key=ring]:not(:has(:checked))")
    assert page.is_disabled("#undo")
    assert "Not answered: 1, 2" in page.inner_text("#saved")
    page.wait_for_selector(SAVED)
    assert stored() == [("ring", 1, 2), ("ring", 2, 4), ("ring", 3, 2), ("ring", 4, "withdrawn")]


def test_cannot_judge_by_keyboard_and_by_mouse(reading, case):
    page = reading()
    press(page, "0")
    press(page, "Motion 1")
    page.keyboard.press("Enter")
    page.wait_for_selector(SAVED)
    assert "distance" in page.inner_text("#question")
    page.click("fieldset[data-key=distance] .cannot")
    page.click("fieldset[data-key=distance] [data-reason='Image quality']")
    page.wait_for_function("() => !document.getElementById('submit').disabled")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: str(case.public_id) not in url)
    answers = Answer.objects.filter(assignment=case).order_by("pk")
    assert [(a.kind, a.score, a.reason) for a in answers] == [
        ("cannot_judge", None, "Motion 1"),
        ("cannot_judge", None, "Image quality"),
    ]


def test_a_reason_that_is_not_given_leaves_the_answer_as_it_was(reading, case):
    page = reading()
    press(page, ["4", "ArrowUp", "0"])
    page.keyboard.press("Escape")
    is_shown(page, "ring", 4)
    page.wait_for_selector(SAVED)
    assert stored() == [("ring", 1, 4)]


def test_the_log_tells_what_was_seen_and_for_how_long(reading, case):
    page = reading()
    page.mouse.move(400, 300)
    press(page, ["Home", "End", "3", "3"])
    page.wait_for_selector(SAVED)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: str(case.public_id) not in url)
    page.wait_for_selector("#viewer[data-state=ready]")
    events = ViewingEvent.objects.filter(assignment=case).order_by("sequence")
    kinds = [event.kind for event in events]
    assert {"open", "input", "frames", "answer"} <= set(kinds)
    assert [event.sequence for event in events] == list(range(len(kinds)))
    assert len({event.sitting for event in events}) == 1
    assert "score" not in str([event.data for event in events])
    assert not AuditEvent.objects.filter(action="reading.refused").exists()
