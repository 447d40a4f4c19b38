"""Settings are environment variables; wrong ones stop the start, with a line each that tells no secret."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from counterpart.environment import Environment, SettingsUnusable, variables

PRODUCTION = {
    "COUNTERPART_HTTPS": "true",
    "COUNTERPART_HOSTS": "reads.example.org",
    "COUNTERPART_URL": "https://reads.example.org",
}


def refusal(**environ: str) -> list[str]:
    with pytest.raises(SettingsUnusable) as refused:
        Environment.read(environ)
    return str(refused.value).splitlines()


def test_nothing_set_is_the_embedded_set_up() -> None:
    found = Environment.read({})
    assert (found.data, found.database, found.email, found.https) == (Path("data"), None, None, False)
    assert found.hosts == ["localhost", "127.0.0.1"]


def test_second_factors_are_switched_off_by_a_word_alone() -> None:
    assert "reader" not in Environment.read({}).mfa
    assert Environment.read({"COUNTERPART_MFA": "nobody"}).mfa == []
    assert refusal(COUNTERPART_MFA="readers") == [
        "COUNTERPART_MFA must name some of reader, coordinator, analyst, monitor, engineer, staff, "
        "or nobody; not readers."
    ]
    assert refusal(COUNTERPART_MFA="") == ["COUNTERPART_MFA must name at least one."]


def test_what_counts_attempts_must_be_shared() -> None:
    found = Environment.read({"COUNTERPART_CACHE_URL": "dbcache://counts"}).cache
    assert found == {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "counts"}
    for url in ("locmemcache://", "dummycache://", "gopher://x"):
        assert len(refusal(COUNTERPART_CACHE_URL=url)) == 1


def test_single_sign_on_needs_an_id_and_minutes_are_a_number() -> None:
    (problem,) = refusal(COUNTERPART_OIDC_URL="https://id.example.org")
    assert problem.startswith("COUNTERPART_OIDC_ID is missing")
    assert refusal(COUNTERPART_IDLE="half an hour") == [
        "COUNTERPART_IDLE must be a whole number of minutes, not 'half an hour'."
    ]


def test_what_is_written_arrives_with_its_type() -> None:
    found = Environment.read(
        {
            **PRODUCTION,
            "DATABASE_URL": "postgres://who:what@db:5433/reads",
            "COUNTERPART_HOSTS": "reads.example.org, b",
        }
    )
    assert found.https is True
    assert found.hosts == ["reads.example.org", "b"]
    assert found.database is not None
    assert found.database["ENGINE"] == "django.db.backends.postgresql"
    assert (found.database["HOST"], found.database["PORT"]) == ("db", 5433)


def test_everything_that_is_wrong_is_said_at_once() -> None:
    lines = refusal(
        COUNTERPART_HOST="a",
        COUNTERPART_DEBUG="perhaps",
        COUNTERPART_URL="reads",
        DATABASE_URL="mysql://u:hidden@h/n",
    )
    assert [line.split()[0] for line in lines] == [
        "COUNTERPART_HOST",
        "DATABASE_URL",
        "COUNTERPART_URL",
        "COUNTERPART_DEBUG",
    ]
    assert "COUNTERPART_HOSTS" in lines[0]
    assert "hidden" not in "".join(lines)


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"COUNTERPART_DEBUG": "true"}, "COUNTERPART_DEBUG"),
        ({"COUNTERPART_HOSTS": "*,reads.example.org"}, "COUNTERPART_HOSTS"),
        ({"COUNTERPART_URL": "http://reads.example.org"}, "COUNTERPART_URL"),
        ({"COUNTERPART_URL": "https://other.example.org"}, "COUNTERPART_URL"),
        ({"COUNTERPART_SECRET_KEY": "short"}, "COUNTERPART_SECRET_KEY"),
    ],
)
def test_production_takes_no_unsafe_value(changed: dict[str, str], named: str) -> None:
    assert Environment.read(PRODUCTION).https
    (line,) = refusal(**PRODUCTION | changed)
    assert line.startswith(named)


def test_production_without_hosts_and_address_is_refused() -> None:
    assert len(refusal(COUNTERPART_HTTPS="true")) == 2


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("k" * 60 + "\n")
    assert Environment.read({"COUNTERPART_SECRET_KEY_FILE": str(file)}).secret_key == "k" * 60
    assert "both" in refusal(COUNTERPART_SECRET_KEY="k" * 60, COUNTERPART_SECRET_KEY_FILE=str(file))[0]
    assert "cannot be read" in refusal(COUNTERPART_SECRET_KEY_FILE=str(tmp_path / "none"))[0]


@pytest.mark.parametrize(
    "program", [["manage.py", "check"], ["-m", "gunicorn", "--check-config", "counterpart.wsgi"]]
)
def test_a_process_with_wrong_settings_ends_with_the_lines_alone(program: list[str], tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, *program],
        cwd=settings.BASE_DIR,
        env=os.environ
        | {"COUNTERPART_DATA": str(tmp_path), "COUNTERPART_HTTPS": "maybe", "COUNTERPART_COLOUR": "red"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert done.stderr.splitlines() == [
        "COUNTERPART_COLOUR is no setting of this version.",
        "COUNTERPART_HTTPS must be true or false, not 'maybe'.",
    ]


def test_no_other_module_reads_the_environment() -> None:
    rooms = [settings.BASE_DIR / room for room in ("counterpart", "generation", "readers", "stats")]
    for path in (path for room in rooms for path in room.rglob("*.py")):
        code = path.read_text(encoding="utf-8")
        assert "getenv" not in code, path
        for one in variables().values():
            assert f'"{one.name}"' not in code or path.name == "environment.py", path
