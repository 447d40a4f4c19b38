"""The protocol's own pages: read, saved, changed with a reason, copied; and the draw of the videos."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group

from readers.models import AuditEvent, Study, StudyDraft, StudyVideo
from readers.protocol.document_file import parse
from readers.selectors.protocol import protocol_of, protocol_of_draft
from readers.services.protocol import change_protocol
from readers.services.setup import create_from_draft, save_step
from readers.services.studies import create_study, set_criteria
from tests.readers.conftest import CRITERIA, GROUP_A, GROUP_B, make_user, make_video

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator():
    user = make_user("coordinator")
    user.groups.add(Group.objects.get_or_create(name="coordinators")[0])
    return user


@pytest.fixture
def study(coordinator):
    return create_study(
        by=coordinator,
        slug="hand",
        title="Hands",
        group_a=GROUP_A,
        group_b=GROUP_B,
        n_exploratory=2,
        n_blinded=2,
        n_null=1,
        allocation_seed=7,
    )


@pytest.fixture
def pages(as_user, coordinator, study):
    return as_user(coordinator)


def whole(form, **changes):
    """What a browser sends of a form when only `changes` were made."""
    values = {}
    for field in form:
        value = field.value()
        if value is True:
            values[field.html_name] = "on"
        elif value is not None and value is not False:
            values[field.html_name] = value
    return values | changes


def test_the_page_reads_like_the_protocol(pages, study, coordinator):
    set_criteria(study=study, criteria=CRITERIA, by=coordinator)
    change_protocol(study=study, changes={"washout_days": 35}, reason="A longer pause", by=coordinator)
    page = pages.get("/studies/hand/protocol/").content.decode()
    for words in (
        f"group A ({GROUP_A})",
        "2 exploratory and 2 blinded videos",
        "35 days of 24 hours",
        "Interacetabular distance",
        "Version 3",
        "A longer pause",
        study.protocol_versions.last().sha256,
        "every setting can change",
    ):
        assert words in page
    assert "<td>28</td><td>35</td>" in page


def test_the_file_of_the_page_is_the_protocol(pages, study):
    response = pages.get("/studies/hand/protocol/protocol.yaml")
    assert 'filename="hand-protocol.yaml"' in response.headers["Content-Disposition"]
    assert parse(response.content) == protocol_of(study)


def test_a_setting_is_changed_with_a_reason(pages, study):
    form = pages.get("/studies/hand/protocol/change/").context["form"]
    unchanged = pages.post("/studies/hand/protocol/change/", whole(form, washout_days="40"))
    assert unchanged.status_code == 400
    assert "reason" in unchanged.context["form"].errors
    impossible = pages.post("/studies/hand/protocol/change/", whole(form, washout_days="2", reason="Why"))
    assert "too short" in " ".join(impossible.context["form"].errors["washout_days"])
    done = pages.post("/studies/hand/protocol/change/", whole(form, washout_days="40", reason="Longer"))
    assert done.status_code == 302, done.context["form"].errors
    study.refresh_from_db()
    assert study.washout_days == 40
    assert study.protocol_versions.last().reason == "Longer"


def test_frozen_settings_cannot_be_entered(make_world, as_user):
    world = make_world()
    form = as_user(world.coordinator).get("/studies/pelvis/protocol/change/").context["form"]
    assert form.fields["n_blinded"].disabled
    assert not form.fields["washout_days"].disabled
    as_user(world.coordinator).post(
        "/studies/pelvis/protocol/change/", whole(form, n_blinded="99", reason="More")
    )
    world.study.refresh_from_db()
    assert world.study.n_blinded == 3
    page = as_user(world.coordinator).get("/studies/pelvis/protocol/").content.decode()
    assert "the videos are drawn" in page


@pytest.mark.parametrize("with_criteria", [True, False])
def test_a_copy_has_the_protocol_and_a_seed_and_name_of_its_own(pages, study, coordinator, with_criteria):
    set_criteria(study=study, criteria=CRITERIA, by=coordinator)
    pages.post("/studies/hand/protocol/copy/", {"criteria": "1"} if with_criteria else {})
    draft = StudyDraft.objects.get()
    assert draft.values["allocation_seed"] != 7
    save_step(draft=draft, by=coordinator, step=1, complete=True, values={"slug": "foot", "title": "Feet"})
    draft.refresh_from_db()
    create_from_draft(draft=draft, protocol=protocol_of_draft(draft), by=coordinator)
    copy = Study.objects.get(slug="foot")
    same = protocol_of(study).values.keys() - {"slug", "title", "allocation_seed"}
    assert {name: protocol_of(copy).values[name] for name in same} == {
        name: protocol_of(study).values[name] for name in same
    }
    assert copy.criteria.count() == (2 if with_criteria else 0)
    assert not copy.readers.exists()
    assert not copy.study_videos.exists()
    event = AuditEvent.objects.get(action="protocol.copied")
    assert event.details == {"from": "hand", "with_criteria": with_criteria}


def test_videos_are_drawn_from_those_chosen_and_once(pages, study):
    videos = [make_video(seed=i) for i in range(4)]
    unrendered = make_video(seed=9, rendered=False)
    form = pages.get("/studies/hand/videos/").context["form"]
    assert set(form["videos"].value()) == {video.pk for video in videos}
    assert unrendered not in form.fields["videos"].queryset
    chosen = [str(video.pk) for video in videos]
    assert pages.post("/studies/hand/videos/", {"videos": chosen[:3]}).status_code == 400
    assert not StudyVideo.objects.exists()
    study.n_null = 0
    study.save()
    assert pages.post("/studies/hand/videos/", {"videos": chosen}).status_code == 302
    assert StudyVideo.objects.count() == 4
    page = pages.post("/studies/hand/videos/", {"videos": chosen}).content.decode()
    assert "that is done once" in page
    assert StudyVideo.objects.count() == 4


def test_the_rest_of_the_team_reads_and_does_not_change(make_world, as_user):
    world = make_world()
    for user in (world.analyst, world.monitor):
        assert as_user(user).get("/studies/pelvis/protocol/").status_code == 200
        assert as_user(user).get("/studies/pelvis/protocol/change/").status_code == 403
        assert as_user(user).get("/studies/pelvis/videos/").status_code == 403
        assert as_user(user).post("/studies/pelvis/protocol/copy/").status_code == 403
    assert as_user(world.readers[0].user).get("/studies/pelvis/protocol/").status_code == 404
