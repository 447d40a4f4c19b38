"""Allocation into the database: null videos, repeats, rotating sets, sexes."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from generation.models import Cohort, Radiograph, Video
from readers.errors import SetupError
from readers.models import Allocation, Assignment, Study, StudyVideo
from readers.protocol.draw import ALGORITHM
from readers.services.allocation import allocate_videos
from readers.services.studies import create_study, enrol_reader
from tests.readers.conftest import GROUP_A, GROUP_B, make_user, make_video

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator():
    return make_user("coordinator")


@pytest.fixture
def study(coordinator):
    def make(**settings):
        words = {"slug": "s", "title": "S", "group_a": GROUP_A, "group_b": GROUP_B, "allocation_seed": 5}
        return create_study(by=coordinator, **words, **{"n_exploratory": 0, **settings})

    return make


def enrol(study, coordinator, n):
    return [
        enrol_reader(study=study, user=make_user(f"r{i}"), code=f"R{i}", specialty="other", by=coordinator)
        for i in range(n)
    ]


def make_videos(n, *, first=0, **changes):
    videos = [make_video(seed=first + i, rendered=False) for i in range(n)]
    for video in videos:
        Video.objects.filter(pk=video.pk).update(**changes)
        video.refresh_from_db()
    return videos


def blinded(reader):
    return list(
        Assignment.objects.filter(reader=reader, phase="blinded")
        .order_by("position")
        .select_related("study_video")
    )


def test_null_videos_are_read_by_all_and_known_by_their_kind(study, coordinator):
    study = study(n_blinded=4, n_null=2)
    readers = enrol(study, coordinator, 2)
    nulls = make_videos(3, first=100, group_to=GROUP_A)
    allocate_videos(study=study, videos=make_videos(4) + nulls, by=coordinator)
    chosen = StudyVideo.objects.filter(kind="null")
    assert {entry.video_id for entry in chosen} < {video.pk for video in nulls}
    assert sorted(entry.direction for entry in chosen) == ["AB", "BA"]
    for reader in readers:
        assert Counter(case.study_video.kind for case in blinded(reader)) == {"counterfactual": 4, "null": 2}
        assert len(blinded(reader)) == study.n_readings


def test_null_videos_of_another_group_are_refused(study, coordinator):
    videos = make_videos(2) + make_videos(1, first=100, group_from="Children", group_to="Children")
    with pytest.raises(SetupError, match="stay in one of the two groups"):
        allocate_videos(study=study(n_blinded=2, n_null=1), videos=videos, by=coordinator)


def test_a_null_video_is_blinded_in_the_database_too(study):
    with pytest.raises(IntegrityError), transaction.atomic():
        StudyVideo.objects.create(study=study(), label="N", phase="exploratory", kind="null", direction="AB")


def test_each_reader_reads_own_repeats_in_the_same_direction_far_enough_apart(study, coordinator):
    study = study(n_blinded=12, n_repeats=4, repeat_distance=6)
    allocate_videos(study=study, videos=make_videos(12), by=coordinator)
    repeated = []
    for reader in enrol(study, coordinator, 3):
        cases = blinded(reader)
        assert [case.position for case in cases] == list(range(1, study.n_readings + 1)) == list(range(1, 17))
        first = {case.study_video_id: case for case in cases if case.reading == 1}
        again = [case for case in cases if case.reading == 2]
        assert len(first) == 12
        for case in again:
            assert case.position - first[case.study_video_id].position >= 6
            assert case.direction == first[case.study_video_id].direction
        repeated.append(frozenset(case.study_video_id for case in again))
        assert len(repeated[-1]) == 4
    assert len(set(repeated)) == 3
    assert set(Allocation.objects.values_list("algorithm", flat=True)) == {ALGORITHM}


@pytest.mark.parametrize(
    "numbers",
    [
        {"n_blinded": 4, "n_repeats": 5, "repeat_distance": 1},
        {"n_blinded": 4, "n_repeats": 1, "repeat_distance": 5},
        {"n_blinded": 4, "n_repeats": 1, "repeat_distance": 0},
        {"n_blinded": 4, "n_common": 2},
        {"n_blinded": 4, "n_common": 3, "n_per_reader": 2},
        {"n_blinded": 4, "n_common": 1, "n_per_reader": 5},
    ],
)
def test_numbers_that_do_not_fit_are_refused_by_form_and_database(study, numbers):

    with pytest.raises(ValidationError):
        study(**numbers)
    study()
    with pytest.raises(IntegrityError), transaction.atomic():
        Study.objects.update(**numbers)


def test_many_readers_share_the_common_videos_and_rotate_over_the_rest(study, coordinator):
    study = study(n_blinded=12, n_common=4, n_per_reader=8)
    enrol(study, coordinator, 3)
    allocate_videos(study=study, videos=make_videos(12), by=coordinator)
    late = enrol_reader(study=study, user=make_user("late"), code="L", specialty="other", by=coordinator)
    sets = [
        {case.study_video_id for case in blinded(reader)} for reader in study.readers.order_by("enrolled_at")
    ]
    assert [len(videos) for videos in sets] == [8] * 4
    common = set.intersection(*sets)
    assert len(common) == 4
    count = Counter(video for videos in sets for video in videos)
    assert set(count.values()) == {4, 2}
    pairs = Counter(pair for videos in sets for pair in combinations(sorted(videos - common), 2))
    assert max(pairs.values()) <= 2
    directions = Counter(StudyVideo.objects.filter(pk__in=common).values_list("direction", flat=True))
    assert abs(directions["AB"] - directions["BA"]) <= 1
    assert blinded(late)[0].reader.study.n_readings == 8


def test_sexes_of_the_radiographs_are_balanced_unless_the_study_compares_them(study, coordinator):
    cohort = Cohort.objects.create(name="hips")

    def videos(first, **changes):
        made = make_videos(8, first=first, **changes)
        for number, video in enumerate(made):
            video.source_radiograph = Radiograph.objects.create(
                cohort=cohort,
                patient=f"p{first + number}",
                sex="F" if number < 4 else "M",
                pixel_sha256=f"{first + number:064d}",
                image="x.png",
                rows=1,
                columns=1,
                source_rows=1,
                source_columns=1,
            )
            video.save()
        return made

    made = study(n_exploratory=4, n_blinded=4)
    allocate_videos(study=made, videos=videos(0), by=coordinator)
    cells = Counter(made.study_videos.values_list("phase", "source_radiograph__sex", "direction"))
    assert set(cells.values()) == {1}
    assert len(cells) == 8


def test_the_sex_among_the_conditions_of_a_render_counts_too(study, coordinator):
    videos = make_videos(8)
    for number, video in enumerate(videos):
        video.spec["conditions"] = {"sex": "F" if number < 4 else "M"}
        video.save()
    made = study(n_exploratory=4, n_blinded=4)
    allocate_videos(study=made, videos=videos, by=coordinator)
    cells = Counter(
        (entry.phase, entry.video.spec["conditions"]["sex"], entry.direction)
        for entry in made.study_videos.select_related("video")
    )
    assert set(cells.values()) == {1}
