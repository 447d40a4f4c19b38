"""With nginx in front, the product decides and nginx sends: the same bytes, of one size both ways."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from readers.accel import INTERNAL
from readers.models import Assignment
from tests.readers.conftest import World, frames_at


@pytest.fixture
def case(blinded: World, as_user: Callable[[User], Client], settings: Any) -> tuple[Assignment, Client]:
    found = blinded.current(blinded.readers[0])
    client = as_user(blinded.readers[0].user)
    client.post(f"/api/v1/assignments/{found.public_id}/exposures/")
    return found, client


@pytest.mark.parametrize("part", ["/0.png", "/3.png", ".bundle"])
def test_nginx_is_named_a_file_with_the_bytes_that_python_would_send(
    case: tuple[Assignment, Client], settings: Any, part: str
) -> None:
    found, client = case
    address = f"{frames_at(found)}{part}"
    by_python = client.get(address)
    settings.FRAMES_BY_NGINX = True
    handed_over = client.get(address)
    assert handed_over.content == b""
    named = handed_over["X-Accel-Redirect"]
    assert named.startswith(INTERNAL)
    file = Path(settings.FRAMES_ROOT) / named.removeprefix(INTERNAL)
    assert file.read_bytes() == by_python.getvalue()
    assert handed_over["Content-Type"] == by_python["Content-Type"]
    assert handed_over["Cache-Control"] == by_python["Cache-Control"] == "private, no-store"


def test_nobody_elses_frame_is_named(case: tuple[Assignment, Client], settings: Any) -> None:
    settings.FRAMES_BY_NGINX = True
    stranger = Client()
    stranger.force_login(User.objects.create_user("stranger"))
    for part in ("/0.png", ".bundle"):
        response = stranger.get(f"{frames_at(case[0])}{part}")
        assert response.status_code == 404
        assert "X-Accel-Redirect" not in response
