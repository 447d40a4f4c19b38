"""List pages of a large installation: 2,000 readers, 200 studies, 500,000 radiographs, millions of answers.

Makes a study by the product's own services in an empty PostgreSQL database, multiplies its rows there, and
asks each list page 20 times as its person would. Prints rows, then queries, kB and percentiles of the time.
On a database that it has filled before it only asks.

    DATABASE_URL=postgres://…/an_empty_database python benchmarks/big_data.py [--answers 10000000]
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "counterpart.settings")

STUDIES, READERS_EACH, VIDEOS_EACH, CRITERIA_EACH = 200, 10, 50, 10
BASE = 1_000_000  # ids of multiplied rows begin here
ROUNDS = 20


def multiply(cursor: Any, table: str, n: int, **changed: str) -> None:
    """Insert `n` copies of the table's first row; `changed` are SQL expressions of the number `n`."""
    cursor.execute(f'SELECT * FROM "{table}" LIMIT 0')
    columns = [column.name for column in cursor.description]
    values = [changed.get(name, f't."{name}"') for name in columns]
    quoted = ", ".join(f'"{name}"' for name in columns)
    cursor.execute(
        f'INSERT INTO "{table}" ({quoted}) SELECT {", ".join(values)} '
        f'FROM (SELECT * FROM "{table}" ORDER BY id LIMIT 1) t, '
        f"generate_series(0, {n - 1}) AS n"
    )


@contextmanager
def without_keys(cursor: Any, table: str) -> Iterator[None]:
    """The table without foreign keys, unique constraints and indexes; they are made anew for all its rows."""
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    cursor.execute(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE conrelid = %s::regclass AND contype IN ('f', 'u')",
        [table],
    )
    keys = cursor.fetchall()
    for name, _ in keys:
        cursor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')
    cursor.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index "
        "WHERE indrelid = %s::regclass AND NOT indisprimary",
        [table],
    )
    indexes = cursor.fetchall()
    for name, _ in indexes:
        cursor.execute(f"DROP INDEX {name}")
    yield
    cursor.execute("SET LOCAL maintenance_work_mem = '1GB'")
    for _, definition in indexes:
        cursor.execute(definition)
    for name, definition in keys:
        cursor.execute(f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" {definition}')


def fill(cursor: Any, n_answers: int, n_radiographs: int) -> None:
    """Multiply the one study that there is."""
    readers, assignments = STUDIES * READERS_EACH, STUDIES * READERS_EACH * VIDEOS_EACH
    rows = f"{BASE} + n"
    study, reader = f"{BASE} + n / {READERS_EACH}", f"{BASE} + n / {VIDEOS_EACH}"
    digits = "lpad(to_hex(n), 64, '0')"
    multiply(cursor, "auth_user", readers, id=rows, username="'many-' || n")
    multiply(cursor, "readers_study", STUDIES, id=rows, slug="'many-' || n", title="'Many ' || n")
    multiply(cursor, "readers_room", STUDIES, id=rows, study_id=rows, public_id="gen_random_uuid()")
    multiply(cursor, "readers_reader", readers, id=rows, study_id=study, user_id=rows, code="'R' || n")
    multiply(cursor, "readers_membership", readers, id=rows, study_id=study, user_id=rows, role="'reader'")
    leads = "(SELECT id FROM auth_user WHERE username LIKE '%-coordinator')"
    multiply(
        cursor, "readers_membership", STUDIES,
        id=f"{2 * BASE} + n", study_id=rows, user_id=leads, role="'coordinator'",
    )  # fmt: skip
    criterion = {
        "study_id": f"{BASE} + n / {CRITERIA_EACH}",
        "key": "'k' || n",
        "position": f"n % {CRITERIA_EACH}",
    }
    multiply(cursor, "readers_criterion", STUDIES * CRITERIA_EACH, id=rows, **criterion)
    videos = STUDIES * VIDEOS_EACH
    own_id = "lpad(to_hex(n), 32, '0')::uuid"
    multiply(cursor, "generation_video", videos, id=own_id, seed=rows, spec_sha256=digits)
    multiply(cursor, "generation_renderjob", videos, id=rows, video_id=own_id)
    multiply(
        cursor, "readers_studyvideo", videos, id=rows, study_id=f"{BASE} + n / {VIDEOS_EACH}",
        video_id=own_id, label="'V' || n", noise_seed=rows,
    )  # fmt: skip
    video = f"{BASE} + (n / {READERS_EACH * VIDEOS_EACH}) * {VIDEOS_EACH} + n % {VIDEOS_EACH}"
    multiply(
        cursor, "readers_assignment", assignments, id=rows, public_id="gen_random_uuid()", reader_id=reader,
        study_video_id=video, position=f"1 + n % {VIDEOS_EACH}",
    )  # fmt: skip
    multiply(cursor, "readers_exposure", assignments, id=rows, assignment_id=rows)
    multiply(cursor, "readers_submission", assignments // 2, id=rows, assignment_id=f"{BASE} + n * 2")
    each = max(1, n_answers // assignments)
    of_study = each * READERS_EACH * VIDEOS_EACH
    with without_keys(cursor, "readers_answer"):
        multiply(
            cursor, "readers_answer", assignments * each, id=rows, assignment_id=f"{BASE} + n / {each}",
            criterion_id=f"{BASE} + (n / {of_study}) * {CRITERIA_EACH} + n % {CRITERIA_EACH}",
            version=f"1 + (n % {each}) / {CRITERIA_EACH}", score="1 + n % 5",
            idempotency_key="gen_random_uuid()",
        )  # fmt: skip
    groups = {"group": "(ARRAY['A', 'B'])[1 + n % 2]", "patient": "'p' || n / 2"}
    multiply(cursor, "generation_radiograph", n_radiographs, id=rows, pixel_sha256=digits, **groups)
    cursor.execute("ANALYZE")


def make(n_answers: int, n_radiographs: int) -> None:
    """One study by the product's own services, and its rows many times over."""
    from django.contrib.auth.models import Group, User
    from django.db import connection
    from django.utils import timezone

    from counterpart.backup.triggers import without_triggers
    from generation.models import Cohort, Radiograph, RenderJob, Video
    from readers.models import Reader, Study
    from readers.selectors.worklist import worklist
    from readers.services.reading import open_case, save_answer, submit_case
    from tests.production.scene import CRITERIA, prepare

    prepare(1)
    first = Reader.objects.get()
    case = worklist(first.user)[0].next_case
    open_case(public_id=case, by=first.user)
    for key in CRITERIA:
        save_answer(
            public_id=case, criterion_key=key, score=3, idempotency_key=os.urandom(16).hex(), by=first.user
        )
    submit_case(public_id=case, form_sha256=Study.objects.get().form_sha256, by=first.user)
    RenderJob.objects.create(
        video=Video.objects.latest("pk"), state=RenderJob.State.DONE, finished_at=timezone.now()
    )
    cohort = Cohort.objects.create(name="films")
    sizes = dict.fromkeys(("rows", "columns", "source_rows", "source_columns"), 8)
    Radiograph.objects.create(cohort=cohort, pixel_sha256="f" * 64, image="none.png", **sizes)
    engineer = User.objects.create_user("engineer")
    engineer.groups.add(Group.objects.get_or_create(name="engineers")[0])
    began = time.monotonic()
    with without_triggers(connection), connection.cursor() as cursor:
        fill(cursor, n_answers, n_radiographs)
    print(f"filled in {time.monotonic() - began:.0f} s")


def measure() -> None:
    """Ask for each list page as its person would, and print what it took."""
    from django.contrib.auth.models import User
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    with connection.cursor() as cursor:
        for table in ("readers_reader", "readers_study", "generation_radiograph", "readers_answer"):
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            print(f"{table:<24}{cursor.fetchone()[0]:>12,}")
    coordinator = User.objects.get(username__endswith="-coordinator")
    reader, engineer = (User.objects.get(username=name) for name in ("many-7", "engineer"))
    pages = [
        (coordinator, "/studies/"), (coordinator, "/studies/many-3/"), (coordinator, "/api/v1/studies/"),
        (coordinator, "/studies/many-3/audit/"), (reader, "/read/"), (reader, "/api/v1/worklist/"),
        (engineer, "/cohorts/"), (engineer, "/cohorts/films/"), (engineer, "/cohorts/films/films/"),
        (engineer, "/renders/"), (engineer, "/api/v1/videos/"),
    ]  # fmt: skip
    print(f"{'page':<28}{'queries':>8}{'kB':>8}{'p50 ms':>9}{'p95 ms':>9}")
    for person, address in pages:
        client = Client()
        client.force_login(person)
        with CaptureQueriesContext(connection) as made:
            page = client.get(address)
        n_queries = len(made)
        times = []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            client.get(address)
            times.append((time.perf_counter() - began) * 1000)
        times.sort()
        told = f"{address:<28}{n_queries:>8}{len(page.content) / 1000:>8.1f}"
        print(f"{told}{times[ROUNDS // 2]:>9.0f}{times[int(ROUNDS * 0.95) - 1]:>9.0f}  {page.status_code}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--answers", type=int, default=10_000_000)
    parser.add_argument("--radiographs", type=int, default=500_000)
    asked = parser.parse_args()
    import django

    django.setup()
    logging.disable(logging.INFO)
    from django.core.management import call_command
    from django.test.utils import override_settings

    from readers.models import Study

    call_command("migrate", verbosity=0)
    if not Study.objects.exists():
        make(asked.answers, asked.radiographs)
    with override_settings(ALLOWED_HOSTS=["*"], MFA_REQUIRED_OF=[]):
        measure()


if __name__ == "__main__":
    main()
