"""The record of how a reader's screen shows greys: kept as told, never changed, of one's own cases alone."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from readers.models import DisplayCheck
from readers.selectors.display import last_display_test
from tests.roles.rows.reading import SAID, SCREEN

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/display-checks/"


@pytest.fixture
def reader(blinded):
    return blinded.readers[0]


@pytest.fixture
def post(reader, as_user):
    client = as_user(reader.user)
    return lambda body: client.post(
        ADDRESS, body, content_type="application/json", headers={"User-Agent": "Mozilla " * 100}
    )


def test_an_opening_is_kept_with_its_case(blinded, reader, post):
    case = blinded.current(reader)
    assert post(SCREEN | {"assignment": str(case.public_id), "wrong_greys": 3}).status_code == 201
    check = DisplayCheck.objects.get()
    assert (check.by, check.assignment, check.wrong_greys) == (reader.user, case, 3)
    assert (check.device_pixel_ratio, check.page_zoom, check.renderer) == (1.5, 1, "webgl2")
    assert check.user_agent == ("Mozilla " * 100)[:300]
    assert last_display_test(reader.user) is None


def test_the_test_page_is_kept_with_what_was_seen(reader, post):
    assert post(SCREEN | SAID).status_code == 201
    check = last_display_test(reader.user)
    assert check is not None
    assert (check.dark_seen, check.light_seen, check.steps_seen) == (True, True, False)


@pytest.mark.parametrize(
    "change",
    [
        {"wrong_greys": 257},
        {"wrong_greys": -1},
        {"renderer": "crt"},
        {"device_pixel_ratio": 0},
        {"screen_width": "wide"},
        {"dark_seen": None},
        {"assignment": "no id"},
    ],
)
def test_what_no_screen_has_is_refused(post, change):
    assert post(SCREEN | SAID | change).status_code == 400
    assert not DisplayCheck.objects.exists()


def test_a_case_of_nobody_and_one_that_is_not_open_are_refused(blinded, reader, post):
    assert post(SCREEN | {"assignment": str(uuid4())}).status_code == 404
    later = blinded.cases(reader, "blinded")[-1]
    assert post(SCREEN | {"assignment": str(later.public_id)}).status_code == 403
    assert not DisplayCheck.objects.exists()


def test_it_is_append_only(reader, post):
    post(SCREEN | SAID)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        DisplayCheck.objects.update(wrong_greys=1)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        DisplayCheck.objects.all().delete()
