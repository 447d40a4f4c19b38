from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generation.models import Cohort, Radiograph

pytestmark = pytest.mark.django_db


def test_the_admin_shows_a_cohort_and_lets_nobody_edit_its_radiographs(
    admin_client: Any, jordan: list[Path], import_folder: Callable[..., Any]
) -> None:
    import_folder(jordan[0].parent, name="jordan")
    cohort, radiograph = Cohort.objects.get(), Radiograph.objects.all()[0]

    assert b"jordan" in admin_client.get("/admin/generation/cohort/").content
    assert radiograph.pixel_sha256.encode() in admin_client.get("/admin/generation/radiograph/").content
    one = f"/admin/generation/radiograph/{radiograph.pk}/"
    assert admin_client.get(f"{one}change/").status_code == 200
    assert admin_client.post(f"{one}change/", {"group": "other"}).status_code == 403
    assert admin_client.post(f"{one}delete/").status_code == 403
    assert admin_client.post(f"/admin/generation/cohort/{cohort.pk}/delete/").status_code == 403

    admin_client.post(
        f"/admin/generation/cohort/{cohort.pk}/change/", {"title": "Infants", "name": "renamed"}
    )
    cohort.refresh_from_db()
    assert (cohort.title, cohort.name) == ("Infants", "jordan")
