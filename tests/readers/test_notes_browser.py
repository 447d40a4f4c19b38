"""Notes on the reading page in a real browser: tied to frame and place, saved by themselves, found again."""

from __future__ import annotations

import pytest

from readers.models import Observation, Retraction, Submission
from readers.protocol.observations import Mark

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

N_FRAMES, HEIGHT, WIDTH = 6, 40, 56


@pytest.fixture
def world(make_world):
    return make_world(video={"n_frames": N_FRAMES, "height": HEIGHT, "width": WIDTH})


@pytest.fixture
def page(world, signed_in_page):
    """The first exploratory case, ready and standing on its first frame."""
    page = signed_in_page(world.readers[0].user)
    page.goto(f"/read/{world.current(world.readers[0], 'exploratory').public_id}/")
    page.wait_for_selector("#viewer[data-state=ready]")
    page.keyboard.press("Home")
    return page


def place(page, x, y):
    """Where the middle of a pixel of the frame is on the page."""
    box = page.locator("#canvas").bounding_box()
    left, top, width, height = map(int, page.get_attribute("#canvas", "data-box").split())
    return box["x"] + left + (x + 0.5) * width / WIDTH, box["y"] + top + (y + 0.5) * height / HEIGHT


def drag(page, start, end):
    page.mouse.move(*place(page, *start))
    page.mouse.down()
    page.mouse.move(*place(page, *end), steps=5)
    page.mouse.up()


def test_a_note_with_a_box_by_mouse_and_back_to_its_frame(page):
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.click("#note-draw")
    drag(page, (10, 5), (20, 14))
    page.keyboard.type("The ring is longer here")
    page.fill("#note-tags", "ring, shape")
    assert page.inner_text("#note-add") == "Add note to frame 3"
    page.click("#note-add")
    page.wait_for_selector("#note-saved:has-text('note saved')")
    note = Observation.objects.get()
    assert (note.frame, note.mark, note.text, note.tags) == (
        2,
        Mark(10, 5, 11, 10),
        "The ring is longer here",
        ["ring", "shape"],
    )
    page.locator("#canvas").click(position={"x": 5, "y": 5})
    page.keyboard.press("End")
    assert page.locator(".note-box").count() == 0
    page.click(".note-go")
    assert page.get_attribute("#canvas", "data-frame") == "2"
    outline = page.locator(".note-box").bounding_box()
    x, y = place(page, 10, 5)
    assert outline["x"] < x < outline["x"] + outline["width"]
    assert outline["y"] < y < outline["y"] + outline["height"]
    assert page.problems == []


def tab_to(page, name: str) -> None:
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == name:
            return
    raise AssertionError(f"Tab does not come to {name}.")


def test_a_point_by_click_and_one_by_keyboard_alone(page):
    page.click("#note-draw")
    page.mouse.click(*place(page, 30, 20))
    page.keyboard.type("Denser")
    page.click("#note-add")
    page.wait_for_selector("#note-list li:has-text('Denser')")
    page.locator("#note-text").focus()
    page.keyboard.type("1 to 5 and Space are words here")
    tab_to(page, "note-x")
    page.keyboard.type("7")
    tab_to(page, "note-y")
    page.keyboard.type("8")
    page.wait_for_function("() => document.querySelectorAll('.note-point').length === 2")
    tab_to(page, "note-add")
    page.keyboard.press("Enter")
    page.wait_for_selector("#note-list li:has-text('words here')")
    assert page.get_attribute("#canvas", "data-frame") == "0"
    marks = [note.mark for note in Observation.objects.order_by("pk")]
    assert marks == [Mark(30, 20), Mark(7, 8)]


def test_what_is_typed_is_saved_before_the_case_is_finished(world, page):
    page.fill("#note-text", "almost forgotten")
    page.click("#submit")
    page.wait_for_selector("h1:has-text('Video 2 of 2')")
    assert Observation.objects.get().text == "almost forgotten"
    assert Submission.objects.count() == 1


def test_a_note_can_be_taken_back(page):
    page.fill("#note-text", "never mind")
    page.click("#note-add")
    page.click(".note-retract")
    page.wait_for_selector("#note-list li", state="detached")
    assert Retraction.objects.get().observation == Observation.objects.get()
