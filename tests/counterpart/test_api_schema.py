"""The OpenAPI schema describes every endpoint, without a guess by its generator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client


def test_the_schema_is_valid_and_without_warnings(tmp_path) -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yaml"))


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_page_of_the_api_lists_its_operations_under_the_strict_policy(
    signed_in_page: Callable[..., Any],
) -> None:
    page = signed_in_page(User.objects.create_user("someone"))
    page.goto("/api/v1/docs/")
    page.get_by_text("/api/v1/worklist/").first.wait_for()
    assert page.problems == []


@pytest.mark.django_db
def test_schema_and_its_page_are_for_people_who_are_signed_in(client: Client) -> None:
    for address in ("/api/v1/schema/", "/api/v1/docs/"):
        assert client.get(address).status_code in (401, 403)
    client.force_login(User.objects.create_user("someone"))
    for address in ("/api/v1/schema/", "/api/v1/docs/"):
        assert client.get(address).status_code == 200
