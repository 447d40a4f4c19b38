"""A coordinator sets a study up in a real browser: told at once what is wrong, leaves, resumes, signs."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group

from readers.models import Assignment, Signature, Study
from tests.readers.conftest import GROUP_A, GROUP_B, PASSWORD, make_user, make_video

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_study_is_set_up_left_resumed_made_and_signed(signed_in_page):
    author = make_user("author")
    author.groups.add(Group.objects.create(name="coordinators"))
    make_user("reader")
    for seed in range(4):
        make_video(seed=seed)
    page = signed_in_page(author, width=1024, height=768)

    def fits():
        return page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page.goto("/studies/")
    page.click("text=Set a study up")
    page.click("button:has-text('Begin')")
    page.fill("#id_title", "Pelvis")
    page.fill("#id_slug", "pelvis")
    page.fill("#id_group_a", GROUP_A)
    page.fill("#id_group_b", GROUP_B)
    page.click("text=Save and leave")
    page.click("a:has-text('Pelvis')")

    page.wait_for_selector("h2:has-text('Step 2 of 5')")
    page.fill("#id_washout_days", "20")
    page.wait_for_selector("#id_washout_days_error:has-text('20 days is too short')")
    page.fill("#id_washout_days", "35")
    page.wait_for_selector("#id_washout_days_error", state="hidden")
    page.fill("#id_n_exploratory", "2")
    page.fill("#id_n_blinded", "2")
    page.wait_for_selector(".outlook:has-text('4 videos from A to B')")
    assert fits()
    page.click("text=Save and continue")

    page.wait_for_selector("h2:has-text('Step 3 of 5')")
    page.uncheck("input[name=blinded_tools][value=zoom]")
    assert fits()
    page.click("text=Save and continue")

    page.wait_for_selector("h2:has-text('Step 4 of 5')")
    page.fill("#id_people-0-username", "reader")
    page.fill("#id_people-0-code", "R1")
    page.select_option("#id_people-0-specialty", "surgeon")
    assert page.locator("input[name=videos]:checked").count() == 4
    assert fits()
    page.click("text=Save and continue")

    page.wait_for_selector("text=35 days of 24 hours")
    page.click("text=Make the study")
    page.click("text=Sign the protocol")
    page.fill("input[type=password]", PASSWORD)
    page.click("main button:has-text('Sign')")
    page.wait_for_selector("text=You signed this")
    page.goto("/studies/pelvis/protocol/")
    assert "not yet: no video can be opened" not in page.inner_text("main")
    assert fits()
    assert page.problems == []

    study = Study.objects.get()
    assert (study.washout_days, study.n_blinded) == (35, 2)
    assert "zoom" not in study.display["blinded"]["tools"]
    assert Assignment.objects.count() == 4
    assert Signature.objects.get().sha256 == study.protocol_versions.last().sha256
