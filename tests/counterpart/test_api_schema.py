"""The OpenAPI schema describes every endpoint, without a guess by its generator."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client


def test_the_schema_is_valid_and_without_warnings(tmp_path) -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yaml"))


@pytest.mark.django_db
def test_schema_and_its_page_are_for_people_who_are_signed_in(client: Client) -> None:
    for address in ("/api/v1/schema/", "/api/v1/docs/"):
        assert client.get(address).status_code in (401, 403)
    client.force_login(User.objects.create_user("someone"))
    for address in ("/api/v1/schema/", "/api/v1/docs/"):
        assert client.get(address).status_code == 200
