"""Second factors: set up, asked for, required by role; lost ones; kept encrypted."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.test import Client

from readers.models import Action, AuditEvent
from tests.readers.conftest import make_user
from tests.sign_in.conftest import PASSWORD, code_of, factors, with_app

pytestmark = pytest.mark.django_db


def confirm(client: Client) -> None:
    assert client.post("/account/confirm/", {"password": PASSWORD}).status_code == 302


def set_up_app(client: Client) -> str:
    """Set an app up as a person does, with the password once more; returns its secret."""
    assert client.get("/account/app/")["Location"].startswith("/account/confirm/")
    confirm(client)
    page = client.get("/account/app/").content.decode()
    secret = re.search(r'id="secret">(\w+)<', page)[1]  # type: ignore[index]
    wrong = client.post("/account/app/", {"code": "000000"})
    assert "That code is not right" in wrong.content.decode()
    done = client.post("/account/app/", {"code": code_of(secret)})
    assert done["Location"] == "/account/recovery-codes/"
    return secret


@pytest.mark.django_db(transaction=True)
def test_an_app_is_set_up_and_then_asked_for(ada, client, sign_in, clock):
    sign_in()
    secret = set_up_app(client)
    assert AuditEvent.objects.filter(action=Action.SECOND_FACTOR_SET, actor=ada).exists()
    client.post("/sign-out/")
    clock.shift(60)
    assert client.post("/sign-in/", {"login": "ada", "password": PASSWORD})["Location"] == "/sign-in/code/"
    assert client.get("/api/v1/session/").json()["person"] == ""
    assert client.post("/sign-in/code/", {"code": "000000"}).status_code == 200
    assert client.post("/sign-in/code/", {"code": code_of(secret)}).status_code == 302
    assert client.get("/api/v1/session/").json()["person"]


def test_a_code_works_once(ada, client, sign_in, clock):
    secret = with_app(ada)
    code = code_of(secret)
    for found in (302, 200):
        sign_in()
        assert client.post("/sign-in/code/", {"code": code}).status_code == found
        client.post("/sign-out/")


def test_guessing_codes_waits(ada, client, sign_in, clock):
    secret = with_app(ada)
    sign_in()
    for number in range(5):
        client.post("/sign-in/code/", {"code": f"00000{number}"})
    page = client.post("/sign-in/code/", {"code": code_of(secret)})
    assert "Too many wrong attempts" in page.content.decode()


def test_recovery_codes_are_shown_once_and_work_once(ada, client, sign_in, clock):
    sign_in()
    set_up_app(client)
    codes = re.findall(r"<li><code>(\d+)</code>", client.get("/account/recovery-codes/").content.decode())
    assert len(codes) == 10
    assert re.findall(r"<li><code>", client.get("/account/recovery-codes/").content.decode()) == []
    for found in (302, 200):
        client.post("/sign-out/")
        sign_in()
        assert client.post("/sign-in/code/", {"code": codes[0]}).status_code == found


def test_the_database_holds_no_secret_in_clear(ada):
    secret = with_app(ada)
    assert secret not in str(list(Authenticator.objects.values()))


def test_a_server_with_another_key_lets_nobody_in_and_does_not_fail(ada, client, sign_in, settings):
    secret = with_app(ada)
    settings.SECRET_KEY = "quite another key"
    sign_in()
    assert client.post("/sign-in/code/", {"code": code_of(secret)}).status_code == 200
    settings.SECRET_KEY_FALLBACKS = ["a key between"]
    assert client.post("/sign-in/code/", {"code": code_of(secret)}).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_who_must_have_one_can_do_nothing_else_before(ada, client, sign_in):
    ada.groups.add(Group.objects.create(name="engineers"))
    sign_in()
    for address in ("/", "/renders/", "/cohorts/", "/tokens/", "/admin/"):
        answer = client.get(address)
        assert (answer.status_code, answer["Location"]) == (302, "/account/"), address
    refused = client.get("/api/v1/cohorts/")
    assert (refused.status_code, refused.json()["code"]) == (403, "second_factor_required")
    assert client.post("/api/v1/tokens/", {"name": "x"}).status_code == 403
    set_up_app(client)
    assert client.get("/renders/").status_code == 200


def test_required_by_role_group_and_rank(make_world, as_user, settings):
    world = make_world()
    staff = make_user("staff")
    staff.is_staff = True
    staff.save()
    author = make_user("author")
    author.groups.add(Group.objects.create(name="coordinators"))
    held_back = (world.coordinator, world.analyst, world.monitor, staff, author)
    assert {as_user(person).get("/")["Location"] for person in held_back} == {"/account/"}
    assert as_user(world.readers[0].user).get("/")["Location"] == "/read/"
    settings.MFA_REQUIRED_OF = ["reader"]
    assert as_user(world.readers[0].user).get("/")["Location"] == "/account/"
    assert as_user(world.coordinator).get("/")["Location"] == "/studies/"


def test_a_role_given_in_mid_session_asks_for_one_at_once(make_world, as_user):
    person = make_user("someone")
    client = as_user(person)
    assert client.get("/studies/").status_code == 200
    person.groups.add(Group.objects.create(name="engineers"))
    assert client.get("/studies/")["Location"] == "/account/"


def test_a_password_is_asked_again_before_a_factor_is_removed(ada, client, sign_in, clock):
    secret = with_app(ada)
    sign_in()
    client.post("/sign-in/code/", {"code": code_of(secret)})
    assert client.post("/account/app/remove/").status_code == 302
    assert factors(ada) == {"totp"}
    confirm(client)
    client.post("/account/app/remove/")
    assert factors(ada) == set()
    assert AuditEvent.objects.filter(action=Action.SECOND_FACTOR_REMOVED, actor=ada).exists()


def test_lost_factors_are_taken_away_and_sessions_end(ada, client, sign_in, capsys):
    secret = with_app(ada)
    sign_in()
    client.post("/sign-in/code/", {"code": code_of(secret)})
    call_command("reset_second_factor", "ada")
    assert factors(ada) == set()
    assert client.get("/account/").status_code == 302
    assert AuditEvent.objects.filter(action=Action.SECOND_FACTOR_RESET, target_id=str(ada.pk)).exists()
    with pytest.raises(CommandError, match="no account “bob”"):
        call_command("reset_second_factor", "bob")


def test_the_admin_shows_no_secret_of_anybody(client):
    root = make_user("root")
    root.is_staff = root.is_superuser = True
    root.save()
    with_app(root)
    client.force_login(root)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": 0}]
    session["account_authentication_methods_user"] = str(root.pk)
    session.save()
    assert client.get("/admin/").status_code == 200
    for model in ("mfa/authenticator", "usersessions/usersession", "socialaccount/socialtoken"):
        assert client.get(f"/admin/{model}/").status_code == 404
