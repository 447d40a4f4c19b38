"""WCAG 2.2 AA, as far as axe can tell, on every page of the role table, for everybody, in light and dark."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from tests.roles.conftest import Scene
from tests.roles.rows import PARTS
from tests.roles.table import PEOPLE
from tests.roles.test_roles import filled

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Swagger's own page: its marks and colours are not ours to mend.
NOT_OURS = ("api-docs",)
# Scripts have drawn what they draw: the viewer is open, the figures are there.
SETTLED = """() => (!document.querySelector("#viewer") || viewer.dataset.state === "ready")
    && (!document.querySelector(".figure") || document.documentElement.dataset.figures === "drawn")"""


def pages(scene: Scene, part: Any) -> Iterator[tuple[str, str]]:
    """(person, address) of each page; of pages that are alike but for the name, the first person's."""
    seen = set()
    for name, row in part.ROWS.items():
        if row.method != "GET" or name.split(" ")[0] in NOT_OURS:
            continue
        for person in PEOPLE:
            client = Client()
            if user := scene.people[person]:
                client.force_login(user)
            address = filled(row.address, scene.words)
            response = client.get(address)
            if response.status_code in (301, 302, 405) or "text/html" not in response["Content-Type"]:
                continue
            html = response.content.decode().replace(user.username if user else "", "")
            alike = re.sub(r'value="\w{64}"', "", html)
            if alike not in seen:
                seen.add(alike)
                yield person, address


def test_what_axe_is_to_find_it_finds(browser: Any, violations: Callable[[Any], list[str]]) -> None:
    page = browser.new_page()
    page.set_content(
        '<html lang="en"><title>t</title><main><input><p style="color:#999">faint</p>'
        '<button style="width:9px;height:9px">x</button><button style="width:9px;height:9px">y</button>'
    )
    rules = {line.split(": ")[1] for line in violations(page)}
    page.close()
    assert rules == {"label", "color-contrast", "target-size"}


@pytest.mark.timeout(180)
@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__.rpartition(".")[2])
def test_every_page_follows_wcag(
    scene: Scene,
    part: Any,
    signed_in_page: Callable[..., Any],
    browser: Any,
    live_server: Any,
    violations: Callable[[Any], list[str]],
) -> None:
    tabs: dict[str, Any] = {}
    wrong: dict[tuple[str, str], list[str]] = {}
    for person, address in pages(scene, part):
        if person not in tabs:
            user = scene.people[person]
            tabs[person] = (
                signed_in_page(user) if user else browser.new_context(base_url=live_server.url).new_page()
            )
        page = tabs[person]
        page.goto(address)
        page.wait_for_function(SETTLED)
        if found := violations(page):
            wrong[person, address] = found
    assert wrong == {}
