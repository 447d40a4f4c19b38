"""A rehearsal is a copy with test readers and a clock that can be moved; the study itself stays as it is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from readers import errors
from readers.models import Study
from readers.services.allocation import allocate_videos
from readers.services.archive import archive_study
from readers.services.reading import open_case
from readers.services.rehearsal import move_clock, rehearse
from readers.services.studies import enrol_reader, grant_role
from stats.bundle.exports import export_bundle
from stats.exports import RehearsalNotExported
from tests.readers.conftest import World, make_user, make_video

pytestmark = pytest.mark.django_db


def refused(message):
    return pytest.raises(IntegrityError, match=message)


@pytest.fixture
def world(make_world, clock):
    return make_world()


@pytest.fixture
def rehearsal(world):
    """A rehearsal with one test reader, who has seen the exploratory videos, and a locked form."""
    made = rehearse(study=world.study, by=world.coordinator)
    videos = [make_video(seed=9_300_000 + i) for i in range(5)]
    allocate_videos(study=made, videos=videos, by=world.coordinator)
    reader = enrol_reader(
        study=made, user=make_user("tester"), code="T1", specialty="surgeon", by=world.coordinator
    )
    test = World(made, world.coordinator, world.analyst, world.monitor, [reader])
    test.sign_protocol()
    test.finish_exploratory(reader)
    test.lock_form()
    made.refresh_from_db()
    return test


def test_it_has_the_protocol_and_criteria_another_seed_and_nobody(world):
    made = rehearse(study=world.study, by=world.coordinator)
    assert (made.slug, made.rehearsal_of) == ("pelvis-rehearsal-1", world.study)
    assert (made.n_blinded, made.washout_days) == (world.study.n_blinded, 28)
    assert made.allocation_seed != world.study.allocation_seed
    assert [c.key for c in made.criteria.all()] == [c.key for c in world.study.criteria.all()]
    assert not made.readers.exists()
    assert not made.study_videos.exists()
    assert rehearse(study=world.study, by=world.coordinator).slug == "pelvis-rehearsal-2"
    with pytest.raises(errors.SetupError, match="rehearsal already"):
        rehearse(study=made, by=world.coordinator)


@pytest.mark.parametrize("who", ["analyst", "monitor"])
def test_only_a_coordinator_rehearses_and_moves_the_clock(world, rehearsal, who):
    by = getattr(world, who)
    with pytest.raises(errors.RoleRequired):
        rehearse(study=world.study, by=by)
    grant_role(study=rehearsal.study, user=by, role=who, by=world.coordinator)
    with pytest.raises(errors.RoleRequired):
        move_clock(study=rehearsal.study, days=28, by=by)


def test_a_moved_clock_opens_the_blinded_phase_and_by_the_day(rehearsal, clock):
    case = rehearsal.current(rehearsal.readers[0])
    by = rehearsal.coordinator
    opens_at = rehearsal.opens_at(rehearsal.readers[0])
    move_clock(study=rehearsal.study, days=27, by=by)
    assert rehearsal.opens_at(rehearsal.readers[0]) == opens_at - timedelta(days=27)
    with pytest.raises(errors.WashoutNotOver):
        open_case(public_id=case.public_id, by=case.reader.user)
    assert move_clock(study=rehearsal.study, days=1000, by=by).clock_days == 28
    case.reader.study.refresh_from_db()
    rehearsal.read(case, {"ring": 4, "distance": 2})
    acts = list(rehearsal.study.audit_events.values_list("action", flat=True))
    assert acts.count("rehearsal.clock_moved") == 2
    assert acts.count("phase.entered") == 3


def test_no_other_clock_can_be_moved(world):
    with pytest.raises(errors.SetupError, match="washout has to pass"):
        move_clock(study=world.study, days=1, by=world.coordinator)
    with refused("study_clock_moves_in_rehearsals"):
        Study.objects.filter(pk=world.study.pk).update(clock_days=1)


def test_a_study_never_becomes_a_rehearsal(world):
    with refused("rehearsal"):
        Study.objects.filter(pk=world.study.pk).update(rehearsal_of=world.study, notice="x")


def test_a_rehearsal_never_becomes_a_study(rehearsal):
    with refused("one for good"):
        Study.objects.filter(pk=rehearsal.study.pk).update(rehearsal_of=None)


def test_a_rehearsal_is_always_marked(rehearsal):
    with refused("study_rehearsal_is_marked"):
        Study.objects.filter(pk=rehearsal.study.pk).update(notice="")


def test_its_clock_never_goes_back(rehearsal):
    move_clock(study=rehearsal.study, days=3, by=rehearsal.coordinator)
    with refused("never goes back"):
        Study.objects.filter(pk=rehearsal.study.pk).update(clock_days=2)


def test_nobody_who_reads_the_study_rehearses_it(world):
    made = rehearse(study=world.study, by=world.coordinator)
    with pytest.raises(errors.SetupError, match="before their time"):
        enrol_reader(
            study=made, user=world.readers[0].user, code="T1", specialty="surgeon", by=world.coordinator
        )


def test_nothing_of_it_is_exported(rehearsal, tmp_path):
    move_clock(study=rehearsal.study, days=28, by=rehearsal.coordinator)
    reader = rehearsal.readers[0]
    for case in rehearsal.cases(reader, "blinded"):
        case.reader.study.refresh_from_db()
        rehearsal.read(case, {"ring": 4, "distance": 2})
    with pytest.raises(RehearsalNotExported):
        export_bundle(study=rehearsal.study, without_groups=False, by=None)
    with pytest.raises(CommandError, match="rehearsal"):
        call_command("export_tables", rehearsal.study.slug, "--out", str(tmp_path / "out"))
    assert not (tmp_path / "out").exists()


def test_the_pages_make_it_say_so_and_move_its_clock(world, as_user):
    client = as_user(world.coordinator)
    page = client.post("/studies/pelvis/rehearsal/", follow=True).content.decode()
    assert "Rehearsal 1: Pelvis of XA and XB" in page
    for address in ("", "protocol/", "videos/", "deviations/", "audit/"):
        found = client.get(f"/studies/pelvis-rehearsal-1/{address}").content.decode()
        assert found.count("Rehearsal: nothing here counts") >= 1, address
    page = client.post("/studies/pelvis-rehearsal-1/clock/", {"days": "5"}, follow=True).content.decode()
    assert "5 of 28 days of washout count as passed." in page
    page = client.post("/studies/pelvis-rehearsal-1/clock/", {"days": "-1"}, follow=True).content.decode()
    assert "one day or more" in page
    page = client.post("/studies/pelvis/clock/", {"days": "5"}, follow=True).content.decode()
    assert "Only the clock of a rehearsal can be moved" in page


def test_a_rehearsal_that_is_over_goes_to_the_archive(rehearsal):
    assert archive_study(study=rehearsal.study, reason="Rehearsed.", by=rehearsal.coordinator).archived_at
