"""Passwords: wrong ones wait, wherever they are tried; nobody learns who has an account."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client

from tests.readers.conftest import make_user
from tests.sign_in.conftest import PASSWORD

pytestmark = pytest.mark.django_db


def test_a_right_password_signs_in(ada, client, sign_in):
    assert sign_in() == 302
    assert client.get("/api/v1/session/").json()["person"]


def test_guessing_a_password_waits_before_it_is_even_looked_at_and_others_do_not(ada, client, sign_in, clock):
    assert {sign_in(password="guess") for _ in range(5)} == {200}
    assert sign_in() == 200
    assert (
        "Too many wrong attempts"
        in client.post("/sign-in/", {"login": "ada", "password": PASSWORD}).content.decode()
    )
    User.objects.create_user("eve", password=PASSWORD)
    assert sign_in(username="eve") == 302
    client.logout()
    clock.shift(301)
    assert sign_in() == 302


def test_right_passwords_between_wrong_ones_wipe_nothing_out(ada, client, sign_in, clock):
    for _ in range(5):
        sign_in(password="guess")
        clock.shift(1)
        if sign_in() == 302:
            client.logout()
        clock.shift(1)
    assert sign_in() == 200


def test_one_address_that_tries_many_names_waits_too(ada, client, sign_in, clock):
    for number in range(20):
        sign_in(username=f"name-{number}", password="guess")
    assert sign_in() == 200


def test_a_name_without_account_is_answered_like_one_with_another_password(ada, client):
    pages = [
        client.post("/sign-in/", {"login": name, "password": "guess"}).content.replace(name.encode(), b"")
        for name in ("ada", "bob")
    ]
    told = [page[page.index(b"<h1>") : page.index(b'name="login"')] for page in pages]
    told = [re.sub(rb'value="\w{64}"', b"", page) for page in told]
    assert told[0] == told[1]
    assert b"do not match" in told[0]


def test_nobody_guesses_passwords_in_place_either_not_even_signed_in(ada, as_user, clock):
    wrong = {"person": "x", "username": "ada", "password": "guess"}
    clients = (Client(), as_user(make_user("mallory")))
    codes = [
        clients[i % 2].post("/api/v1/session/", wrong, content_type="application/json").json()["code"]
        for i in range(6)
    ]
    assert codes == ["wrong_password"] * 5 + ["too_many_attempts"]


def test_counts_are_kept_where_every_process_finds_them(ada, sign_in, settings):
    sign_in(password="guess")
    assert type(cache._connections["default"]).__name__ == "SharedFileCache"  # type: ignore[attr-defined]
    assert list((settings.DATA_ROOT / "cache").glob("*.djcache"))


@pytest.mark.parametrize("password", ["short", "password1234", "123456789012345", "ada-ada-ada-1"])
def test_a_weak_new_password_is_refused(ada, client, sign_in, password):
    sign_in()
    ada.username = "ada-ada-ada"
    ada.save()
    page = client.post(
        "/account/password/", {"oldpassword": PASSWORD, "password1": password, "password2": password}
    )
    assert page.status_code == 200
    ada.refresh_from_db()
    assert ada.check_password(PASSWORD)


def test_a_new_password_ends_the_other_sessions(ada, client, sign_in):
    other = Client()
    other.force_login(ada)
    sign_in()
    new = "quite another long password"
    done = client.post("/account/password/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert done.status_code == 302
    assert client.get("/account/").status_code == 200
    assert other.get("/account/").status_code == 302


def test_the_admin_has_no_door_of_its_own(ada, client):
    assert client.get("/admin/login/")["Location"].startswith("/sign-in/")
    assert client.post("/admin/login/", {"username": "ada", "password": PASSWORD}).status_code == 302
    assert client.get("/api/v1/session/").json()["person"] == ""


def test_a_closed_account_is_told_so_and_not_let_in(ada, client, sign_in):
    ada.is_active = False
    ada.save()
    sign_in()
    assert client.get("/api/v1/session/").json()["person"] == ""


def test_signing_in_leads_to_no_other_site(ada, client):
    sent = {"login": "ada", "password": PASSWORD, "next": "https://elsewhere.example/"}
    assert client.post("/sign-in/", sent)["Location"] == "/"
