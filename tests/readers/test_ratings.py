"""What stats is given: current answers of submitted cases, as shown, in a fixed order, in one query."""

from __future__ import annotations

import pytest

from readers.models import Assignment, Submission
from readers.selectors.facts import facts_of
from readers.selectors.ratings import ratings
from readers.services.reading import open_case


@pytest.fixture
def world(make_world, clock):
    world = make_world(n_readers=2)
    for reader in world.readers:
        world.finish_exploratory(reader)
    world.lock_form()
    clock.move_to(world.opens_at(world.readers[0]))
    return world


def test_the_latest_version_of_a_submitted_answer_is_the_rating(world, clock):
    case = world.current(world.readers[0])
    open_case(public_id=case.public_id, by=case.reader.user)
    world.answer(case, "ring", 5)
    world.answer(case, "distance", 2)
    world.answer(case, "ring", 1)
    assert ratings(world.study) == []
    world.read(case, {"ring": 4})
    found = ratings(world.study)
    assert [(rating.criterion, rating.score) for rating in found] == [("ring", 4), ("distance", 2)]
    rating = found[0]
    assert (rating.study, rating.criterion_name, rating.reader, rating.specialty) == (
        "pelvis",
        "Pelvic ring",
        "R1",
        "surgeon",
    )
    assert (rating.video, rating.phase, rating.position, rating.direction) == (
        case.study_video.label,
        "blinded",
        1,
        case.direction,
    )
    assert rating.submitted_at == Submission.objects.get(assignment=case).submitted_at


def test_all_ratings_come_in_one_query_and_one_order(world, django_assert_num_queries):
    typed = {}
    for reader in world.readers:
        for number, case in enumerate(world.cases(reader, "blinded")):
            scores = {"ring": 1 + number, "distance": 5 - number}
            world.read(case, scores)
            typed |= {(key, case.study_video.label, reader.code): score for key, score in scores.items()}
    with django_assert_num_queries(1):
        found = ratings(world.study)
    assert {(r.criterion, r.video, r.reader): r.score for r in found} == typed
    place = {"ring": 1, "distance": 2}
    keys = [(place[r.criterion], r.video, r.reader) for r in found]
    assert keys == sorted(keys)
    assert len(keys) == 2 * 3 * 2


def test_repeats_and_null_videos_are_handed_out_apart(make_world, clock):
    world = make_world(n_blinded=2, n_repeats=1, repeat_distance=1, n_null=1)
    reader = world.readers[0]
    world.finish_exploratory(reader)
    world.lock_form()
    clock.move_to(world.opens_at(reader))
    cases = world.cases(reader, "blinded")
    for number, case in enumerate(cases, start=1):
        world.read(case, {"ring": number, "distance": 5})
    assert facts_of(reader).blinded_submitted == facts_of(reader).n_blinded == 4
    given = {case.pk: number for number, case in enumerate(cases, start=1)}

    def scores(**which):
        found = ratings(world.study, **which)
        return sorted(rating.score for rating in found if rating.criterion == "ring")

    def expected(**which):
        return sorted(given[case.pk] for case in Assignment.objects.filter(phase="blinded", **which))

    assert scores() == expected(reading=1, study_video__kind="counterfactual")
    assert scores(reading=2) == expected(reading=2)
    assert scores(kind="null") == expected(study_video__kind="null")
    assert [len(scores()), len(scores(reading=2)), len(scores(kind="null"))] == [2, 1, 1]
    assert {rating.reading for rating in ratings(world.study, reading=2)} == {2}
