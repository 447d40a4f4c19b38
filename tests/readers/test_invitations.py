"""Invitations: one link for one person, once, for fourteen days; nothing told to who was not invited."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.db import IntegrityError, transaction

from readers import errors
from readers.models import AuditEvent, Invitation, Membership, Reader
from readers.services.invitations import (
    VALID,
    accept_invitation,
    invite,
    resend_invitation,
    revoke_invitation,
    token_of,
)
from readers.services.participation import withdraw_reader
from tests.readers.conftest import SECOND, make_user

pytestmark = pytest.mark.django_db

ACCOUNT = {
    "username": "ada",
    "first_name": "Ada",
    "last_name": "Lovelace",
    "password": "a long enough password",
    "again": "a long enough password",
    "time_zone": "Europe/Madrid",
}


@pytest.fixture
def world(make_world, clock):
    return make_world()


def invited(world, **changes):
    facts = {"email": "ada@example.org", "role": "reader", "code": "R9", "specialty": "radiologist"} | changes
    return invite(study=world.study, by=world.coordinator, **facts)


def link():
    (found,) = re.findall(r"https?://\S+(/invitations/\S+)", mail.outbox[-1].body)
    return found


def test_an_invited_person_makes_an_account_and_reads(world, client):
    invited(world)
    assert mail.outbox[-1].to == ["ada@example.org"]
    assert "R9" in client.get(link()).content.decode()
    answer = client.post(link(), ACCOUNT)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    reader = Reader.objects.get(code="R9")
    assert (reader.user.get_full_name(), reader.user.email) == ("Ada Lovelace", "ada@example.org")
    assert (reader.time_zone, reader.specialty) == ("Europe/Madrid", "radiologist")
    assert world.cases(reader, "blinded")
    assert client.get("/read/").status_code == 200
    assert client.login(username="ada", password=ACCOUNT["password"])


@pytest.mark.parametrize("role", ["coordinator", "analyst", "monitor"])
def test_an_existing_account_signs_in_and_accepts(world, as_user, role):
    someone = make_user("someone")
    invited(world, role=role, code="", specialty="")
    as_user(someone).post(link())
    assert Membership.objects.get(user=someone).role == role
    assert Invitation.objects.get().accepted_by == someone


def test_a_link_works_once(world, client):
    invitation = invited(world)
    address = link()
    client.post(address, ACCOUNT)
    client.logout()
    assert client.get(address).status_code == 410
    assert client.post(address, ACCOUNT | {"username": "eve"}).status_code == 410
    assert not User.objects.filter(username="eve").exists()
    with pytest.raises(errors.InvitationEnded):
        accept_invitation(token=token_of(invitation), by=make_user("eve"))
    with pytest.raises(IntegrityError, match="has ended"), transaction.atomic():
        Invitation.objects.update(nonce="again")


def test_a_link_ends_with_its_time_to_the_second(world, client, clock):
    invitation = invited(world)
    clock.move_to(invitation.expires_at - SECOND)
    assert client.get(link()).status_code == 200
    clock.move_to(invitation.expires_at)
    assert client.get(link()).status_code == 410
    resend_invitation(invitation=invitation, by=world.coordinator)
    assert client.get(link()).status_code == 200
    assert Invitation.objects.get().expires_at == invitation.expires_at + VALID


def test_sending_again_and_revoking_end_the_earlier_link(world, client):
    invitation = invited(world)
    first = link()
    resend_invitation(invitation=invitation, by=world.coordinator)
    second = link()
    assert [client.get(address).status_code for address in (first, second)] == [410, 200]
    revoke_invitation(invitation=invitation, by=world.coordinator)
    assert client.get(second).status_code == 410
    with pytest.raises(errors.SetupError, match="ended"):
        resend_invitation(invitation=invitation, by=world.coordinator)


def test_every_dead_link_looks_the_same(world, client):
    invitation = invited(world)
    used, forged = link(), link()[:-2] + "x/"
    revoke_invitation(invitation=invitation, by=world.coordinator)

    def page(address):
        answer = client.get(address)
        return answer.status_code, re.sub(r'value="[^"]+"', "", answer.content.decode()).replace(address, "")

    assert page(used) == page(forged) == page("/invitations/nonsense/")


def test_the_coordinator_cannot_tell_whether_an_address_has_an_account(world, as_user):
    User.objects.create_user("known", email="known@example.org")
    client = as_user(world.coordinator)
    pages = []
    for address in ("known@example.org", "stranger@example.org"):
        form = {"email": address, "role": "monitor"}
        page = client.post("/studies/pelvis/invitations/", form, follow=True).content.decode()
        pages.append(re.findall(r'class="message[^"]*"[^>]*>([^<]+)', page))
    assert pages[0] == pages[1] == ["The invitation is sent."]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"password": "short", "again": "short"}, "too short"),
        ({"again": "another long password"}, "differ"),
        ({"username": "coordinator"}, "already exists"),
        ({"time_zone": "Middle/Earth"}, "Select a valid choice"),
    ],
)
def test_a_refused_account_leaves_the_invitation_open(world, client, change, said):
    invited(world)
    page = client.post(link(), ACCOUNT | change)
    assert page.status_code == 200
    assert said in page.content.decode()
    assert Invitation.objects.get().state == "open"
    assert not Reader.objects.filter(code="R9").exists()


def test_a_member_of_the_team_cannot_accept_as_a_reader(world, as_user):
    invited(world)
    page = as_user(world.analyst).post(link(), {"time_zone": "UTC"})
    assert "already has a role" in page.content.decode()
    assert Invitation.objects.get().state == "open"


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"code": ""}, "code and specialty"),
        ({"code": "R1"}, "R1 is another reader's"),
        ({"role": "monitor"}, "code and specialty"),
        ({"email": "nobody"}, "valid email"),
    ],
)
def test_impossible_invitations_are_refused_and_nothing_is_sent(world, as_user, change, refusal):
    form = {"email": "ada@example.org", "role": "reader", "code": "R9", "specialty": "radiologist"} | change
    page = as_user(world.coordinator).post("/studies/pelvis/invitations/", form)
    assert refusal in page.content.decode().replace("&#x27;", "'")
    assert not Invitation.objects.exists()
    assert mail.outbox == []


def test_a_mail_server_that_is_away_leaves_the_invitation_to_be_sent_again(world, as_user, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    client = as_user(world.coordinator)
    form = {"email": "ada@example.org", "role": "monitor"}
    page = client.post("/studies/pelvis/invitations/", form, follow=True).content.decode()
    assert "did not take" in page
    assert Invitation.objects.get().state == "open"


def test_a_replacement_is_invited_and_takes_the_place(world, client):
    withdraw_reader(reader=world.readers[0], reason="moved", by=world.coordinator)
    with pytest.raises(errors.SetupError, match="reason"):
        invited(world, replaces=world.readers[0])
    invited(world, replaces=world.readers[0], reason="moved")
    client.post(link(), ACCOUNT)
    assert Reader.objects.get(code="R9").predecessor.reader == world.readers[0]


def test_neither_mail_nor_trail_tell_what_they_must_not(world, client):
    invited(world)
    client.post(link(), ACCOUNT)
    text = mail.outbox[-1].subject + mail.outbox[-1].body
    for word in (world.study.title, "pelvis", world.study.group_a, world.study.group_b):
        assert word not in text
    trail = str(list(AuditEvent.objects.values("details", "target_id", "actor_name")))
    assert "example.org" not in trail
    assert "Lovelace" not in trail
    actions = AuditEvent.objects.order_by("-number").values_list("action", flat=True)[:3]
    assert list(actions) == ["invitation.accepted", "reader.enrolled", "invitation.sent"]
