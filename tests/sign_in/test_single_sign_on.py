"""The hospital's sign-in by OpenID Connect: a real provider on loopback, and a browser's way through it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import User
from django.test import Client

from readers.models import Membership, Signature
from readers.services.invitations import invite, revoke_invitation, token_of
from readers.services.studies import grant_role
from tests.firefox import free_port
from tests.readers.conftest import make_user
from tests.sign_in.conftest import PASSWORD
from tests.sign_in.test_many_processes import wait_for

pytestmark = pytest.mark.django_db

LOGIN = "/sign-in/with/sso/"


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """An OpenID Connect provider in a process of its own; returns its address."""
    port = free_port()
    address = f"http://localhost:{port}"
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(f"{address}/.well-known/openid-configuration")
        for sub, name in (("ada-17", "Ada Lovelace"), ("eve-3", "Eve")):
            claims = {"name": name, "email": f"{sub}@hospital.example", "preferred_username": sub}
            requests.put(f"{address}/users/{sub}", json=claims, timeout=20).raise_for_status()
        yield address
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture
def hospital(provider: str, settings: Any) -> str:
    """The site with the provider as its single sign-on."""
    app = {
        "provider_id": "sso",
        "name": "General Hospital",
        "client_id": "counterpart",
        "secret": "shared",
        "settings": {"server_url": provider},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    return provider


def through(client: Client, who: str, **query: str) -> Any:
    """Sign in at the hospital as `who` and come back; the last response of ours."""
    there = client.post(LOGIN, query, query_params=query)["Location"]
    back = requests.post(there, data={"sub": who}, allow_redirects=False, timeout=20).headers["Location"]
    parts = urlsplit(back)
    return client.get(f"{parts.path}?{parts.query}")


def who_is_in(client: Client) -> str:
    found = re.search(r'<a href="/account/">([^<]*)</a>', client.get("/account/").content.decode())
    return found[1] if found else ""


def test_a_person_without_invitation_gets_no_account(hospital, client):
    answer = through(client, "ada-17")
    assert "There is no account for you here yet" in answer.content.decode()
    assert not User.objects.exists()


def test_an_invited_person_comes_in_by_the_hospital_and_accepts(hospital, client, make_world):
    world = make_world()
    invitation = invite(study=world.study, email="ada@hospital.example", role="monitor", by=world.coordinator)
    address = f"/invitations/{token_of(invitation)}/"
    assert client.get(address).status_code == 200
    assert through(client, "ada-17", next=address)["Location"] == address
    person = SocialAccount.objects.get(uid="ada-17").user
    assert not person.has_usable_password()
    assert person.get_full_name() == "Ada Lovelace"
    client.post(address)
    assert Membership.objects.filter(user=person, role="monitor").exists()


def test_an_ended_invitation_makes_no_account(hospital, client, make_world):
    world = make_world()
    invitation = invite(study=world.study, email="ada@hospital.example", role="monitor", by=world.coordinator)
    client.get(f"/invitations/{token_of(invitation)}/")
    revoke_invitation(invitation=invitation, by=world.coordinator)
    through(client, "ada-17")
    assert not SocialAccount.objects.exists()


def test_an_account_is_joined_by_its_owner_and_then_signed_in_by_the_hospital(hospital, ada, client, sign_in):
    sign_in()
    client.post("/account/confirm/", {"password": PASSWORD})
    through(client, "ada-17", process="connect")
    assert SocialAccount.objects.get(uid="ada-17").user == ada
    away = Client()
    assert through(away, "ada-17").status_code == 302
    assert who_is_in(away) == "ada"
    assert who_is_in(Client()) == ""


def test_nobody_takes_over_an_account_by_its_name_or_address(hospital, client):
    User.objects.create_user("ada-17", email="ada-17@hospital.example", password=PASSWORD)
    through(client, "ada-17")
    assert who_is_in(client) == ""


def test_a_second_factor_is_asked_for_unless_the_hospital_asks_itself(hospital, client, make_world, settings):
    world = make_world()
    person = make_user("ada-17")
    SocialAccount.objects.create(user=person, provider="sso", uid="ada-17")
    grant_role(study=world.study, user=person, role="analyst", by=world.coordinator)
    through(client, "ada-17")
    assert client.get("/studies/")["Location"] == "/account/"
    settings.OIDC_ASKS_FOR_SECOND_FACTOR = True
    assert client.get("/studies/").status_code == 200


def test_an_answer_that_the_browser_did_not_ask_for_is_refused(hospital, ada, client):
    SocialAccount.objects.create(user=ada, provider="sso", uid="ada-17")
    there = Client().post(LOGIN)["Location"]
    back = requests.post(there, data={"sub": "ada-17"}, allow_redirects=False, timeout=20).headers["Location"]
    page = client.get(f"{urlsplit(back).path}?{urlsplit(back).query}")
    assert "Single sign-on failed" in page.content.decode()
    assert who_is_in(client) == ""


def test_a_hospital_that_does_not_answer_is_told_in_words(hospital, client, settings):
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"] = {
        "server_url": "http://localhost:9"
    }
    page = client.post(LOGIN)
    assert "Single sign-on failed" in page.content.decode()


def test_a_signature_of_a_person_without_password_needs_a_fresh_sign_in_each_time(
    hospital, client, make_world, clock, settings
):
    settings.MFA_REQUIRED_OF = []  # tested above
    world = make_world()
    person = User(username="ada-17", first_name="Ada", last_name="Lovelace")
    person.set_unusable_password()
    person.save()
    SocialAccount.objects.create(user=person, provider="sso", uid="ada-17")
    grant_role(study=world.study, user=person, role="coordinator", by=world.coordinator)
    address = f"/sign/{world.study.room.public_id}/protocol/"

    def sign() -> int:
        return client.post(address, {"sha256": world.study.protocol_versions.last().sha256}).status_code

    signed = Signature.objects.filter(user=person)
    through(client, "ada-17")
    clock.shift(121)
    assert "within two minutes" in client.get(address).content.decode()
    assert (sign(), signed.count()) == (403, 0)
    through(client, "ada-17", auth_params="prompt=login")
    assert 'name="sha256"' in client.get(address).content.decode()
    assert (sign(), signed.count()) == (302, 1)
    assert "Sign in once more" not in client.get(address).content.decode()
