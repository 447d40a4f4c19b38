"""The Spanish catalogue is complete, compiled, and holds every text that the sources mark."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
CATALOGUE = ROOT / "locale" / "es" / "LC_MESSAGES" / "django.po"
PLACES = re.compile(r"%\(\w+\)[sd]|%%|\{\w*\}|<[^>]+>")
ENTRIES = list(polib.pofile(str(CATALOGUE)))


def translations(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def texts(path: Path) -> set[tuple[str | None, str, str]]:
    return {(entry.msgctxt, entry.msgid, entry.msgid_plural) for entry in polib.pofile(str(path))}


def test_every_entry_is_translated_and_none_is_a_guess() -> None:
    assert len(ENTRIES) > 200
    assert [entry.msgid for entry in ENTRIES if entry.fuzzy or not entry.translated()] == []


def test_translations_have_the_same_places_and_elements_as_the_english() -> None:
    for entry in ENTRIES:
        wanted = {tuple(sorted(PLACES.findall(text))) for text in (entry.msgid, entry.msgid_plural) if text}
        for text in translations(entry):
            assert tuple(sorted(PLACES.findall(text))) in wanted, entry.msgid


def test_translations_begin_and_end_as_the_english_does() -> None:
    for entry in ENTRIES:
        for text in translations(entry):
            assert text == text.strip()
            assert entry.msgid.endswith(".") == text.endswith("."), entry.msgid


def test_the_compiled_catalogue_is_the_written_one() -> None:
    compiled = polib.mofile(str(CATALOGUE.with_suffix(".mo")))
    assert {(e.msgid, tuple(translations(e))) for e in compiled} == {
        (e.msgid, tuple(translations(e))) for e in ENTRIES
    }


@pytest.mark.skipif(
    shutil.which("xgettext") is None and not os.environ.get("CI"),
    reason="no xgettext found: `apt-get install gettext`",
)
def test_the_sources_mark_no_text_that_the_catalogue_lacks_and_it_holds_no_other(tmp_path: Path) -> None:
    for name in ("counterpart", "generation", "readers", "stats", "templates", "static", "locale"):
        shutil.copytree(
            ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("*.safetensors", "*.npz", "vendor")
        )
    shutil.copy(ROOT / "manage.py", tmp_path)
    subprocess.run(
        [sys.executable, "manage.py", "makemessages", "-l", "es", "--no-location", "--no-obsolete"],
        cwd=tmp_path,
        env=os.environ | {"COUNTERPART_DATA": str(tmp_path / "data")},
        check=True,
        capture_output=True,
    )
    assert texts(tmp_path / CATALOGUE.relative_to(ROOT)) == texts(CATALOGUE)
