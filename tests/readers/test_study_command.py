"""`manage.py study`: check, export, import, example; there and back byte for byte, all or nothing."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command

from readers.models import AuditEvent, Criterion, Membership, Study
from readers.protocol import document
from readers.protocol.document_file import example, parse, serialise
from readers.selectors.protocol import protocol_of
from readers.services.form import lock_form
from readers.services.studies import create_study, set_criteria
from tests.readers.conftest import CRITERIA, make_user

pytestmark = pytest.mark.django_db


def run(*words):
    out = io.StringIO()
    call_command("study", *words, stdout=out)
    return out.getvalue()


@pytest.fixture
def coordinator():
    return make_user("cleo")


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "protocol.yaml"
    path.write_text(serialise(example(n_common=10, n_per_reader=20, n_repeats=4)), encoding="utf-8")
    return path


def test_an_imported_study_is_exported_as_the_same_bytes(file, coordinator, tmp_path):
    assert "is made, with cleo as its coordinator" in run("import", str(file), "--by", "cleo")
    run("export", "pelvis", "--out", str(tmp_path / "again.yaml"))
    assert (tmp_path / "again.yaml").read_bytes() == file.read_bytes()
    assert run("export", "pelvis") == file.read_text(encoding="utf-8")
    study = Study.objects.get()
    assert study.protocol_versions.get().sha256 == document.sha256(document.content(parse(file.read_bytes())))
    assert Membership.objects.get().role == "coordinator"


def test_a_study_with_criteria_goes_there_and_back(coordinator, tmp_path):
    study = create_study(
        by=coordinator, slug="one", title="1 – “x”", group_a="A", group_b="B", allocation_seed=1
    )
    set_criteria(study=study, criteria=CRITERIA, by=coordinator)
    copied = run("export", "one").replace('slug: "one"', 'slug: "two"')
    (tmp_path / "two.yaml").write_text(copied, encoding="utf-8")
    run("import", str(tmp_path / "two.yaml"), "--by", "cleo")
    two = Study.objects.get(slug="two")
    assert run("export", "two") == copied
    assert protocol_of(two).criteria == protocol_of(study).criteria


def test_a_file_changes_a_study_as_a_version_with_a_reason(file, coordinator):
    run("import", str(file), "--by", "cleo")
    changed = file.read_text(encoding="utf-8").replace("days: 28", "days: 42")
    file.write_text(changed, encoding="utf-8")
    with pytest.raises(CommandError, match="say why") as refused:
        run("import", str(file), "--by", "cleo")
    assert refused.value.returncode == 2
    told = run("import", str(file), "--by", "cleo", "--reason", "Longer memory")
    assert "washout.days: 28 → 42" in told
    assert [v.reason for v in Study.objects.get().protocol_versions.all()] == [
        "The study is set up.",
        "Longer memory",
    ]
    assert "nothing changed" in run("import", str(file), "--by", "cleo")
    assert Study.objects.get().protocol_versions.count() == 2


def test_a_dry_run_says_what_would_happen_and_does_nothing(file, coordinator):
    assert "would be made" in run("import", str(file), "--by", "cleo", "--dry-run")
    assert not Study.objects.exists()
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("act", [("check",), ("import", "--by", "cleo")])
def test_a_file_that_cannot_be_used_is_refused_with_every_problem(file, coordinator, act):
    text = (
        file.read_text(encoding="utf-8").replace("days: 28", "days: 7").replace("criteria: []", "critera: []")
    )
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError) as refused:
        run(act[0], str(file), *act[1:])
    assert refused.value.returncode == 1
    assert "washout.days: A washout of 7 days is too short" in str(refused.value)
    assert "Did you mean “criteria”?" in str(refused.value)
    assert not Study.objects.exists()


def test_an_import_is_never_half_done(file, coordinator):
    run("import", str(file), "--by", "cleo")
    study = Study.objects.get()
    set_criteria(study=study, criteria=CRITERIA, by=coordinator)
    lock_form(study=study, by=coordinator)
    text = run("export", "pelvis")
    changed = text.replace('title: "Pelvic', 'title: "Hip').replace("Pelvic ring", "Ring")
    file.write_text(changed, encoding="utf-8")
    with pytest.raises(CommandError, match="locked") as refused:
        run("import", str(file), "--by", "cleo", "--reason", "Rename")
    assert refused.value.returncode == 2
    assert run("export", "pelvis") == text
    assert Criterion.objects.filter(name="Pelvic ring").exists()


@pytest.mark.parametrize(
    ("words", "message", "status"),
    [
        (("export", "nothing"), "there is no study “nothing”; there are: none", 2),
        (("check", "/nowhere.yaml"), "cannot be read", 1),
        (("import", "FILE", "--by", "nobody"), "there is no account “nobody”", 2),
    ],
)
def test_other_mistakes_are_told(file, words, message, status):
    with pytest.raises(CommandError, match=message) as refused:
        run(*(str(file) if word == "FILE" else word for word in words))
    assert refused.value.returncode == status


def test_a_stranger_cannot_change_a_study_by_a_file(file, coordinator):
    make_user("stranger")
    run("import", str(file), "--by", "cleo")
    file.write_text(file.read_text(encoding="utf-8").replace("days: 28", "days: 42"), encoding="utf-8")
    with pytest.raises(CommandError, match="Only a coordinator"):
        run("import", str(file), "--by", "stranger", "--reason", "Why not")


def test_the_example_can_be_checked(tmp_path):
    (tmp_path / "p.yaml").write_text(run("example"), encoding="utf-8")
    told = run("check", str(tmp_path / "p.yaml"))
    assert f"SHA-256 {document.sha256(document.content(example()))}" in told
