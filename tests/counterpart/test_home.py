"""The start page sends each role to its own work."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

pytestmark = pytest.mark.django_db


def test_a_stranger_is_asked_to_sign_in(client: Client) -> None:
    answer = client.get("/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/")


def test_a_wrong_password_is_told_in_words(client: Client) -> None:
    User.objects.create_user("someone", password="a long enough password")
    page = client.post("/sign-in/", {"login": "someone", "password": "wrong"})
    assert "do not match" in page.content.decode()


def test_an_engineer_starts_at_the_renders(client: Client) -> None:
    engineer = User.objects.create_user("engineer")
    engineer.groups.add(Group.objects.get_or_create(name="engineers")[0])
    client.force_login(engineer)
    assert client.get("/")["Location"] == "/renders/"


def test_someone_without_any_role_starts_at_the_studies(client: Client) -> None:
    client.force_login(User.objects.create_user("someone"))
    assert client.get("/")["Location"] == "/studies/"
