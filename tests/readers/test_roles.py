"""What each role may do beyond the statuses of `tests/roles`: lock, see progress alone, use the admin."""

from __future__ import annotations

import pytest

from readers.services.reading import open_case


@pytest.fixture
def scene(make_world, clock):
    """A study with an opened blinded case."""
    world = make_world()
    world.finish_exploratory(world.readers[0])
    world.lock_form()
    clock.move_to(world.opens_at(world.readers[0]))
    case = world.current(world.readers[0])
    open_case(public_id=case.public_id, by=case.reader.user)
    return world, case


def test_only_a_coordinator_locks_the_form(make_world, as_user):
    world = make_world()
    for user in (world.analyst, world.monitor):
        as_user(user).post("/studies/pelvis/lock-form/")
        world.study.refresh_from_db()
        assert world.study.form_locked_at is None
    for reader in world.readers:
        world.sign_form(reader)
    as_user(world.coordinator).post("/studies/pelvis/lock-form/")
    world.study.refresh_from_db()
    assert world.study.form_locked_at is not None


def test_the_team_sees_progress_and_no_answer(scene, as_user):
    world, case = scene
    world.answer(case, "ring", 5)
    page = as_user(world.coordinator).get("/studies/pelvis/").content.decode()
    assert "2 of 5" in page
    assert "Results open to coordinators once every reader has finished" in page
    assert ">Results</a>" in as_user(world.analyst).get("/studies/pelvis/").content.decode()


def test_the_admin_hides_a_study_from_those_who_read_in_it(scene, as_user, django_user_model):
    world, _ = scene
    root = django_user_model.objects.create_superuser("root")
    world.readers[0].user.is_staff = world.readers[0].user.is_superuser = True
    world.readers[0].user.save()
    address = "/admin/readers/answer/", "/admin/readers/study/", "/admin/readers/studyvideo/"
    for page in address:
        assert "0 " in as_user(world.readers[0].user).get(page).content.decode().split("paginator")[1][:80]
    assert "1 study" in as_user(root).get("/admin/readers/study/").content.decode()
    assert as_user(root).get("/admin/readers/answer/add/").status_code == 403
