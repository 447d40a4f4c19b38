"""Sessions: they end when nobody is there, their owner sees and ends them, one signs in again in place."""

from __future__ import annotations

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from tests.readers.conftest import make_user
from tests.sign_in.conftest import PASSWORD, code_of, with_app

pytestmark = pytest.mark.django_db


def is_in(client: Client) -> bool:
    return bool(client.get("/api/v1/session/").json()["person"])


def test_a_session_ends_half_an_hour_after_the_last_act(ada, client, sign_in, clock):
    sign_in()
    for _ in range(3):
        clock.shift(29 * 60)
        assert client.get("/read/settings/").status_code == 200
    clock.shift(31 * 60)
    assert client.get("/read/settings/").status_code == 302
    assert not is_in(client)


def test_what_a_page_asks_by_itself_keeps_no_session_alive(ada, client, sign_in, clock):
    sign_in()
    for _ in range(4):
        clock.shift(10 * 60)
        client.get("/api/v1/worklist/")
    assert not is_in(client)


def test_no_session_lasts_longer_than_a_working_day(ada, client, sign_in, clock):
    sign_in()
    for _ in range(12 * 3 + 1):
        clock.shift(20 * 60)
        client.get("/read/settings/")
    assert not is_in(client)


def test_the_cookie_ends_with_the_browser_and_is_not_for_scripts(ada, client, sign_in):
    sign_in()
    cookie = client.cookies["sessionid"]
    assert (cookie["max-age"], cookie["expires"]) == ("", "")
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_one_sees_and_ends_one_s_own_sessions_and_nobody_else_s(ada, client, sign_in, as_user, clock):
    away = Client(headers={"user-agent": "Firefox in the library"})
    away.post("/sign-in/", {"login": "ada", "password": PASSWORD})
    sign_in()
    page = client.get("/account/sessions/").content.decode()
    assert "Firefox in the library" in page
    theirs = UserSession.objects.get(user_agent="Firefox in the library")
    assert as_user(make_user("eve")).post(f"/account/sessions/{theirs.pk}/end/").status_code == 404
    assert is_in(away)
    assert client.post(f"/account/sessions/{theirs.pk}/end/").status_code == 302
    assert not is_in(away)
    assert is_in(client)


def test_signing_out_needs_a_click_of_one_s_own(ada, client, sign_in):
    sign_in()
    assert client.get("/sign-out/").status_code == 405
    checked = Client(enforce_csrf_checks=True)
    checked.cookies = client.cookies
    assert checked.post("/sign-out/").status_code == 403
    assert is_in(client)


def test_a_reader_with_an_app_signs_in_in_place_by_password_and_code(blinded, client, clock):
    user = blinded.readers[0].user
    user.set_password(PASSWORD)
    user.save()
    secret = with_app(user)
    mine = Client()
    mine.force_login(user)
    person = mine.get("/api/v1/session/").json()["person"]

    def post(**given: str) -> dict[str, str]:
        body = {"person": person} | given
        return client.post("/api/v1/session/", body, content_type="application/json").json()

    assert post(code=code_of(secret))["code"] == "wrong_password"
    assert post(username=user.username, password=PASSWORD)["code"] == "second_factor"
    assert not is_in(client)
    assert post(code="000000")["code"] == "wrong_code"
    assert post(code=code_of(secret))["person"] == person
    assert is_in(client)
    assert UserSession.objects.filter(user=user).count() == 1
