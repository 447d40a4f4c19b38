"""Setting a study up: people, criteria, allocation, form lock, and what is refused with which words."""

from __future__ import annotations

from collections import Counter

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError

from readers import errors
from readers.models import Allocation, Assignment, Study, StudyVideo
from readers.protocol.draw import shuffled
from readers.protocol.orders import order_key
from readers.services.allocation import allocate_videos
from readers.services.form import lock_form
from readers.services.studies import create_study, enrol_reader, grant_role, set_criteria
from tests.readers.conftest import CRITERIA, make_user, make_video

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator():
    return make_user("coordinator")


@pytest.fixture
def draft(coordinator):
    return create_study(
        by=coordinator,
        slug="draft",
        title="Draft",
        group_a="A",
        group_b="B",
        n_exploratory=2,
        n_blinded=4,
        allocation_seed=1,
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"washout_days": 27}, "cannot be shorter than 28 days"),
        ({"n_blinded": 0}, "at least one blinded video"),
        ({"slug": "not a slug"}, "slug"),
        ({"group_a": ""}, "group_a"),
    ],
)
def test_impossible_protocols_are_refused_with_the_reason(coordinator, change, message):
    values = {"slug": "s", "title": "S", "group_a": "A", "group_b": "B", "allocation_seed": 1}
    with pytest.raises(ValidationError, match=message):
        create_study(by=coordinator, **values | change)


def test_whoever_had_the_study_before_the_lock_is_told_of_it(make_world):
    world = make_world()
    before = Study.objects.get()
    world.lock_form()
    with pytest.raises(errors.SetupError, match="The form is locked"):
        set_criteria(study=before, criteria=CRITERIA, by=world.coordinator)


def test_a_criterion_with_four_anchors_is_refused_and_the_old_ones_stay(draft, coordinator):
    set_criteria(study=draft, criteria=CRITERIA, by=coordinator)
    bad = CRITERIA[0] | {"anchors": CRITERIA[0]["anchors"][:4]}
    with pytest.raises(ValidationError, match="exactly 5 anchors"):
        set_criteria(study=draft, criteria=[CRITERIA[1], bad], by=coordinator)
    assert [criterion.key for criterion in draft.criteria.all()] == ["ring", "distance"]


def test_the_form_is_locked_once_and_not_without_criteria(draft, coordinator):
    with pytest.raises(errors.SetupError, match="no criteria"):
        lock_form(study=draft, by=coordinator)
    set_criteria(study=draft, criteria=CRITERIA, by=coordinator)
    lock_form(study=draft, by=coordinator)
    assert len(draft.form_sha256) == 64
    with pytest.raises(errors.SetupError, match="already locked"):
        lock_form(study=draft, by=coordinator)
    with pytest.raises(errors.SetupError, match="locked"):
        set_criteria(study=draft, criteria=CRITERIA, by=coordinator)


def test_only_coordinators_set_a_study_up(draft):
    stranger = make_user("stranger")
    for act in (
        lambda: set_criteria(study=draft, criteria=CRITERIA, by=stranger),
        lambda: lock_form(study=draft, by=stranger),
        lambda: grant_role(study=draft, user=stranger, role="analyst", by=stranger),
        lambda: enrol_reader(study=draft, user=stranger, code="R1", specialty="other", by=stranger),
        lambda: allocate_videos(study=draft, videos=[], by=stranger),
    ):
        with pytest.raises(errors.RoleRequired):
            act()


def test_who_could_see_more_than_a_reader_cannot_read(draft, coordinator):
    analyst, engineer = make_user("analyst"), make_user("engineer")
    engineer.groups.add(Group.objects.get_or_create(name="engineers")[0])
    grant_role(study=draft, user=analyst, role="analyst", by=coordinator)
    for user in (coordinator, analyst, engineer):
        with pytest.raises(errors.SetupError):
            enrol_reader(study=draft, user=user, code="R1", specialty="other", by=coordinator)
    reader = make_user("reader")
    enrol_reader(study=draft, user=reader, code="R1", specialty="other", by=coordinator)
    with pytest.raises(errors.SetupError, match="reads in this study"):
        grant_role(study=draft, user=reader, role="analyst", by=coordinator)


def test_allocation_draws_sets_directions_and_recorded_orders(draft, coordinator):
    early = enrol_reader(study=draft, user=make_user("r1"), code="R1", specialty="surgeon", by=coordinator)
    videos = [make_video(seed=i, rendered=False) for i in range(8)]
    allocate_videos(study=draft, videos=videos, by=coordinator)
    late = enrol_reader(study=draft, user=make_user("r2"), code="R2", specialty="surgeon", by=coordinator)
    assert Counter(StudyVideo.objects.values_list("phase", "direction")) == {
        ("exploratory", "AB"): 1,
        ("exploratory", "BA"): 1,
        ("blinded", "AB"): 2,
        ("blinded", "BA"): 2,
    }
    for reader in (early, late):
        for phase, n in (("exploratory", 2), ("blinded", 4)):
            record = Allocation.objects.get(reader=reader, phase=phase)
            assert record.key == order_key(1, reader.code, phase)
            cases = Assignment.objects.filter(reader=reader, phase=phase).order_by("position")
            labels = StudyVideo.objects.filter(phase=phase).order_by("label").values_list("label", flat=True)
            assert [case.study_video.label for case in cases] == shuffled(labels, key=record.key)
            assert [case.position for case in cases] == list(range(1, n + 1))
            assert all(case.direction == case.study_video.direction for case in cases)


def test_allocation_happens_once(draft, coordinator):
    videos = [make_video(seed=i, rendered=False) for i in range(6)]
    allocate_videos(study=draft, videos=videos, by=coordinator)
    with pytest.raises(errors.SetupError, match="already allocated"):
        allocate_videos(study=draft, videos=videos, by=coordinator)


def test_allocation_does_not_depend_on_the_order_in_which_videos_are_given(coordinator):
    videos = [make_video(seed=i, rendered=False) for i in range(6)]
    drawn = []
    for slug, given in (("one", videos), ("two", videos[::-1])):
        study = create_study(
            by=coordinator,
            slug=slug,
            title=slug,
            group_a="A",
            group_b="B",
            n_exploratory=2,
            n_blinded=4,
            allocation_seed=5,
        )
        study_videos = allocate_videos(study=study, videos=given, by=coordinator)
        drawn.append([(sv.video_id, sv.label, sv.phase, sv.direction) for sv in study_videos])
    assert drawn[0] == drawn[1]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ([{"seed": 1, "n_frames": 4}, {"seed": 2, "n_frames": 5}], "differ in size or number of frames"),
        ([{"seed": i} for i in range(5)], "6 videos are needed"),
        ([{"seed": 1, "n_frames": 4, "group_from": "B"}, {"seed": 2}], "different groups"),
    ],
)
def test_unfit_videos_are_refused_with_the_reason(draft, coordinator, changes, message):
    videos = []
    for change in changes:
        group_from = change.pop("group_from", None)
        video = make_video(rendered=False, **change)
        video.group_from = group_from or video.group_from
        videos.append(video)
    with pytest.raises(errors.SetupError, match=message):
        allocate_videos(study=draft, videos=videos, by=coordinator)
    assert not StudyVideo.objects.exists()


def test_nobody_reads_the_same_videos_in_two_studies(draft, coordinator):
    """What is blinded here could be seen there early; a replication takes other readers."""
    videos = [make_video(seed=i, rendered=False) for i in range(6)]
    allocate_videos(study=draft, videos=videos, by=coordinator)
    reader = make_user("reader")
    enrol_reader(study=draft, user=reader, code="R1", specialty="other", by=coordinator)

    def second_study(slug: str) -> Study:
        numbers = {"n_exploratory": 1, "n_blinded": 1, "allocation_seed": 7}
        return create_study(by=coordinator, slug=slug, title=slug, group_a="A", group_b="B", **numbers)

    drawn_first, enrolled_first = second_study("drawn-first"), second_study("enrolled-first")
    allocate_videos(study=drawn_first, videos=videos[:2], by=coordinator)
    with pytest.raises(errors.SetupError, match="R7 reads videos of this study in another study"):
        enrol_reader(study=drawn_first, user=reader, code="R7", specialty="other", by=coordinator)
    assert not drawn_first.readers.exists()

    enrol_reader(study=enrolled_first, user=reader, code="R8", specialty="other", by=coordinator)
    with pytest.raises(errors.SetupError, match="R8 reads videos of this study in another study"):
        allocate_videos(study=enrolled_first, videos=videos[:2], by=coordinator)
    assert not enrolled_first.study_videos.exists()
    enrol_reader(study=drawn_first, user=make_user("other"), code="R9", specialty="other", by=coordinator)
