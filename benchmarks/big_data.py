"""List pages of a large installation: 2,000 readers, 200 studies, 500,000 radiographs, millions of answers.

Makes a study by the product's own services in an empty PostgreSQL database, multiplies its rows there, and
asks each list page 20 times as its person would. Prints rows, then queries, kB and percentiles of the time.

    DATABASE_URL=postgres://…/an_empty_database python benchmarks/big_data.py [--answers 10000000]
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "counterpart.settings")

STUDIES, READERS_EACH, VIDEOS_EACH, CRITERIA_EACH = 200, 10, 50, 10
BASE = 1_000_000  # ids of multiplied rows begin here
ROUNDS = 20


def multiply(cursor: Any, table: str, n: int, **changed: str) -> None:
    """Insert `n` copies of the table's last own row; `changed` are SQL expressions of the number `n`."""
    cursor.execute(f'SELECT * FROM "{table}" LIMIT 0')
    columns = [column.name for column in cursor.description]
    values = [changed.get(name, f't."{name}"') for name in columns]
    quoted = ", ".join(f'"{name}"' for name in columns)
    cursor.execute(
        f'INSERT INTO "{table}" ({quoted}) SELECT {", ".join(values)} '
        f'FROM (SELECT * FROM "{table}" WHERE id < {BASE} ORDER BY id DESC LIMIT 1) t, '
        f"generate_series(0, {n - 1}) AS n"
    )


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
    multiply(cursor, "generation_video", videos, id=rows, seed=rows, spec_sha256=digits)
    multiply(cursor, "generation_renderjob", videos, id=rows, video_id=rows)
    multiply(
        cursor, "readers_studyvideo", videos, id=rows, study_id=f"{BASE} + n / {VIDEOS_EACH}", video_id=rows,
        label="'V' || n", noise_seed=rows,
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
    multiply(
        cursor, "readers_answer", assignments * each, id=rows, assignment_id=f"{BASE} + n / {each}",
        criterion_id=f"{BASE} + (n / {of_study}) * {CRITERIA_EACH} + n % {CRITERIA_EACH}",
        version=f"1 + (n % {each}) / {CRITERIA_EACH}", score="1 + n % 5", idempotency_key="gen_random_uuid()",
    )  # fmt: skip
    groups = {"group": "(ARRAY['A', 'B'])[1 + n % 2]", "patient": "'p' || n / 2"}
    multiply(cursor, "generation_radiograph", n_radiographs, id=rows, pixel_sha256=digits, **groups)
    cursor.execute("ANALYZE")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--answers", type=int, default=10_000_000)
    parser.add_argument("--radiographs", type=int, default=500_000)
    asked = parser.parse_args()
    import django

    django.setup()
    from django.contrib.auth.models import Group, User
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext, override_settings

    from counterpart.backup.triggers import without_triggers
    from generation.models import Cohort, Radiograph, RenderJob, Video
    from readers.models import Reader, Study
    from readers.selectors.worklist import worklist
    from readers.services.reading import open_case, save_answer, submit_case
    from tests.production.scene import CRITERIA, prepare

    call_command("migrate", verbosity=0)
    prepare(1)
    first = Reader.objects.get()
    case = worklist(first.user)[0].next_case
    open_case(public_id=case, by=first.user)
    for key in CRITERIA:
        save_answer(
            public_id=case, criterion_key=key, score=3, idempotency_key=os.urandom(16).hex(), by=first.user
        )
    submit_case(public_id=case, form_sha256=Study.objects.get().form_sha256, by=first.user)
    RenderJob.objects.create(video=Video.objects.latest("pk"), state=RenderJob.State.DONE)
    cohort = Cohort.objects.create(name="films")
    sizes = dict.fromkeys(("rows", "columns", "source_rows", "source_columns"), 8)
    Radiograph.objects.create(cohort=cohort, pixel_sha256="f" * 64, image="none.png", **sizes)
    engineer = User.objects.create_user("engineer")
    engineer.groups.add(Group.objects.get_or_create(name="engineers")[0])
    began = time.monotonic()
    with without_triggers(connection), connection.cursor() as cursor:
        fill(cursor, asked.answers, asked.radiographs)
    print(f"filled in {time.monotonic() - began:.0f} s")
    with connection.cursor() as cursor:
        for table in ("readers_reader", "readers_study", "generation_radiograph", "readers_answer"):
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            print(f"{table:<24}{cursor.fetchone()[0]:>12,}")
    coordinator = User.objects.get(username__endswith="-coordinator")
    reader = User.objects.get(username="many-7")
    pages = [
        (coordinator, "/studies/"), (coordinator, "/studies/many-3/"), (coordinator, "/api/v1/studies/"),
        (coordinator, "/studies/many-3/audit/"), (reader, "/read/"), (reader, "/api/v1/worklist/"),
        (engineer, "/cohorts/"), (engineer, "/cohorts/films/"), (engineer, "/cohorts/films/films/"),
        (engineer, "/renders/"), (engineer, "/api/v1/videos/"),
    ]  # fmt: skip
    print(f"{'page':<28}{'queries':>8}{'kB':>8}{'p50 ms':>9}{'p95 ms':>9}")
    with override_settings(ALLOWED_HOSTS=["*"], MFA_REQUIRED_OF=[]):
        for person, address in pages:
            client = Client()
            client.force_login(person)
            with CaptureQueriesContext(connection) as made:
                page = client.get(address)
            times = []
            for _ in range(ROUNDS):
                began = time.perf_counter()
                client.get(address)
                times.append((time.perf_counter() - began) * 1000)
            times.sort()
            told = f"{address:<28}{len(made):>8}{len(page.content) / 1000:>8.1f}"
            print(
                f"{told}{times[ROUNDS // 2]:>9.0f}{times[int(ROUNDS * 0.95) - 1]:>9.0f}  {page.status_code}"
            )


if __name__ == "__main__":
    main()
