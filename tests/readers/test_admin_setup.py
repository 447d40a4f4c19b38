"""What the admin lets be entered: people; a service's refusal stands on its form."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from readers.models import AuditEvent, Membership, Reader
from readers.services.studies import create_study
from tests.readers.conftest import GROUP_A, GROUP_B, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def root():
    return User.objects.create_superuser("root")


@pytest.fixture
def admin(as_user, root):
    return as_user(root)


@pytest.fixture
def study(root):
    return create_study(
        by=root, slug="hand", title="Set up", group_a=GROUP_A, group_b=GROUP_B, allocation_seed=7
    )


def errors(response) -> str:
    assert response.status_code == 200
    form = response.context["adminform"].form
    return " ".join(str(message) for messages in form.errors.values() for message in messages)


def test_studies_can_only_be_looked_at(admin, study):
    assert admin.get("/admin/readers/study/add/").status_code == 403
    page = admin.get(f"/admin/readers/study/{study.pk}/change/").content.decode()
    assert "Set up" in page
    assert 'name="washout_days"' not in page
    admin.post(f"/admin/readers/study/{study.pk}/change/", {"washout_days": 99})
    study.refresh_from_db()
    assert study.washout_days == 28


def test_people_are_added_through_the_services(admin, study):
    analyst, reader = make_user("analyst"), make_user("reader")
    role = {"study": study.pk, "user": analyst.pk, "role": "analyst"}
    assert admin.post("/admin/readers/membership/add/", role).status_code == 302
    seat = {"study": study.pk, "user": reader.pk, "code": "R1", "specialty": "surgeon"}
    assert admin.post("/admin/readers/reader/add/", seat).status_code == 302
    assert Reader.objects.get().user == reader
    assert Membership.objects.get(user=reader).role == "reader"
    assert [event.action for event in AuditEvent.objects.order_by("number")] == [
        "study.created",
        "role.granted",
        "reader.enrolled",
    ]


def test_refused_people_are_errors_of_the_form(admin, study, root):
    seat = {"study": study.pk, "user": root.pk, "code": "R1", "specialty": "surgeon"}
    assert "already has a role" in errors(admin.post("/admin/readers/reader/add/", seat))
    role = {"study": study.pk, "user": make_user("reader").pk, "role": "reader"}
    assert "Readers are enrolled" in errors(admin.post("/admin/readers/membership/add/", role))
    assert Membership.objects.count() == 1
    assert not Reader.objects.exists()


def test_people_are_added_by_a_coordinator_alone(study, as_user):
    other = as_user(User.objects.create_superuser("other"))
    role = {"study": study.pk, "user": make_user("friend").pk, "role": "analyst"}
    assert "valid choice" in errors(other.post("/admin/readers/membership/add/", role))
    assert Membership.objects.count() == 1


def test_forms_offer_no_study_in_which_the_person_reads(make_world, as_user):
    world = make_world()
    user = world.readers[0].user
    User.objects.filter(pk=user.pk).update(is_staff=True, is_superuser=True)
    for table in ("membership", "reader"):
        page = as_user(user).get(f"/admin/readers/{table}/add/").context["adminform"].form
        assert not page.fields["study"].queryset.exists()


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
