"""The admin of the room shows what is on record, enters nothing, and hides a study from its own readers."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import User

from readers.services.reading import open_case
from readers.services.studies import create_study

pytestmark = pytest.mark.django_db


def test_nothing_can_be_entered_changed_or_deleted(make_world, as_user):
    world = make_world()
    root = as_user(User.objects.create_superuser("root"))
    registered = [
        model for model in apps.get_app_config("readers").get_models() if model in admin.site._registry
    ]
    assert len(registered) > 8
    for model in registered:
        address = f"/admin/readers/{model._meta.model_name}/"
        assert root.get(address).status_code == 200
        assert root.get(f"{address}add/").status_code == 403
    study = f"/admin/readers/study/{world.study.pk}/"
    page = root.get(f"{study}change/").content.decode()
    assert world.study.title in page
    assert 'name="washout_days"' not in page
    assert root.post(f"{study}change/", {"washout_days": 99}).status_code == 403
    assert root.post(f"{study}delete/", {"post": "yes"}).status_code == 403
    world.study.refresh_from_db()
    assert world.study.washout_days == 28


def test_side_bars_name_no_study_in_which_the_person_reads(make_world, as_user):
    world = make_world()
    for slug in ("second", "third"):
        create_study(
            by=world.coordinator, slug=slug, title=f"The {slug}", group_a="X", group_b="Y", allocation_seed=1
        )
    user = world.readers[0].user
    User.objects.filter(pk=user.pk).update(is_staff=True, is_superuser=True)
    for table in ("membership", "auditevent"):
        page = as_user(user).get(f"/admin/readers/{table}/").content.decode()
        assert "The second" in page
        assert world.study.title not in page


def test_a_coordinator_of_any_rank_sees_no_answer_there(blinded, as_user):
    case = blinded.current(blinded.readers[0])
    open_case(public_id=case.public_id, by=case.reader.user)
    answer = blinded.answer(case, "ring", 2)
    User.objects.filter(pk=blinded.coordinator.pk).update(is_staff=True, is_superuser=True)
    address = f"/admin/readers/answer/{answer.pk}/change/"
    assert as_user(User.objects.create_superuser("root")).get(address).status_code == 200
    client = as_user(blinded.coordinator)
    assert client.get(address).status_code == 302
    assert "0 answers" in client.get("/admin/readers/answer/").content.decode()
