"""A browser opens the pages: none asks another server for anything, none meets its own content policy."""

from __future__ import annotations

from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import User

from tests.accessibility.test_axe import pages
from tests.roles.conftest import Scene
from tests.roles.rows import PARTS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]

# Content policy refusals reach the console as errors; what a 403 or 404 page says there is no such thing.
REFUSED = ("Content Security Policy", "Refused to", "violates")
ADMIN = (
    "/admin/",
    "/admin/readers/study/",
    "/admin/readers/auditevent/",
    "/admin/auth/user/",
    "/api/v1/docs/",
)


def watched(page: Any) -> tuple[set[str], list[str]]:
    """(hosts that the page asks, what its policy has refused), both filled as it goes on."""
    hosts: set[str] = set()
    refused: list[str] = []
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    page.on(
        "console",
        lambda said: refused.append(said.text) if any(word in said.text for word in REFUSED) else None,
    )
    return hosts, refused


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__.rpartition(".")[2])
def test_no_page_asks_another_server_or_breaks_its_own_policy(
    scene: Scene, part: ModuleType, signed_in_page: Any, live_server: Any, browser: Any
) -> None:
    own = {urlsplit(live_server.url).netloc, ""}  # blob: and data: have no host
    opened: dict[str, Any] = {}
    for person, address in pages(scene, part):
        if person not in opened:
            user = scene.people[person]
            page = signed_in_page(user) if user else browser.new_context(base_url=live_server.url).new_page()
            opened[person] = (page, *watched(page))
        page, hosts, refused = opened[person]
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert hosts <= own, address
        assert refused == [], address


def test_neither_do_the_admin_and_the_description_of_the_api(
    db: None, signed_in_page: Any, live_server: Any
) -> None:
    page = signed_in_page(User.objects.create_superuser("root", password="a long enough password"))
    hosts, refused = watched(page)
    for address in ADMIN:
        assert page.goto(address).status == 200
        page.wait_for_load_state("networkidle")
    assert hosts <= {urlsplit(live_server.url).netloc, ""}
    assert refused == []
