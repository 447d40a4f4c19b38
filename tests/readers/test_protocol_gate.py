"""No video of a study is opened before its protocol is signed; a change before that voids the signature."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from readers import errors
from readers.models import Exposure, Signature
from readers.services.protocol import change_protocol, keep_version
from readers.services.reading import open_case


def first_case(world):
    return world.cases(world.readers[0], "exploratory")[0]


def open_first(world):
    case = first_case(world)
    return open_case(public_id=case.public_id, by=case.reader.user)


def open_past_the_services(world):
    with transaction.atomic():
        Exposure.objects.create(assignment=first_case(world))


@pytest.fixture
def changed(make_world):
    """A study whose signed protocol was changed before anybody saw a video."""
    world = make_world()
    change_protocol(study=world.study, changes={"washout_days": 30}, reason="Longer", by=world.coordinator)
    return world


def test_a_change_voids_the_signature_and_closes_the_study(changed, as_user):
    assert Signature.objects.get().void.reason == "The protocol was changed."
    with pytest.raises(errors.ProtocolNotSigned):
        open_first(changed)
    with pytest.raises(DatabaseError, match="protocol of the study is not signed"):
        open_past_the_services(changed)
    page = as_user(changed.readers[0].user).get(f"/read/{first_case(changed).public_id}/")
    assert page.status_code == 403
    assert "signs the protocol before the first video" in page.content.decode()
    assert not Exposure.objects.exists()


def test_signed_again_it_opens(changed):
    changed.sign_protocol()
    open_first(changed)


def test_later_changes_do_not_stop_a_study_that_has_begun(make_world):
    world = make_world()
    open_first(world)
    change_protocol(study=world.study, changes={"title": "Hip"}, reason="A better name", by=world.coordinator)
    open_first(world)


def test_without_required_signatures_nothing_waits(make_world):
    open_first(make_world(sign_off_required=False))


def test_a_signature_of_an_earlier_version_does_not_count_for_the_database(make_world):
    world = make_world()
    world.study.title = "Hip"
    world.study.save()
    keep_version(study=world.study, reason="By hand", by=world.coordinator)
    with pytest.raises(DatabaseError, match="not signed"):
        open_past_the_services(world)
