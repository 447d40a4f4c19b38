"""The reference pages that are written from the code say what the code says."""

from __future__ import annotations

import runpy

import pytest
from django.conf import settings

FOLDER = settings.BASE_DIR / "docs"
PAGES = runpy.run_path(str(FOLDER / "write_reference.py"))["PAGES"]


@pytest.mark.parametrize("name", sorted(PAGES))
def test_the_page_is_what_the_code_writes(name: str) -> None:
    written = (FOLDER / "reference" / name).read_text(encoding="utf-8")
    assert written == PAGES[name](), "`make reference` writes it anew"


def test_every_command_of_the_product_says_what_it_does() -> None:
    lines = PAGES["commands.md"]().splitlines()
    titles = [place for place, line in enumerate(lines) if line.startswith("##")]
    assert "## backup" in lines
    assert [lines[place] for place in titles if not lines[place + 2]] == []
