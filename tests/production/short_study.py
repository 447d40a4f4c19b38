"""A short study of rendered videos, from inside: `python -m tests.production.short_study WHAT`.

`create` makes it with its coordinator and criteria; `open` draws the videos, locks the form
and prints the case that the reader R1 may open.
"""

from __future__ import annotations

import sys

import django

SLUG, COORDINATOR, PASSWORD = "short", "cora", "a long enough password"


def create() -> None:
    from django.contrib.auth.models import Group, User

    from readers.services.studies import create_study, set_criteria
    from tests.production.scene import CRITERIA

    cora = User.objects.create_user(COORDINATOR, password=PASSWORD, email="cora@hospital.example")
    cora.groups.add(Group.objects.get_or_create(name="coordinators")[0])
    study = create_study(
        by=cora,
        slug=SLUG,
        title="A short study",
        group_a="female",
        group_b="male",
        n_exploratory=0,
        n_blinded=2,
        washout_anchor="last_exposure",
        allocation_seed=1,
        sign_off_required=False,
    )
    items = [{"key": key, "name": key.title(), "anchors": ["--", "-", "0", "+", "++"]} for key in CRITERIA]
    set_criteria(study=study, criteria=items, by=cora)


def open_it() -> None:
    from django.contrib.auth.models import User

    from generation.models import Video
    from readers.models import Study
    from readers.selectors.worklist import next_case
    from readers.services.allocation import allocate_videos
    from readers.services.form import lock_form

    study = Study.objects.get(slug=SLUG)
    cora = User.objects.get(username=COORDINATOR)
    allocate_videos(study=study, videos=Video.objects.all(), by=cora)
    lock_form(study=study, by=cora)
    sys.stdout.write(str(next_case(study.readers.get(code="R1"))))


def main() -> None:
    django.setup()
    {"create": create, "open": open_it}[sys.argv[1]]()


if __name__ == "__main__":
    main()
