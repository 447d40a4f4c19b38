"""An import that is killed goes on where it stopped; the journal on disk names nobody."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from generation.imaging.journal import Journal
from generation.imaging.reader import read_file
from generation.imaging.sources import Source
from generation.models import Radiograph

CHILD = """
import sys, django
django.setup()
from pathlib import Path
from generation.imaging import batch
from generation.models import Cohort
from generation.services import cohorts
work, folder = map(Path, sys.argv[1:])
(work / "staged").mkdir(parents=True)
cohorts.read_all(
    cohorts.Wanted("test", folder), Cohort(name="test"), batch.list_sources(folder), work,
    cohorts.pseudonym_key(), workers=1, progress=False,
)
"""


@pytest.mark.django_db
def test_a_killed_import_goes_on_where_it_stopped(
    tmp_path: Path, settings: Any, textured: Callable[..., np.ndarray], import_folder: Callable[..., Any]
) -> None:
    """The process that reads is killed after some files; the next run reads only the others."""
    folder = tmp_path / "in"
    folder.mkdir()
    for seed in range(40):
        Image.fromarray(textured(seed, (200, 200))).save(folder / f"{seed:02}.png")
    # A pipe in the middle would be skipped as no ordinary file; a slow run is killed by watching the journal.
    data = Path(settings.DATA_ROOT)
    data.mkdir(exist_ok=True)
    work = data / "imports" / "test"
    environment = {
        **os.environ, "DJANGO_SETTINGS_MODULE": "counterpart.settings", "COUNTERPART_DATA": str(data),
        "PYTHONPATH": os.getcwd(),
    }  # fmt: skip
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(work), str(folder)], env=environment, start_new_session=True
    )
    journal = work / "journal.jsonl"
    deadline = time.monotonic() + 45
    while time.monotonic() < deadline and (not journal.exists() or journal.read_bytes().count(b"\n") < 5):
        time.sleep(0.005)
    os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    before = journal.read_bytes().count(b"\n") - 1
    assert before >= 4
    with journal.open("ab") as stream:
        stream.write(b'["half a line')

    outcome = import_folder(folder)

    assert outcome.report["summary"]["taken"] == Radiograph.objects.count() == 40
    keys = [json.loads(line)[0] for line in journal.read_text().splitlines()[1:]]
    assert len(keys) == len(set(keys)) == 40
    assert list((work / "staged").iterdir()) == []


@pytest.mark.django_db
def test_a_second_run_reads_no_file_again_and_a_changed_one_alone(
    tmp_path: Path, settings: Any, textured: Callable[..., np.ndarray], import_folder: Callable[..., Any]
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for seed in range(3):
        Image.fromarray(textured(seed)).save(folder / f"{seed}.png")
    import_folder(folder)
    journal = Path(settings.DATA_ROOT) / "imports" / "test" / "journal.jsonl"
    lines = journal.read_text().splitlines()
    assert import_folder(folder).report["summary"]["duplicate"] == 3
    assert journal.read_text().splitlines() == lines
    Image.fromarray(textured(9)).save(folder / "1.png")
    again = import_folder(folder)
    assert [record["status"] for record in again.report["files"]] == ["duplicate", "taken", "duplicate"]
    assert len(journal.read_text().splitlines()) == len(lines) + 1


def test_a_journal_gives_back_what_was_added_and_forgets_on_other_settings(
    tmp_path: Path, jordan: list[Path]
) -> None:
    reading = read_file(Source.of(jordan[0]), tmp_path)
    first = Journal(tmp_path / "journal", settings="a")
    first.add("key", reading)
    first.close()
    same, other = (Journal(tmp_path / "journal", settings=said) for said in ("a", "b"))
    assert same.readings == {"key": reading}
    assert other.readings == {}
    same.close()
    other.close()


@pytest.mark.django_db
def test_two_imports_into_one_cohort_do_not_run_at_once(
    tmp_path: Path, textured: Callable[..., np.ndarray], import_folder: Callable[..., Any]
) -> None:
    from generation.models import Cohort
    from generation.services.cohorts import work_folder

    (tmp_path / "in").mkdir()
    Image.fromarray(textured(1)).save(tmp_path / "in" / "1.png")
    with work_folder(Cohort(name="test")):
        outcome = import_folder(tmp_path / "in")
    assert outcome.status == 2
    assert outcome.report["problems"] == ["another import into this cohort is under way"]
    assert import_folder(tmp_path / "in").status == 0
