"""The links at the top lead each role to its pages, and readers nowhere."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from readers.models import Membership, Study
from readers.services.studies import create_study, enrol_reader, grant_role

pytestmark = pytest.mark.django_db

STUDIES, AGREEMENT = "/studies/", "/agreement/"
COHORTS, MODELS, RENDERS = "/cohorts/", "/models/", "/renders/"


@pytest.fixture
def study() -> Study:
    coordinator = User.objects.create_user("coordinator")
    study = create_study(
        by=coordinator,
        slug="young-old",
        title="Young and old",
        group_a="Young",
        group_b="Old",
        n_exploratory=0,
        n_blinded=1,
        allocation_seed=1,
    )
    for role in (Membership.Role.ANALYST, Membership.Role.MONITOR):
        grant_role(study=study, user=User.objects.create_user(role), role=role, by=coordinator)
    reader = User.objects.create_user("reader")
    enrol_reader(study=study, user=reader, code="R1", specialty="surgeon", by=coordinator)
    return study


def links(client: Client, address: str) -> list[str]:
    page = client.get(address).content.decode()
    (nav,) = re.findall(r'<nav aria-label="Main">(.*?)</nav>', page, re.DOTALL)
    return re.findall(r'href="([^"]+)"', nav)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("coordinator", [STUDIES]), ("monitor", [STUDIES]), ("analyst", [STUDIES, AGREEMENT])],
)
def test_the_team_of_a_study(client: Client, study: Study, name: str, expected: list[str]) -> None:
    client.force_login(User.objects.get(username=name))
    assert links(client, STUDIES) == expected
    assert all(client.get(address).status_code == 200 for address in expected)


def test_an_engineer(client: Client) -> None:
    engineer = User.objects.create_user("engineer")
    engineer.groups.add(Group.objects.create(name="engineers"))
    client.force_login(engineer)
    assert links(client, RENDERS) == [COHORTS, MODELS, RENDERS]


def test_readers_have_no_links_even_with_other_roles(client: Client, study: Study) -> None:
    reader = User.objects.get(username="reader")
    reader.groups.add(Group.objects.create(name="engineers"))
    client.force_login(reader)
    assert links(client, "/read/") == []


def test_a_stranger_has_none(client: Client) -> None:
    assert links(client, "/sign-in/") == []


def test_the_page_of_a_study_leads_to_its_results(client: Client, study: Study) -> None:
    client.force_login(User.objects.get(username="analyst"))
    page = client.get(f"{STUDIES}{study.slug}/").content.decode()
    assert 'href="/studies/young-old/results/">Results</a>' in page
