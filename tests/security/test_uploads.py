"""Uploads: few, small, text alone, and their names lead nowhere."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.roles.conftest import Scene

pytestmark = pytest.mark.django_db

UPLOADS = {"readers/views/setup.py", "stats/views/upload.py"}
NAMES = ["../../etc/passwd", "/etc/passwd", "a\x00b", "<script>alert(1)</script>.csv", "CON", "x" * 300]
BINARY = [
    b"\x89PNG\r\n\x1a\n" + bytes(100),
    b"PK\x03\x04" + bytes(100),
    b"%PDF-1.7\n%\xe2\xe3\xcf\xd3",
    b"\x7fELF" + bytes(100),
    bytes(128) + b"DICM",
    b"MZ\x90\x00" + bytes(60),
]
OTHER_FIELDS = {"scale": "1,2,3,4,5", "weights": "quadratic", "confidence": 0.95}
ADDRESSES = [("/agreement/", "file", "analyst"), ("/studies/new/", "protocol", "coordinator")]


def test_these_are_all_the_uploads_there_are() -> None:
    found = set()
    for room in ("counterpart", "generation", "readers", "stats"):
        for path in Path(settings.BASE_DIR, room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Attribute) and node.attr == "FILES":
                    found.add(str(path.relative_to(settings.BASE_DIR)))
    assert found == UPLOADS


@pytest.mark.parametrize(("address", "field", "who"), ADDRESSES)
def test_what_is_not_the_text_it_should_be_is_refused_in_words(
    scene: Scene, address: str, field: str, who: str
) -> None:
    client = Client()
    client.force_login(scene.people[who])
    for content in BINARY:
        upload = SimpleUploadedFile("ratings.csv", content, content_type="text/csv")
        answer = client.post(
            address, {field: upload, "scale": "1,2,3,4,5", "weights": "quadratic", "confidence": 0.95}
        )
        assert answer.status_code == 400, content[:8]
        assert b"alert" in answer.content


@pytest.mark.parametrize(("address", "field", "who"), ADDRESSES)
def test_names_are_shown_as_text_and_open_nothing(scene: Scene, address: str, field: str, who: str) -> None:
    client = Client()
    client.force_login(scene.people[who])
    before = {path for path in Path(settings.DATA_ROOT).rglob("*") if "cache" not in path.parts}
    for name in NAMES:
        upload = SimpleUploadedFile("x", b"a,b\n1,2\n", content_type="text/csv")
        upload._name = name  # type: ignore[attr-defined]  (the setter would tidy it, as no attacker does)
        answer = client.post(
            address, {field: upload, "scale": "1,2", "weights": "identity", "confidence": 0.95}
        )
        assert answer.status_code == 400
        assert b"<script>alert(1)" not in answer.content
    assert {path for path in Path(settings.DATA_ROOT).rglob("*") if "cache" not in path.parts} == before
