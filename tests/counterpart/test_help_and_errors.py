"""Every page leads to its help, and every refusal says what happened and what to do."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.urls import get_resolver

from counterpart.help import TOPICS, topic_for
from tests.roles.test_roles import names


def test_every_page_of_a_room_has_its_section() -> None:
    pages = [
        name for name in names(get_resolver().url_patterns) if ":" in name and not name.startswith("admin:")
    ]
    assert [name for name in pages if not topic_for(name)] == []
    assert topic_for("readers:case") == "reading"
    assert topic_for("readers:study") == "study"
    assert topic_for("stats:results") == "results"


@pytest.mark.django_db
def test_the_help_page_is_everybodys_and_each_link_finds_its_section(client: Client) -> None:
    page = client.get("/help/").content.decode()
    for topic in TOPICS:
        assert f'href="#{topic.key}"' in page
        assert f'id="{topic.key}"' in page
    assert 'href="/help/#account"' in client.get("/sign-in/").content.decode()


@pytest.mark.django_db
def test_a_form_that_is_out_of_date_says_that_nothing_was_changed() -> None:
    response = Client(enforce_csrf_checks=True).post("/sign-in/", {"username": "a", "password": "b"})
    assert response.status_code == 403
    assert "Nothing was changed" in response.content.decode()


@pytest.mark.django_db
def test_a_request_that_is_not_understood_says_what_to_do(client: Client) -> None:
    response = client.get("/", HTTP_HOST="elsewhere.example.org")
    assert response.status_code == 400
    assert "load the page anew" in response.content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_failure_names_its_reference(client: Client, settings: Any) -> None:
    client.force_login(User.objects.create_user("someone"))
    client.raise_request_exception = False
    with connection.schema_editor() as editor:
        editor.execute("ALTER TABLE readers_membership RENAME TO readers_membership_gone")
    try:
        response = client.get("/")
    finally:
        with connection.schema_editor() as editor:
            editor.execute("ALTER TABLE readers_membership_gone RENAME TO readers_membership")
    assert response.status_code == 500
    assert response["X-Request-ID"] in response.content.decode()
