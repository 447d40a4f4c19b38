"""Without a mouse, without motion, without colours of one's own: the pages still work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from readers.models import Answer, Submission
from tests.readers.conftest import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FOCUSED = """() => {
  const element = document.activeElement;
  const seen = element.closest("label:has(:focus-visible)") ?? element;
  const style = getComputedStyle(seen);
  const box = seen.getBoundingClientRect();
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return {
    words: (element.getAttribute("aria-label") ?? element.innerText).trim() || element.name,
    outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    on_top: seen.contains(top) || top?.contains(seen),
  };
}"""

N_CONTROLS = """() => Array.from(document.querySelectorAll("#viewer button:not(:disabled), #viewer a"))
    .filter((element) => element.checkVisibility()).length"""


def focus_order(page: Any, *, n: int) -> list[dict[str, Any]]:
    """What the first `n` presses of Tab come to."""
    found = []
    for _ in range(n):
        page.keyboard.press("Tab")
        found.append(page.evaluate(FOCUSED))
    return found


@pytest.fixture
def viewer(blinded: World, signed_in_page: Callable[..., Any]) -> Any:
    page = signed_in_page(blinded.readers[0].user)
    page.goto(f"/read/{blinded.current(blinded.readers[0]).public_id}/")
    page.wait_for_selector("#viewer[data-state=ready]")
    return page


def test_the_skip_link_comes_first_and_leads_to_the_content(blinded, signed_in_page) -> None:
    page = signed_in_page(blinded.coordinator)
    page.goto("/studies/pelvis/")
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED)["words"] == "Skip to the content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_focus_goes_through_a_page_in_order_and_is_always_seen(blinded, signed_in_page) -> None:
    page = signed_in_page(blinded.coordinator)
    page.goto("/studies/pelvis/")
    stops = focus_order(page, n=8)
    assert [stop["words"] for stop in stops][:3] == ["Skip to the content", "Counterpart", "Studies"]
    own = [blinded.coordinator.get_username(), "Sign out"]
    assert [stop["words"] for stop in stops][3:] == ["Help", "English", "Español", *own]
    assert [stop for stop in stops if not (stop["outlined"] and stop["on_top"])] == []


def test_focus_goes_through_the_viewer_and_is_always_seen(viewer) -> None:
    stops = focus_order(viewer, n=viewer.evaluate(N_CONTROLS))
    assert [stop for stop in stops if not (stop["outlined"] and stop["on_top"])] == []
    assert len({stop["words"] for stop in stops}) == len(stops)


def test_a_blinded_case_is_read_from_start_to_submission_by_keyboard(blinded, signed_in_page) -> None:
    reader = blinded.readers[0]
    case = blinded.current(reader)
    page = signed_in_page(reader.user)
    page.goto("/read/")
    while page.evaluate(FOCUSED)["words"] != "Begin":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("#viewer[data-state=ready]")
    page.keyboard.press("?")
    assert page.is_visible("#keys")
    page.keyboard.press("Escape")
    assert not page.is_visible("#keys")
    page.keyboard.press("End")
    page.keyboard.press("2")
    page.keyboard.press("5")
    page.wait_for_selector("#submit:not([disabled])")
    page.keyboard.press("Enter")
    page.get_by_text("Video 2 of 3").wait_for()
    scores = Answer.objects.filter(assignment=case).order_by("criterion__position")
    assert list(scores.values_list("score", flat=True)) == [2, 5]
    assert Submission.objects.filter(assignment=case).count() == 1
    assert page.problems == []


def test_answers_can_be_chosen_with_tab_and_arrows_alone(viewer, blinded) -> None:
    for key in ("ring", "distance"):
        viewer.focus(f"input[name={key}]")
        viewer.keyboard.press("Space")
        viewer.keyboard.press("ArrowRight")
        viewer.keyboard.press("ArrowRight")
        assert viewer.is_checked(f"input[name={key}][value='3']")
    viewer.wait_for_selector("#submit:not([disabled])")
    viewer.focus("#submit")
    viewer.keyboard.press("Enter")
    viewer.get_by_text("Video 2 of 3").wait_for()
    found = Answer.objects.order_by("assignment", "criterion__position", "version").values_list(
        "criterion__key", "score"
    )
    assert dict(found) == {"ring": 3, "distance": 3}


def test_nothing_plays_by_itself_when_motion_is_unwanted(blinded, signed_in_page) -> None:
    page = signed_in_page(blinded.readers[0].user)
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"/read/{blinded.current(blinded.readers[0]).public_id}/")
    page.wait_for_selector("#viewer[data-state=ready]")
    page.wait_for_timeout(600)
    assert page.get_attribute("#canvas", "data-frame") == "0"


def test_a_chosen_answer_is_seen_in_the_systems_own_colours(viewer) -> None:
    viewer.emulate_media(forced_colors="active")
    label = viewer.locator("fieldset[data-key=distance] label").nth(3)
    before = label.screenshot()
    viewer.keyboard.press("1")
    viewer.keyboard.press("4")
    viewer.keyboard.press("ArrowUp")
    viewer.mouse.move(0, 0)
    assert label.screenshot() != before
    width = "element => getComputedStyle(element).outlineWidth"
    assert label.evaluate(width) != viewer.locator("fieldset[data-key=distance] label").nth(2).evaluate(width)


def test_keys_of_one_character_can_be_switched_off_for_good(viewer) -> None:
    viewer.keyboard.press("Home")
    viewer.keyboard.press("?")
    viewer.get_by_label("Digits, letters and signs act as keys").uncheck()
    viewer.keyboard.press("Escape")
    viewer.reload()
    viewer.wait_for_selector("#viewer[data-state=ready]")
    for key in ("4", "i", "?"):
        viewer.keyboard.press(key)
    assert not viewer.is_visible("#keys")
    assert viewer.locator("fieldset input:checked").count() == 0
    viewer.keyboard.press("End")
    assert viewer.get_attribute("#canvas", "data-frame") == "3"
