"""API tokens: kept as hashes, ended by time, owner and account; rates that readers never meet."""

from __future__ import annotations

import re
from datetime import timedelta
from io import StringIO

import pytest
import yaml
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client

from readers.models import ApiToken
from readers.services.tokens import make_token, revoke_token
from tests.readers.conftest import START, make_user

pytestmark = pytest.mark.django_db

STUDIES = "/api/v1/studies/"


@pytest.fixture
def owner(clock):
    return make_user("owner")


def get(key, address="/api/v1/worklist/"):
    return Client(headers={"Authorization": f"Bearer {key}"}).get(address)


def test_a_token_signs_in_its_owner_and_its_use_is_seen(owner, clock):
    token, key = make_token(user=owner, name="script")
    assert get(key).status_code == 200
    token.refresh_from_db()
    assert token.last_used_at == START
    clock.shift(30)
    get(key)
    token.refresh_from_db()
    assert token.last_used_at == START


def test_the_key_is_nowhere_in_the_database(owner):
    token, key = make_token(user=owner, name="script")
    assert key not in str(list(ApiToken.objects.values()))
    assert len(token.digest) == 64


@pytest.mark.parametrize("end", ["time", "owner", "account", "guess"])
def test_a_token_ends(owner, clock, end):
    token, key = make_token(user=owner, name="script", days=30)
    if end == "time":
        clock.shift(timedelta(days=30).total_seconds())
    elif end == "owner":
        revoke_token(token=token, by=owner)
    elif end == "account":
        User.objects.update(is_active=False)
    else:
        key += "x"
    answer = get(key)
    assert (answer.status_code, answer.json()["code"]) == (403, "signed_out")


def test_one_s_own_tokens_by_page(owner, as_user):
    client = as_user(owner)
    page = client.post("/tokens/", {"name": "weekly", "days": "7"}).content.decode()
    key = re.findall(r'id="key">(cp_[^<]+)', page)[0]
    assert get(key).status_code == 200
    assert key not in client.get("/tokens/").content.decode()
    token = ApiToken.objects.get()
    assert as_user(make_user("other")).post(f"/tokens/{token.pk}/revoke/").status_code == 404
    client.post(f"/tokens/{token.pk}/revoke/")
    assert get(key).status_code == 403
    client.post("/tokens/", {"name": "long", "days": "999"})
    assert ApiToken.objects.count() == 1


def test_a_token_cannot_make_another_one(owner):
    _, key = make_token(user=owner, name="script")
    client = Client(headers={"Authorization": f"Bearer {key}"})
    answer = client.post("/api/v1/tokens/", {"name": "second"}, content_type="application/json")
    assert (answer.status_code, ApiToken.objects.count()) == (403, 1)


def test_a_token_needs_no_csrf_cookie_and_a_session_does(make_world):
    world = make_world()
    _, key = make_token(user=world.coordinator, name="script")
    address, body = f"{STUDIES}pelvis/deviations/", {"text": "Dimmed."}
    by_token = Client(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {key}"})
    assert by_token.post(address, body, content_type="application/json").status_code == 201
    by_session = Client(enforce_csrf_checks=True)
    by_session.force_login(world.coordinator)
    assert by_session.post(address, body, content_type="application/json").status_code == 403


def test_every_list_comes_in_pages(make_world, as_user):
    world = make_world(n_readers=3)
    client = as_user(world.coordinator)
    first = client.get(f"{STUDIES}pelvis/readers/?limit=2").json()
    assert (first["count"], len(first["results"])) == (3, 2)
    rest = client.get(first["next"]).json()
    assert [row["code"] for row in first["results"] + rest["results"]] == ["R1", "R2", "R3"]
    events = client.get(f"{STUDIES}pelvis/audit/?reader=R2&limit=1").json()
    assert events["results"][0]["details"]["code"] == "R2"
    assert client.get(f"{STUDIES}pelvis/audit/?since=never").status_code == 400


def test_impossible_wishes_get_a_code_and_a_sentence(make_world, as_user):
    world = make_world()
    client = as_user(world.coordinator)

    def post(address, body):
        answer = client.post(f"{STUDIES}pelvis/{address}", body, content_type="application/json")
        return answer.status_code, answer.json()["code"]

    assert post("readers/R1/events/", {"kind": "resumed", "reason": "so"}) == (400, "setup")
    assert post("readers/R1/events/", {"kind": "dismissed", "reason": "so"})[0] == 400
    assert post("readers/R7/events/", {"kind": "paused", "reason": "so"})[0] == 404
    assert post("invitations/", {"email": "a@example.org", "role": "reader"}) == (400, "invalid")
    assert post("deviations/", {"text": "x", "reader": "R7"})[0] == 400


def test_a_reader_at_work_meets_no_limit(blinded, as_user):
    """A burst of an answer and its neighbours each second for a minute is far more than a person does."""
    client = as_user(blinded.readers[0].user)
    assert {client.get("/api/v1/worklist/").status_code for _ in range(120)} == {200}


def test_the_schema_has_examples_and_tells_of_tokens():
    out = StringIO()
    call_command("spectacular", stdout=out)
    schema = yaml.safe_load(out.getvalue())
    assert schema["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    examples = schema["paths"]["/api/v1/studies/{slug}/invitations/"]["post"]["requestBody"]["content"][
        "application/json"
    ]["examples"]
    assert examples["Reader"]["value"]["role"] == "reader"
