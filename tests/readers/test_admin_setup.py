"""A study set up in the admin alone; the services' refusals stand on the forms."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError

from readers.models import Assignment, AuditEvent, Criterion, Membership, Reader, Study, StudyVideo
from readers.services.form import lock_form
from readers.services.studies import create_study
from tests.readers.conftest import CRITERIA, GROUP_A, GROUP_B, make_user, make_video

pytestmark = pytest.mark.django_db

STUDY = {
    "slug": "hand",
    "title": "Set up by hand",
    "group_a": GROUP_A,
    "group_b": GROUP_B,
    "question_template": "From {A} to {B}, how does the {criterion} change?",
    "n_exploratory": 2,
    "n_blinded": 2,
    "washout_days": 28,
    "allocation_seed": 7,
    "conceal_direction": "on",
}


@pytest.fixture
def root():
    return User.objects.create_superuser("root")


@pytest.fixture
def admin(as_user, root):
    return as_user(root)


@pytest.fixture
def study(admin):
    assert admin.post("/admin/readers/study/add/", STUDY).status_code == 302
    return Study.objects.get()


def errors(response) -> str:
    assert response.status_code == 200
    form = response.context["adminform"].form
    return " ".join(str(message) for messages in form.errors.values() for message in messages)


def allocate(admin, *studies, **values):
    chosen = {"action": "allocate", "_selected_action": [study.pk for study in studies]}
    return admin.post("/admin/readers/study/", chosen | values, follow=True)


def test_whoever_adds_a_study_coordinates_it(study, root):
    assert list(Membership.objects.values_list("study", "user", "role")) == [
        (study.pk, root.pk, "coordinator")
    ]
    assert [event.action for event in AuditEvent.objects.all()] == ["study.created"]


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("How does it change?", "must contain {criterion}"),
        ("From {a} to {B}, how does the {criterion} change?", "braces only in"),
        ("How does the {criterion} change}?", "braces only in"),
    ],
)
def test_a_question_that_could_not_be_filled_in_is_an_error_of_the_form(admin, template, message):
    page = admin.post("/admin/readers/study/add/", STUDY | {"question_template": template})
    assert message in errors(page)
    assert not Study.objects.exists()


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
    assert "Only a coordinator" in allocate(other, study).content.decode()
    assert Membership.objects.count() == 1


def test_videos_are_allocated_from_those_chosen(admin, study):
    make_user("reader")
    seat = {"study": study.pk, "user": User.objects.get(username="reader").pk, "code": "R1"}
    admin.post("/admin/readers/reader/add/", seat | {"specialty": "surgeon"})
    videos = [make_video(seed=i) for i in range(4)]
    unrendered = make_video(seed=9, rendered=False)
    form = allocate(admin, study).context["form"]
    assert set(form["videos"].initial) == set(videos)
    assert unrendered not in form.fields["videos"].queryset

    page = allocate(admin, study, draw="yes", videos=[video.pk for video in videos[:3]])
    assert "4 videos are needed" in page.content.decode()
    page = allocate(admin, study, draw="yes", videos=[video.pk for video in videos])
    assert "4 videos are allocated" in page.content.decode()
    assert StudyVideo.objects.count() == Assignment.objects.count() == 4
    assert not allocate(admin, study).context["form"].fields["videos"].queryset


def test_studies_are_allocated_one_by_one(admin, study):
    admin.post("/admin/readers/study/add/", STUDY | {"slug": "second"})
    assert "Choose one study" in allocate(admin, *Study.objects.all()).content.decode()


def test_a_locked_form_takes_no_further_criterion(admin, study, root):
    ring, distance = ({**item, "position": i} for i, item in enumerate(CRITERIA, start=1))
    values = {"study": study.pk, "anchors": '["a", "b", "c", "d", "e"]'}
    assert admin.post("/admin/readers/criterion/add/", ring | values).status_code == 302
    lock_form(study=study, by=root)
    assert "valid choice" in errors(admin.post("/admin/readers/criterion/add/", distance | values))
    with pytest.raises(ValidationError, match="is locked"):
        Criterion(study=study, **distance).full_clean()
    assert Criterion.objects.count() == 1


def test_forms_offer_no_study_in_which_the_person_reads(make_world, as_user):
    world = make_world()
    user = world.readers[0].user
    User.objects.filter(pk=user.pk).update(is_staff=True, is_superuser=True)
    for table in ("criterion", "membership", "reader"):
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
