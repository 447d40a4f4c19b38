"""A scene with everybody, a live server to look at it from, and axe."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.readers.conftest import as_user, blinded, clock, make_world  # noqa: F401
from tests.roles.conftest import scene  # noqa: F401

WCAG = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"]}


@pytest.fixture(scope="session")
def violations() -> Callable[[Any], list[str]]:
    """Return a function that gives what axe finds wrong on a page: rule, element and why, one line each.

    The page is looked at in light, and once more for its colours in dark.
    """
    axe = Axe()

    def run(page: Any) -> list[str]:
        found = []
        for scheme, options in (("light", WCAG), ("dark", COLOURS)):
            page.emulate_media(color_scheme=scheme)
            found += [
                f"{scheme}: {rule['id']}: {node['html'][:160]} ({' '.join(node['failureSummary'].split())})"
                for rule in axe.run(page, options=options).response["violations"]
                for node in rule["nodes"]
            ]
        return found

    return run
