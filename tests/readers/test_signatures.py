"""Signatures: who can sign what, the password again, what makes one void, and what is found out about it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from readers import errors
from readers.models import AuditEvent, Criterion, Signature, Study, Void
from readers.selectors.signatures import answers_sha256, checked_signatures, draft_sha256
from readers.services.archive import archive_study
from readers.services.form import lock_form
from readers.services.participation import pause_reader, withdraw_reader
from readers.services.signing import sign
from readers.services.studies import set_criteria
from tests.flush import without_triggers
from tests.readers.conftest import CRITERIA, PASSWORD


def sign_form(world, reader, **change):
    values = {"meaning": "form", "sha256": draft_sha256(world.study), "password": PASSWORD} | change
    return sign(study=world.study, by=reader.user, **values)


def signed_by_readers(world):
    """What a look at each signature finds, but for the coordinator's under the protocol."""
    return [row for row in checked_signatures(world.study) if row.signature != world.signed_protocol]


@pytest.fixture
def world(make_world, clock):
    return make_world(n_readers=2, sign_off_required=True)


def test_a_signature_binds_name_time_meaning_and_hash(world):
    reader = world.readers[0]
    reader.user.first_name, reader.user.last_name = "Ada", "Äpfel"
    reader.user.save()
    signature = sign_form(world, reader)
    signature.refresh_from_db()
    assert (signature.printed_name, signature.meaning) == ("Ada Äpfel", "form")
    assert signature.sha256 == draft_sha256(world.study)
    assert signature.seal == signature.own_seal()
    event = AuditEvent.objects.last()
    assert (event.action, event.details["seal"]) == ("signature.signed", signature.seal)
    assert "Ada" not in str(event.details)


def test_signing_again_gives_the_same_signature(world):
    assert sign_form(world, world.readers[0]) == sign_form(world, world.readers[0])
    assert Signature.objects.filter(meaning="form").count() == 1


def test_a_wrong_password_signs_nothing_and_is_on_record(world):
    with pytest.raises(errors.WrongPassword):
        sign_form(world, world.readers[0], password="guess")
    assert not Signature.objects.filter(meaning="form").exists()
    event = AuditEvent.objects.last()
    assert (event.action, event.details) == (
        "signature.refused",
        {"meaning": "form", "refusal": "wrong_password"},
    )


def test_after_five_wrong_passwords_the_right_one_must_wait_too(world, clock):
    for _ in range(5):
        with pytest.raises(errors.WrongPassword):
            sign_form(world, world.readers[0], password="guess")
        clock.shift(timedelta(minutes=1))
    with pytest.raises(errors.TooManyAttempts, match="10 minutes"):
        sign_form(world, world.readers[0])
    sign_form(world, world.readers[1])
    clock.shift(timedelta(minutes=10, seconds=1))
    sign_form(world, world.readers[0])


def test_a_person_who_left_cannot_sign(world):
    user = world.readers[0].user
    user.is_active = False
    user.save()
    with pytest.raises(errors.WrongPassword):
        sign_form(world, world.readers[0])


@pytest.mark.parametrize(
    ("who", "meaning"),
    [("coordinator", "form"), ("analyst", "form"), ("analyst", "protocol"), ("coordinator", "answers")],
)
def test_only_who_is_meant_to_signs(world, who, meaning):
    with pytest.raises(errors.RoleRequired):
        sign(study=world.study, by=getattr(world, who), meaning=meaning, sha256="", password=PASSWORD)


def test_a_reader_does_not_sign_the_protocol_or_nonsense(world):
    for meaning in ("protocol", "nonsense"):
        with pytest.raises(errors.RoleRequired):
            sign_form(world, world.readers[0], meaning=meaning)


def test_nothing_is_signed_in_an_archived_study(world):
    archive_study(study=world.study, reason="over", by=world.coordinator)
    world.study.refresh_from_db()
    with pytest.raises(errors.StudyArchived):
        sign_form(world, world.readers[0])


def test_what_is_signed_is_what_was_on_the_screen(world):
    with pytest.raises(errors.RecordChanged):
        sign_form(world, world.readers[0], sha256="0" * 64)


def test_criteria_that_change_make_signatures_void(world):
    signature = sign_form(world, world.readers[0])
    set_criteria(study=world.study, criteria=CRITERIA, by=world.coordinator)
    assert not Void.objects.exists()
    set_criteria(study=world.study, criteria=CRITERIA[:1], by=world.coordinator)
    assert {void.signature for void in Void.objects.all()} == {signature, world.signed_protocol}
    assert AuditEvent.objects.filter(action="signature.void").count() == 2
    set_criteria(study=world.study, criteria=CRITERIA, by=world.coordinator)
    assert [row.verdict for row in signed_by_readers(world)] == ["void"]
    sign_form(world, world.readers[0])
    assert [row.verdict for row in signed_by_readers(world)] == ["void", "valid"]


def test_a_signature_under_the_protocol_is_of_one_version(world):
    versions = world.study.protocol_versions
    assert world.signed_protocol.target_id == str(versions.last().pk)
    set_criteria(study=world.study, criteria=CRITERIA[:1], by=world.coordinator)
    assert world.sign_protocol().target_id == str(versions.last().pk)
    assert [row.verdict for row in checked_signatures(world.study)] == ["void", "valid"]
    world.lock_form()
    assert "altered" not in [row.verdict for row in checked_signatures(world.study)]


def test_a_protocol_version_changed_past_the_guards_shows(world):
    statement = "UPDATE readers_protocolversion SET document = %s"
    altered(world, statement, ['{"format": "something else"}'])
    assert [row.verdict for row in checked_signatures(world.study)] == ["altered"]


def test_the_form_is_locked_when_every_reader_has_signed_exactly_it(world):
    sign_form(world, world.readers[0])
    with pytest.raises(errors.SetupError, match=r"Not signed yet by R2"):
        lock_form(study=world.study, by=world.coordinator)
    sign_form(world, world.readers[1])
    set_criteria(study=world.study, criteria=CRITERIA[:1], by=world.coordinator)
    with pytest.raises(errors.SetupError, match=r"Not signed yet by R1, R2"):
        lock_form(study=world.study, by=world.coordinator)
    world.lock_form()
    assert world.study.form_sha256 == draft_sha256(world.study)
    with pytest.raises(errors.NothingToSign, match="locked"):
        sign_form(world, world.readers[0])


def lock_by_hand(world):
    Study.objects.filter(pk=world.study.pk).update(
        form_locked_at=world.study.created_at, form_sha256=draft_sha256(world.study)
    )


def test_the_database_refuses_a_lock_that_a_reader_has_not_signed(world):
    signature = sign_form(world, world.readers[0])
    with pytest.raises(IntegrityError, match="not every reader has signed"), transaction.atomic():
        lock_by_hand(world)
    sign_form(world, world.readers[1])
    Void.objects.create(signature=signature, reason="by hand")
    with pytest.raises(IntegrityError, match="not every reader"), transaction.atomic():
        lock_by_hand(world)
    sign_form(world, world.readers[0])
    lock_by_hand(world)


def test_a_reader_who_has_left_need_not_sign_and_one_who_is_paused_must(world):
    sign_form(world, world.readers[0])
    other = world.readers[1]
    pause_reader(reader=other, by=world.coordinator, reason="ill")
    with pytest.raises(errors.SetupError, match="R2"):
        lock_form(study=world.study, by=world.coordinator)
    withdraw_reader(reader=other, by=world.coordinator, reason="still ill")
    lock_form(study=world.study, by=world.coordinator)


def test_a_study_without_sign_off_is_locked_without(make_world, clock):
    world = make_world(sign_off_required=False)
    lock_form(study=world.study, by=world.coordinator)
    assert not Signature.objects.exists()


def finish(world, clock):
    for reader in world.readers:
        world.finish_exploratory(reader)
    world.lock_form()
    clock.move_to(max(world.opens_at(reader) for reader in world.readers))
    for reader in world.readers:
        for case in world.cases(reader, "blinded"):
            world.read(case, {"ring": 2, "distance": 4})


def test_a_reader_signs_the_answers_when_all_are_given(world, clock):
    reader = world.readers[0]
    with pytest.raises(errors.NothingToSign, match="once every blinded video"):
        sign_form(world, reader, meaning="answers")
    finish(world, clock)
    assert answers_sha256(reader) != answers_sha256(world.readers[1])
    signature = sign_form(world, reader, meaning="answers", sha256=answers_sha256(reader))
    assert (signature.target_type, signature.target_id) == ("reader", str(reader.pk))
    found = {row.signature.meaning: row.verdict for row in signed_by_readers(world)}
    assert found == {"form": "valid", "answers": "valid"}


def altered(world, statement, parameters):
    from django.db import connection

    with without_triggers(connection), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
    return [row.verdict for row in signed_by_readers(world)]


def test_a_score_that_was_changed_past_the_guards_shows_in_the_signature(world, clock):
    finish(world, clock)
    reader = world.readers[0]
    sign_form(world, reader, meaning="answers", sha256=answers_sha256(reader))
    statement = "UPDATE readers_answer SET score = 5 WHERE id = (SELECT min(id) FROM readers_answer)"
    assert altered(world, statement, [])[-1] == "altered"


@pytest.mark.parametrize(
    ("column", "value"),
    [("printed_name", "Somebody else"), ("meaning", "answers"), ("signed_at", "2026-01-01 00:00:00+00:00")],
)
def test_a_signature_that_was_changed_past_the_guards_shows(world, column, value):
    sign_form(world, world.readers[0])
    statement = f"UPDATE readers_signature SET {column} = %s"
    assert altered(world, statement, [value]) == ["altered"]


def test_criteria_changed_past_the_services_show(world):
    sign_form(world, world.readers[0])
    Criterion.objects.filter(key="ring").update(name="Something else")
    assert [row.verdict for row in signed_by_readers(world)] == ["altered"]


def test_the_page_of_signatures_verifies_each(world, as_user):
    sign_form(world, world.readers[0])
    page = as_user(world.monitor).get("/studies/pelvis/signatures/").content.decode()
    assert "reader1" in page
    assert "equal" in page
    assert as_user(world.readers[0].user).get("/studies/pelvis/signatures/").status_code == 404


def test_signing_by_page_and_by_api(world, as_user):
    room = world.study.room.public_id
    client = as_user(world.readers[0].user)
    offer = client.get(f"/api/v1/consensus/{room}/signatures/form/").json()
    assert (offer["sha256"], offer["signed_at"]) == (draft_sha256(world.study), None)
    body = {"sha256": offer["sha256"], "password": "guess"}
    refused = client.post(f"/api/v1/consensus/{room}/signatures/form/", body, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "wrong_password")
    page = client.post(f"/sign/{room}/form/", body)
    assert page.status_code == 403
    assert "not your password" in page.content.decode()
    signed = client.post(f"/sign/{room}/form/", body | {"password": PASSWORD})
    assert signed.status_code == 302
    body["password"] = PASSWORD
    again = client.post(f"/api/v1/consensus/{room}/signatures/form/", body, content_type="application/json")
    assert again.status_code == 201
    assert Signature.objects.filter(meaning="form").count() == 1
    listed = as_user(world.analyst).get(f"/api/v1/consensus/{room}/signatures/").json()
    assert [(row["printed_name"], row["verdict"]) for row in listed] == [
        ("coordinator", "valid"),
        ("reader1", "valid"),
    ]
    assert client.get(f"/api/v1/consensus/{room}/signatures/").status_code == 404
