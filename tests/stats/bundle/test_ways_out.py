"""The bundle by command and by page: what arrives, who may have it, and what is said when nothing can."""

from __future__ import annotations

import hashlib
from io import StringIO
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.http import Http404, HttpResponse
from django.test import RequestFactory

from readers.models import Action, AuditEvent, Study
from stats.bundle.views import bundle_file
from tests.stats.bundle.conftest import unpacked
from tests.stats.conftest import person, score


def get(name: str, slug: str, query: str = "") -> HttpResponse:
    request = RequestFactory().get(f"/studies/{slug}/results/bundle.zip{query}")
    request.user = person(name)
    return bundle_file(request, slug=slug)


def test_the_command_writes_both_variants(read_here: Study, tmp_path: Path) -> None:
    for options, first in (([], "young-and-old-bundle"), (["--blinded"], "study-")):
        out, said = tmp_path / "bundle.zip", StringIO()
        call_command("export_bundle", read_here.slug, "--out", str(out), *options, stdout=said)
        content = out.read_bytes()
        assert said.getvalue() == f"{out}: 4 ratings, sha256 {hashlib.sha256(content).hexdigest()}\n"
        assert first.encode() in content
        assert "recompute.R" in unpacked(content)


def test_the_command_says_what_is_wrong(running: Study, tmp_path: Path) -> None:
    out = tmp_path / "bundle.zip"
    with pytest.raises(CommandError, match=r"no study 'nowhere'\. Studies: running\."):
        call_command("export_bundle", "nowhere", "--out", str(out))
    with pytest.raises(CommandError, match="no submitted ratings yet: nothing to export"):
        call_command("export_bundle", "running", "--out", str(out))
    assert not out.exists()
    score(running, "R1", "V01", 4)
    with pytest.raises(CommandError, match=r"Cannot write .*none/bundle\.zip: No such file or directory"):
        call_command("export_bundle", "running", "--out", str(tmp_path / "none" / "bundle.zip"))


def test_the_page_gives_what_the_command_writes(read_here: Study, tmp_path: Path) -> None:
    for variant, options in (("unblinded", []), ("blinded", ["--blinded"])):
        call_command("export_bundle", read_here.slug, "--out", str(tmp_path / "b.zip"), *options)
        response = get("analyst", read_here.slug, f"?variant={variant}")
        assert response.content == (tmp_path / "b.zip").read_bytes()
        assert response["Content-Type"] == "application/zip"
        assert response["Cache-Control"] == "private, no-store"
        assert response["Content-Disposition"].endswith('.zip"')


def test_who_may_have_it(running_half: Study) -> None:
    assert get("analyst", "running").status_code == 200
    for name in ("coordinator", "monitor"):
        with pytest.raises(PermissionDenied):
            get(name, "running")
    for name in ("reader-R1", "stranger"):
        for query in ("", "?variant=none"):
            with pytest.raises(Http404):
                get(name, "running", query)


def test_addresses_that_give_nothing(running: Study) -> None:
    assert get("analyst", "running", "?variant=none").status_code == 400
    empty = get("analyst", "running")
    assert empty.status_code == 409
    assert "nothing to export" in empty.content.decode()


def test_each_bundle_that_leaves_is_on_record(read_here: Study, tmp_path: Path) -> None:
    exports = AuditEvent.objects.filter(study=read_here, action=Action.EXPORT).order_by("number")
    content = get("analyst", read_here.slug, "?variant=blinded").content
    call_command("export_bundle", read_here.slug, "--out", str(tmp_path / "bundle.zip"))
    by_page, by_command = exports
    assert (by_page.actor_name, by_command.actor) == ("analyst", None)
    ((name, sha256),) = by_page.details["files"].items()
    assert sha256 == hashlib.sha256(content).hexdigest()
    assert name.endswith("-bundle-blinded.zip")
    assert list(by_command.details["files"]) == ["young-and-old-bundle.zip"]
    get("analyst", read_here.slug, "?variant=none")
    assert exports.count() == 2
