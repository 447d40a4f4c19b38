"""What runs is under licences that a hospital may use and pass on; the page that lists them is up to date."""

from __future__ import annotations

import runpy

import pytest
from django.conf import settings

SCRIPT = runpy.run_path(str(settings.BASE_DIR / "docs" / "licences.py"))
PACKAGES: list[str] = SCRIPT["packages"]()


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_names_a_permitted_licence_and_no_copyleft(package: str) -> None:
    licence = SCRIPT["licence"](package)
    assert SCRIPT["PERMITTED"].search(licence), licence
    assert not SCRIPT["COPYLEFT"].search(licence), licence


def test_what_is_refused_is_recognised() -> None:
    for text in ("GPL-3.0-or-later", "GNU General Public License v2", "AGPLv3", "LGPL-2.1", "CeCILL-2.1"):
        assert SCRIPT["COPYLEFT"].search(text)


def test_the_page_is_what_the_packages_say() -> None:
    assert SCRIPT["PAGE"].read_text(encoding="utf-8") == SCRIPT["page"](), "`make licences` writes it anew"
