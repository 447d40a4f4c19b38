"""The whole consensus room in a real browser: four readers and a coordinator, from pool to locked form."""

from __future__ import annotations

import pytest

from readers.models import Criterion, Exposure, RoomAct, Signature
from readers.selectors.consensus import room_of
from readers.services.consensus import act, gather
from tests.readers.conftest import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WITHIN = 15_000  # others' acts appear by themselves


@pytest.fixture
def world(make_world):
    world = make_world(n_readers=4, sign_off_required=True)
    for reader, note in zip(world.readers[:3], ("ring longer", "ring rounder", "bone denser"), strict=True):
        world.finish_exploratory(reader, note=note)
    return world


@pytest.fixture
def enter(world, signed_in_page):
    def enter(user, part="", **size):
        page = signed_in_page(user, **size)
        page.goto(f"/consensus/{world.study.room.public_id}/{part}")
        return page

    return enter


def choose(page, text):
    page.locator("#pool-title ~ .cards label", has_text=text).first.click()


def test_from_the_pool_to_the_vote(world, enter):
    one, two, three, four = (reader.user for reader in world.readers)
    waiting = enter(one)
    assert "3 of 4 readers have finished" in waiting.inner_text("main")
    world.finish_exploratory(world.readers[3], note="hip narrower")
    waiting.wait_for_selector("text=Move the chosen notes", timeout=WITHIN)
    page = waiting
    assert page.locator("#pool-title ~ .cards .note").count() == 8
    page.wait_for_function("() => Array.from(document.images).some((still) => still.naturalWidth > 0)")
    assert Exposure.objects.filter(assignment__reader=world.readers[0]).count() > 2

    # By keyboard: choose, name, move.
    page.locator("#pool-title ~ .cards input").first.focus()
    page.keyboard.press("Space")
    page.fill("[name=name]", "Pelvic ring")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(".candidate h3:has-text('Pelvic ring')")

    # By drag, and somebody else sees it.
    lead = enter(world.coordinator)
    page.locator("#pool-title ~ .cards .note").first.drag_to(page.locator(".candidate"))
    page.wait_for_selector(".candidate h3:has-text('2')")
    lead.wait_for_selector(".candidate h3:has-text('2')", timeout=WITHIN)
    # Each still is fetched at most once, however often the room changes.
    assert Exposure.objects.filter(assignment__reader=world.readers[0]).count() <= 2 + 8

    # A second candidate by another reader, merged and split again.
    other = enter(two)
    choose(other, "denser")
    other.fill("[name=name]", "Density")
    other.click("button[value=move]")
    other.wait_for_selector(".candidate h3:has-text('Density')")
    other.locator(".candidate:has(h3:has-text('Density')) summary").click()
    other.locator(".candidate:has(h3:has-text('Density')) [name=text]").fill("Bone density")
    other.locator(".candidate:has(h3:has-text('Density')) button[value=renamed]").click()
    other.wait_for_selector(".candidate h3:has-text('Bone density')")

    lead.goto(lead.url)
    lead.click("text=Open the vote")
    lead.wait_for_selector("text=0 of 4 readers have voted")
    page.wait_for_selector("button:has-text('Leave out')", timeout=WITHIN)
    for user, choice in ((one, "Include"), (two, "Include"), (three, "Include"), (four, "Leave out")):
        ballot = page if user == one else enter(user)
        ballot.click(f"[aria-label='{choice} Pelvic ring']")
        ballot.wait_for_selector(f"[aria-label='{choice} Pelvic ring'][aria-pressed=true]")
        assert "to include," not in ballot.inner_text("main")
        assert ballot.problems == []
    lead.goto(lead.url)
    lead.click("text=Close the vote")
    lead.wait_for_selector("text=3 to include, 1 to leave out")
    assert RoomAct.objects.filter(kind="voted").count() == 4
    for each in (page, lead, other):
        assert each.problems == []


def after_the_vote(world):
    """All readers have finished; one candidate was made, and the vote is closed."""
    room, lead = world.study.room.public_id, world.coordinator
    world.finish_exploratory(world.readers[3], note="hip narrower")
    gather(public_id=room, by=lead, name="Pelvic ring", observations=[])
    act(public_id=room, by=lead, kind="stage", text="voting")
    act(public_id=room, by=lead, kind="stage", text="criteria")


def test_from_the_criteria_to_the_locked_form(world, enter):
    after_the_vote(world)
    lead = enter(world.coordinator)
    # The final criteria, with the preview as readers will see it.
    lead.click("a:has-text('Write the criteria')")
    rows = lead.locator(".criterion")
    for row, name in zip((0, 1), ("Pelvic ring", "Bone density"), strict=True):
        rows.nth(row).locator("input[name$=name]").fill(name)
    rows.nth(0).locator("select").select_option("shape")
    rows.nth(0).locator("[name$=low]").fill("elongated")
    rows.nth(0).locator("[name$=high]").fill("round")
    rows.nth(1).locator("select").select_option("magnitude")
    lead.wait_for_selector("#preview:has-text('Becomes much more elongated')")
    assert "how does the bone density change?" in lead.inner_text("#preview")
    lead.click("text=Save the draft")
    lead.fill("#minutes", "Agreed on two criteria.")
    lead.click("text=Save the minutes")
    lead.click("text=Propose this draft for signature")
    lead.click("text=Lock the form")
    assert "Not signed yet by R1, R2, R3, R4" in lead.inner_text("main")

    for reader in world.readers[1:]:
        world.sign_form(reader)
    signer = enter(world.readers[0].user, "form/")
    for password, reply in (("guess", "not your password"), (PASSWORD, "You have signed these criteria")):
        signer.fill("#password", password)
        signer.click("main button:has-text('Sign')")
        signer.wait_for_selector(f"text={reply}")
    lead.goto(f"/consensus/{world.study.room.public_id}/form/")
    lead.click("text=Lock the form")
    world.study.refresh_from_db()
    assert world.study.form_locked_at is not None
    assert [each.anchors[0] for each in Criterion.objects.all()] == [
        "Becomes much more elongated",
        "Decreases significantly",
    ]
    form_signatures = Signature.objects.filter(meaning="form")
    assert set(form_signatures.values_list("sha256", flat=True)) == {world.study.form_sha256}
    assert room_of(world.study).minutes == "Agreed on two criteria."
    signer.goto(f"/consensus/{world.study.room.public_id}/")
    assert "the room is closed" in signer.inner_text("main")
    assert signer.locator("img").count() == 0
    assert lead.problems == []
    # The browser reports the refused signature's status itself.
    assert [problem for problem in signer.problems if "403" not in problem] == []


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1280, 720), (768, 1024)])
def test_nothing_overflows_sideways(world, enter, width, height):
    world.finish_exploratory(world.readers[3], note="x" * 300)
    for part in ("", "form/"):
        page = enter(world.coordinator, part, width=width, height=height)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
