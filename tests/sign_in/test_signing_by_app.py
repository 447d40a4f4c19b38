"""Whoever has no password but an authenticator app signs with its code."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from readers.errors import WrongPassword
from readers.services.signing import sign
from readers.services.studies import grant_role
from tests.sign_in.conftest import code_of, with_app

pytestmark = pytest.mark.django_db


def test_the_code_of_the_app_stands_for_a_password_and_counts_once(make_world, as_user, clock, settings):
    world = make_world()
    person = User(username="ada", first_name="Ada", last_name="Lovelace")
    person.set_unusable_password()
    person.save()
    secret = with_app(person)
    grant_role(study=world.study, user=person, role="coordinator", by=world.coordinator)
    address = f"/sign/{world.study.room.public_id}/protocol/"
    settings.MFA_REQUIRED_OF = []  # how this person has signed in is no matter here
    assert "The code that the app shows now" in as_user(person).get(address).content.decode()
    what = {"study": world.study, "by": person, "meaning": "protocol"}
    sha256 = world.study.protocol_versions.last().sha256
    for wrong in ("", "000000"):
        with pytest.raises(WrongPassword):
            sign(**what, sha256=sha256, password=wrong)
    code = code_of(secret)
    assert sign(**what, sha256=sha256, password=code).user == person
    with pytest.raises(WrongPassword):
        sign(**what, sha256=sha256, password=code)
