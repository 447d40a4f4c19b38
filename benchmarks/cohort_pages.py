"""How long the pages of a cohort take with 500,000 generated rows; the paper's registry has 480,407.

    PYTHONPATH=. python benchmarks/cohort_pages.py [--rows 500000]

Uses a database of its own in a temporary folder, or the one of DATABASE_URL, and prints wall seconds of each
page, the first time and the better of two more, as the test client gets it, and processor seconds of the
first (this process alone: on PostgreSQL the server's are not among them).
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time

import numpy as np

SEEDS = 4000
RANDOM = {
    "sqlite": {
        "hash": "lower(hex(randomblob(32)))",
        "patient": "lower(hex(randomblob(3))) || substr(patient, 7)",
    },
    "postgresql": {
        "hash": "md5(random()::text) || md5(random()::text)",
        "patient": "substr(md5(random()::text), 1, 6) || substr(patient, 7)",
    },
}


def fill(count: int) -> None:
    """Write ``count`` rows with groups, ages, sexes and missing values as a registry has them.

    The first few thousand are made here; the database multiplies them, with hashes and patients of their own.
    """
    from django.db import connection, transaction

    from generation.imaging.splits import split_of
    from generation.models import Cohort, Radiograph

    random = np.random.default_rng(0)
    cohort = Cohort.objects.create(name="generated", title="Generated rows", n_taken=count)
    n = min(SEEDS, count)
    patients = [f"{value:032x}" for value in random.integers(0, n // 2, n)]
    ages, bmis = random.normal(60, 12, n).clip(18, 95), random.normal(27, 5, n).clip(15, 60)
    words = {
        "group": random.choice(["A", "B"], n, p=[0.85, 0.15]),
        "sex": random.choice(["F", "M", ""], n, p=[0.55, 0.44, 0.01]),
        "projection": random.choice(["AP", "lateral", ""], n, p=[0.7, 0.2, 0.1]),
        "laterality": random.choice(["left", "right", "bilateral"], n),
        "site": random.choice(["north", "south", "east"], n),
    }
    rows = [
        Radiograph(
            cohort=cohort,
            patient=patients[i],
            age=float(ages[i]) if i % 7 else None,
            bmi=float(bmis[i]) if i % 3 else None,
            implant=(None, False, False, True)[i % 4],
            split=split_of(cohort.split_salt, patients[i]),
            pixel_sha256=random.bytes(32).hex(),
            image="none",
            **dict.fromkeys(("rows", "columns", "source_rows", "source_columns"), 256),
            **{column: str(values[i]) for column, values in words.items()},
        )
        for i in range(n)
    ]
    made = RANDOM[connection.vendor]
    table = connection.ops.quote_name(Radiograph._meta.db_table)
    columns = [field.column for field in Radiograph._meta.fields if field.column != "id"]
    names = [connection.ops.quote_name(column) for column in columns]
    taken = [
        made["hash"] if column == "pixel_sha256" else made["patient"] if column == "patient" else name
        for column, name in zip(columns, names, strict=True)
    ]
    with transaction.atomic(), connection.cursor() as cursor:
        Radiograph.objects.bulk_create(rows, batch_size=500)
        while n < count:
            more = min(n, count - n)
            copied = f"SELECT {', '.join(taken)} FROM {table} LIMIT {more}"
            cursor.execute(f"INSERT INTO {table} ({', '.join(names)}) {copied}")
            n += more


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=500_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["COUNTERPART_DATA"] = folder
        os.environ["COUNTERPART_HOSTS"] = "testserver"
        os.environ["COUNTERPART_MFA"] = "nobody"
        os.environ["DJANGO_SETTINGS_MODULE"] = "counterpart.settings"
        import django

        django.setup()
        from django.contrib.auth.models import Group, User
        from django.core.management import call_command
        from django.db import connection, transaction
        from django.test import Client

        from generation.models import Cohort
        from generation.services.kept_counts import keep_counts

        call_command("migrate", verbosity=0)
        started = time.perf_counter()
        fill(options.rows)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        seconds, load = time.perf_counter() - started, os.getloadavg()[0]
        print(f"{options.rows:,} rows on {connection.vendor} in {seconds:.0f} s; load {load:.1f}")
        started = time.perf_counter()
        with transaction.atomic():
            keep_counts(Cohort.objects.get())
        print(f"{time.perf_counter() - started:6.2f} s to count them, once, when an import has added them")
        user = User.objects.create_user("engineer")
        user.groups.add(Group.objects.get_or_create(name="engineers")[0])
        client = Client()
        client.force_login(user)
        for what, address in {
            "list of cohorts": "/cohorts/",
            "Table 1, missing values, splits": "/cohorts/generated/",
            "first page of films": "/cohorts/generated/films/",
            "last page of films": "/cohorts/generated/films/?before=g",
            "filtered by group and sex": "/cohorts/generated/films/?group=B&sex=F",
            "filtered by five": "/cohorts/generated/films/?group=B&sex=F&projection=AP&implant=yes&split=val",
        }.items():
            best, worked = [], []
            for _ in range(3):
                started, used = time.perf_counter(), time.process_time()
                answer = client.get(address)
                best.append(time.perf_counter() - started)
                worked.append(time.process_time() - used)
                answer.status_code == 200 or parser.error(f"{address} answered {answer.status_code}")
            print(f"{best[0]:6.2f} s first ({worked[0]:.2f} s CPU), {min(best[1:]):5.2f} s again  {what}")


if __name__ == "__main__":
    main()
