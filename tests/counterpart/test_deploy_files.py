"""The files of deploy/: parsed by what will read them, and holding to the product's settings and commands."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from compose_spec import PyCompose
from django.conf import settings
from django.core.management import get_commands

from counterpart.environment import Environment, variables
from readers.accel import INTERNAL

DEPLOY = settings.BASE_DIR / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
KNOWN = {name for one in variables().values() for name in (one.name, *([f"{one.name}_FILE"] * one.secret))}
SYSTEMD = shutil.which("systemd-analyze")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    PyCompose.from_json(json.dumps(found))  # refuses what the Compose Specification does not know
    return found


def test_compose_names_only_what_it_declares(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for name, service in services.items():
        secrets = {one if isinstance(one, str) else one["source"] for one in service.get("secrets", ())}
        assert secrets <= compose["secrets"].keys(), name
        assert set(service.get("depends_on", ())) <= services.keys(), name
        mounted = [volume.split(":")[0] for volume in service.get("volumes", ())]
        assert {one for one in mounted if not one.startswith(".")} <= compose["volumes"].keys(), name
        for file in (one for one in mounted if one.startswith("./nginx")):
            assert (DEPLOY / file).is_file(), name
        for variable in service.get("environment", {}):
            assert variable in KNOWN or service["image"].startswith("postgres"), (name, variable)


def test_the_settings_of_compose_start_the_product(compose: dict[str, Any], tmp_path: Path) -> None:
    given = dict(compose["services"]["web"]["environment"])
    given |= {"COUNTERPART_HOSTS": "reads.example.org", "COUNTERPART_URL": "https://reads.example.org"}
    broker = ("BROKER_URL", "amqp://counterpart:secret@broker:5672//")
    for name, text in (("SECRET_KEY", "k" * 60), ("METRICS_TOKEN", "m" * 60), broker):
        (tmp_path / name).write_text(text)
        given[f"COUNTERPART_{name}_FILE"] = str(tmp_path / name)
    (tmp_path / "url").write_text("postgres://counterpart:secret@database:5432/counterpart")
    found = Environment.read(given | {"DATABASE_URL_FILE": str(tmp_path / "url")})
    assert found.https
    assert found.x_accel
    assert found.bind[0] == "unix:/run/counterpart/web.sock"


def test_every_command_that_is_run_is_one_of_the_product(compose: dict[str, Any]) -> None:
    run = "\n".join(str(service.get("command", "")) for service in compose["services"].values())
    run += "\n".join(unit.read_text(encoding="utf-8") for unit in UNITS)
    named = set(re.findall(r"manage\.py (\w+)", run))
    assert {"migrate", "render_worker", "backup", "send_reminders"} <= named <= get_commands().keys()


@pytest.mark.skipif(
    SYSTEMD is None and not os.environ.get("CI"), reason="no systemd found: `apt-get install systemd`"
)
def test_systemd_takes_every_unit(tmp_path: Path) -> None:
    for unit in UNITS:
        text = unit.read_text(encoding="utf-8")
        for program in set(re.findall(r"/opt/counterpart/\.venv/bin/\w+", text)):
            text = text.replace(program, "/bin/true")
        text = text.replace("/opt/counterpart", str(tmp_path)).replace("=counterpart\n", "=root\n")
        (tmp_path / unit.name).write_text(text)
    done = subprocess.run(
        [str(SYSTEMD), "verify", *map(str, sorted(tmp_path.iterdir()))],
        capture_output=True,
        text=True,
        check=False,
    )
    about_ours = [line for line in done.stderr.splitlines() if "counterpart" in line]
    assert (done.returncode, about_ours) == (0, [])


def test_nginx_sends_frames_from_where_the_product_says() -> None:
    text = (DEPLOY / "nginx" / "counterpart.conf").read_text(encoding="utf-8")
    assert f"location {INTERNAL} {{\n        internal;" in text
    assert "$uri" not in text.replace("$request_uri;", "")
