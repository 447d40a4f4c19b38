"""The processes of a production server, on loopback and in one folder; each can be killed and started.

nginx runs from `deploy/nginx/counterpart.conf` and gunicorn from `deploy/gunicorn.conf.py`, as they are
deployed; only places and ports are others. The certificate is made for the occasion.
"""

from __future__ import annotations

import json
import os
import pwd
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.rabbitmq import SERVER, environment_of, free_port

ROOT = Path(__file__).resolve().parents[2]
METRICS_TOKEN = "m" * 60
POSTGRESQL = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), Path("/usr/bin"))


@dataclass
class Part:
    """One process and its children; `ready` tells when it can do its work."""

    name: str
    command: list[str]
    ready: Callable[[], bool]
    environment: dict[str, str]
    before: Callable[[], None] = lambda: None
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self, log: Path, *, within: float = 180) -> None:
        self.before()
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT, env=self.environment, stdout=out, stderr=out, start_new_session=True
            )
        until = time.monotonic() + within
        while not self.ready():
            if self.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"{self.name} did not start:\n{log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.05)

    def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal to the process and all of its children, and wait until it is gone."""
        if self.process is not None:
            with suppress(ProcessLookupError):  # it has ended by itself
                os.killpg(self.process.pid, how)
            self.process.wait(60)
            while _runs(self.process.pid):  # a child that dies later still holds its port
                time.sleep(0.01)
            self.process = None

    @property
    def ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def kill_children(self) -> None:
        """SIGKILL to the children alone: the process sees them go, and replaces them."""
        if self.process is not None:
            for child in _children(self.process.pid):
                with suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)


class Stack:
    """PostgreSQL (or SQLite), gunicorn and nginx with TLS; with a broker also RabbitMQ and a Celery worker,
    which is started when asked for."""

    def __init__(self, folder: Path, *, on_sqlite: bool = False, with_broker: bool = False) -> None:
        self.folder = folder
        folder.chmod(0o755)  # PostgreSQL runs as another user
        self.data = folder / "data"
        self.data.mkdir(exist_ok=True)
        self.port, self.probe_port, self.http_port, self.database_port = (free_port() for _ in range(4))
        self.url = f"https://localhost:{self.port}"
        database = f"sqlite:///{self.data / 'counterpart.sqlite3'}"
        if not on_sqlite:
            database = f"postgres://counterpart@127.0.0.1:{self.database_port}/postgres"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("COUNTERPART_")}
        self.environment = kept | {
            "COUNTERPART_DATA": str(self.data),
            "COUNTERPART_HTTPS": "true",
            "COUNTERPART_HOSTS": "localhost",
            "COUNTERPART_URL": self.url,
            "COUNTERPART_BIND": f"unix:{folder}/web.sock,127.0.0.1:{self.probe_port}",
            "COUNTERPART_X_ACCEL": "true",
            "COUNTERPART_LOG": "json",
            "COUNTERPART_METRICS_TOKEN": METRICS_TOKEN,
            "DATABASE_URL": database,
            "DJANGO_SETTINGS_MODULE": "counterpart.settings",
            "OMP_NUM_THREADS": "1",
        }
        self.broker_port = free_port()
        parts = [] if on_sqlite else [self._postgresql()]
        if with_broker:
            self.environment["COUNTERPART_BROKER_URL"] = f"amqp://guest:guest@127.0.0.1:{self.broker_port}//"
            parts.append(self._broker())
        parts += [self._web(), self._nginx()]
        self.serving = [part.name for part in parts]
        if with_broker:
            parts.append(self._worker())
        self.parts = {part.name: part for part in parts}

    def start(self) -> None:
        """Start what serves the site, database first."""
        self._make_certificate()
        if "postgresql" in self.parts:
            self._make_database()
            self.start_part("postgresql")
        self.manage("migrate", "--verbosity", "0")
        self.manage("collectstatic", "--noinput", "--verbosity", "0")
        for name in self.serving:
            if name != "postgresql":
                self.start_part(name)

    def stop(self) -> None:
        for part in reversed(self.parts.values()):
            part.kill()

    def start_part(self, name: str) -> None:
        self.parts[name].start(self.folder / f"{name}.log")

    def manage(self, *arguments: str) -> str:
        """Run `manage.py` on this installation; what it prints."""
        return self.python("manage.py", *arguments)

    def scene(self, *arguments: str) -> Any:
        """What `tests.production.scene` prints on this installation."""
        return json.loads(self.python("-m", "tests.production.scene", *arguments))

    def renders(self, sample: str) -> dict[str, int]:
        """What `tests.production.renders` says of the videos that were asked for."""
        found: dict[str, int] = json.loads(self.python("-m", "tests.production.renders", "account", sample))
        return found

    def python(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{arguments} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
        return done.stdout

    @property
    def trust(self) -> ssl.SSLContext:
        """TLS that believes this server's certificate and no other."""
        return ssl.create_default_context(cafile=str(self.folder / "certificate.pem"))

    def probe(self, path: str) -> tuple[int, bytes]:
        """What the web processes answer a watcher on the machine, at their own port; 0 if they do not."""
        asked = urllib.request.Request(
            f"http://127.0.0.1:{self.probe_port}{path}", headers={"Authorization": f"Bearer {METRICS_TOKEN}"}
        )
        try:
            with urllib.request.urlopen(asked, timeout=10) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()
        except OSError:
            return 0, b""

    def log_lines(self) -> list[dict[str, Any]]:
        """The lines of the web processes' log, each of which must be JSON."""
        return [json.loads(line) for line in (self.folder / "web.log").read_text().splitlines()]

    def _web(self) -> Part:
        gunicorn = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "counterpart.wsgi"]
        return Part("web", gunicorn, lambda: self.probe("/livez")[0] == 200, self.environment)

    def _broker(self) -> Part:
        place = self.folder / "rabbitmq"
        place.mkdir()
        return Part(
            "broker",
            [str(SERVER)],
            lambda: _listens(self.broker_port),
            environment_of(place, self.broker_port),
        )

    def _worker(self) -> Part:
        celery = [sys.executable, "-m", "celery", "-A", "counterpart", "worker", "--queues", "gpu"]
        return Part("worker", [*celery, "--concurrency", "1"], lambda: True, self.environment)

    def _nginx(self) -> Part:
        site = (ROOT / "deploy" / "nginx" / "counterpart.conf").read_text(encoding="utf-8")
        for there, here in [
            ("/etc/counterpart/tls", str(self.folder)),
            ("/run/counterpart", str(self.folder)),
            ("/var/lib/counterpart", str(self.data)),
            ("/var/log/nginx", str(self.folder)),
            ("    listen [::]:80;\n", ""),
            ("    listen [::]:443 ssl http2;\n", ""),
            ("listen 80;", f"listen 127.0.0.1:{self.http_port};"),
            ("listen 443 ", f"listen 127.0.0.1:{self.port} "),
        ]:
            if there not in site:
                raise RuntimeError(f"deploy/nginx/counterpart.conf no longer says {there!r}")
            site = site.replace(there, here)
        (self.folder / "site.conf").write_text(site)
        user = "user root;" if os.geteuid() == 0 else ""
        (self.folder / "nginx.conf").write_text(
            f"{user}\ndaemon off;\npid {self.folder}/nginx.pid;\nerror_log {self.folder}/nginx.error.log;\n"
            f"events {{}}\nhttp {{\n include /etc/nginx/mime.types;\n include {self.folder}/site.conf;\n}}\n"
        )
        command = [
            shutil.which("nginx") or "nginx",
            "-p",
            str(self.folder),
            "-c",
            str(self.folder / "nginx.conf"),
        ]
        return Part("nginx", command, lambda: _listens(self.port), dict(os.environ))

    def _postgresql(self) -> Part:
        place = self.folder / "postgresql"
        command = [str(POSTGRESQL / "postgres"), "-D", str(place), "-p", str(self.database_port)]
        command += ["-k", str(place), "-c", "listen_addresses=127.0.0.1"]
        ask = [str(POSTGRESQL / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.database_port)]
        return Part(
            "postgresql",
            [*_as_postgres(), *command],
            lambda: subprocess.run(ask, check=False).returncode == 0,
            dict(os.environ),
            before=lambda: (place / "postmaster.pid").unlink(missing_ok=True),
        )

    def _make_database(self) -> None:
        place = self.folder / "postgresql"
        if place.exists():
            return
        place.mkdir(mode=0o700)
        if os.geteuid() == 0:
            shutil.chown(place, "postgres", "postgres")
        initdb = [
            str(POSTGRESQL / "initdb"),
            "-D",
            str(place),
            "-U",
            "counterpart",
            "--auth=trust",
            "-E",
            "UTF8",
        ]
        subprocess.run(
            [*_as_postgres(), *initdb, "--locale=C.UTF-8"], check=True, capture_output=True, cwd="/"
        )

    def _make_certificate(self) -> None:
        openssl = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
        about = ["-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
        files = ["-keyout", str(self.folder / "key.pem"), "-out", str(self.folder / "certificate.pem")]
        subprocess.run([*openssl, *about, *files], check=True, capture_output=True)


def _as_postgres() -> list[str]:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return []
    user = pwd.getpwnam("postgres")
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]


def _runs(group: int) -> bool:
    """Whether any process of a group, other than the dead that nobody has asked after, is there."""
    found = subprocess.run(["ps", "-eo", "pgid=,stat="], capture_output=True, text=True, check=True).stdout
    return any(
        int(pgid) == group and not stat.startswith("Z") for pgid, stat in map(str.split, found.splitlines())
    )


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
