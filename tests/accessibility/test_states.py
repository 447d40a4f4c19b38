"""WCAG 2.2 AA in states of pages that the role table does not meet: phases, refusals, errors, dialogs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.readers.conftest import CRITERIA, World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_readers_page_in_every_phase(make_world, clock, signed_in_page, violations) -> None:
    world: World = make_world(n_readers=2)
    reader = world.readers[0]
    page = None

    def look(words: str) -> None:
        nonlocal page
        page = signed_in_page(reader.user)
        page.goto("/read/")
        assert words in page.inner_text("main")
        assert violations(page) == [], words

    look("Exploratory phase")
    world.finish_exploratory(reader)
    look("You have seen all")
    world.lock_form()
    look("opens on")
    clock.move_to(world.opens_at(reader))
    look("Blinded phase")
    for _ in range(3):
        world.read(world.current(reader), {item["key"]: 3 for item in CRITERIA})
    look("You have finished")


def test_a_refusal_and_a_page_that_is_not_there(make_world, clock, signed_in_page, violations) -> None:
    world: World = make_world()
    reader = world.readers[0]
    world.finish_exploratory(reader)
    world.lock_form()
    clock.move_to(world.opens_at(reader) - timedelta(minutes=1))
    page = signed_in_page(reader.user)
    for address in (f"/read/{world.cases(reader, 'blinded')[0].public_id}/", "/nowhere/"):
        page.goto(address)
        assert violations(page) == []


@pytest.mark.parametrize("size", [(1366, 768), (768, 1024)])
def test_the_viewer_with_answers_and_with_its_keys_open(blinded, signed_in_page, violations, size) -> None:
    reader = blinded.readers[0]
    page = signed_in_page(reader.user, width=size[0], height=size[1])
    page.goto(f"/read/{blinded.current(reader).public_id}/")
    page.wait_for_selector("#viewer[data-state=ready]")
    page.keyboard.press("4")
    page.wait_for_selector("#saved:has-text('saved ')")
    assert violations(page) == []
    page.keyboard.press("?")
    page.wait_for_selector("#keys[open]")
    assert violations(page) == []


def test_the_viewer_of_an_exploratory_video(make_world, clock, signed_in_page, violations) -> None:
    world: World = make_world()
    page = signed_in_page(world.readers[0].user)
    page.goto(f"/read/{world.current(world.readers[0], 'exploratory').public_id}/")
    page.wait_for_selector("#viewer[data-state=ready]")
    assert violations(page) == []


def test_signing_in_with_a_wrong_password_in_spanish(db, browser, live_server, violations) -> None:
    page = browser.new_context(base_url=live_server.url, locale="es-ES").new_page()
    page.goto("/sign-in/")
    assert page.get_attribute("html", "lang") == "es"
    page.fill("#id_login", "nobody")
    page.fill("#id_password", "nothing")
    page.keyboard.press("Enter")
    page.get_by_text("Ese nombre y esa contraseña no coinciden").wait_for()
    assert violations(page) == []


def test_agreement_of_a_file_refused_and_computed(make_world, signed_in_page, violations, tmp_path) -> None:
    page = signed_in_page(make_world().analyst)
    page.goto("/agreement/")
    for content in ("a,b\n1,2\n", "reader,video,score\nR1,V1,1\nR2,V1,1\nR1,V2,2\nR2,V2,3\n"):
        path = tmp_path / "ratings.csv"
        path.write_text(content)
        page.set_input_files("#id_file", path)
        page.get_by_role("button", name="Compute").click()
        page.wait_for_load_state()
        assert violations(page) == []
    assert page.locator("table").count() > 0


def test_a_study_before_its_form_and_results_without_ratings(make_world, signed_in_page, violations) -> None:
    world: World = make_world()
    page = signed_in_page(world.coordinator)
    page.goto("/studies/pelvis/")
    assert violations(page) == []
    page.get_by_role("button", name="Lock the form").click()
    page.wait_for_selector(".message")
    assert violations(page) == []
    page = signed_in_page(world.analyst)
    page.goto("/studies/pelvis/results/")
    assert "No ratings yet" in page.inner_text("main")
    assert violations(page) == []
