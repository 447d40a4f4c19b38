"""Settings of an installation: environment variables, each with its type, its default and what it is for.

This is the only place where the product reads them; `counterpart.settings` makes Django's settings of them.
`docs/reference/settings.md` is written from here (`manage.py write_reference`).
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, get_type_hints
from urllib.parse import urlsplit

from counterpart.environment_values import (
    broker,
    bucket,
    cache,
    choice,
    count,
    database,
    mail,
    minutes,
    second_factor_roles,
    secret,
    switch,
    text,
    web_address,
    web_address_or_none,
    words,
)

PREFIX = "COUNTERPART_"


class SettingsUnusable(ValueError):
    """Settings are wrong or missing; one sentence a line, all of them at once."""


@dataclass(frozen=True)
class Variable:
    """One environment variable. `default` is written as it would be in the environment.

    A secret may stand in a file instead, which the variable ``<name>_FILE`` names.
    """

    name: str
    convert: Callable[[str], Any]
    default: str
    help: str
    secret: bool = False


@dataclass(frozen=True, kw_only=True)
class Environment:
    """What an installation was told. The defaults run the embedded set-up on one machine."""

    data: Annotated[
        Path,
        Variable(
            "COUNTERPART_DATA",
            Path,
            "data",
            "Folder of the database (SQLite), radiographs, frames, models and keys.",
        ),
    ]
    database: Annotated[
        dict[str, Any] | None,
        Variable(
            "DATABASE_URL",
            database,
            "",
            "`postgres://user:password@host:5432/name`. Empty: SQLite in COUNTERPART_DATA.",
            secret=True,
        ),
    ]
    secret_key: Annotated[
        str,
        Variable(
            "COUNTERPART_SECRET_KEY",
            secret,
            "",
            "Signs sessions: 50 characters or more, the same on every machine of the site. Empty: made "
            "once, in COUNTERPART_DATA.",
            secret=True,
        ),
    ]
    hosts: Annotated[
        list[str],
        Variable(
            "COUNTERPART_HOSTS",
            words,
            "localhost,127.0.0.1",
            "Host names that the server answers to, with commas.",
        ),
    ]
    url: Annotated[
        str,
        Variable(
            "COUNTERPART_URL",
            web_address,
            "http://localhost:8000",
            "Address of the site, for the links in mails.",
        ),
    ]
    https: Annotated[
        bool,
        Variable(
            "COUNTERPART_HTTPS",
            switch,
            "false",
            "True in production, behind a proxy that ends TLS and sets X-Forwarded-Proto itself: "
            "secure cookies, HSTS. COUNTERPART_HOSTS and COUNTERPART_URL must then be given.",
        ),
    ]
    debug: Annotated[
        bool,
        Variable(
            "COUNTERPART_DEBUG",
            switch,
            "false",
            "Shows errors with their source. Never where readers sign in.",
        ),
    ]
    email: Annotated[
        dict[str, Any] | None,
        Variable(
            "COUNTERPART_EMAIL_URL",
            mail,
            "",
            "`smtp+tls://user:password@host:587` sends mail. Empty: files in COUNTERPART_DATA/mail.",
            secret=True,
        ),
    ]
    email_from: Annotated[
        str, Variable("COUNTERPART_EMAIL_FROM", text, "counterpart@localhost", "Sender of all mail.")
    ]
    bind: Annotated[
        list[str],
        Variable(
            "COUNTERPART_BIND",
            words,
            "127.0.0.1:8001",
            "Where gunicorn listens, with commas: a socket (`unix:/path`) for nginx, a port for probes.",
        ),
    ]
    web_processes: Annotated[
        int, Variable("COUNTERPART_WEB_PROCESSES", count, "2", "Web processes of gunicorn, 4 threads each.")
    ]
    x_accel: Annotated[
        bool,
        Variable(
            "COUNTERPART_X_ACCEL",
            switch,
            "false",
            "True behind nginx as `deploy/nginx` sets it up: it sends the frames, past Python.",
        ),
    ]
    log: Annotated[
        str,
        Variable(
            "COUNTERPART_LOG",
            choice("text", "json"),
            "text",
            "`json`: one object a line. Lines carry the request's id; no identity, no answer, no secret.",
        ),
    ]
    metrics_token: Annotated[
        str,
        Variable(
            "COUNTERPART_METRICS_TOKEN",
            secret,
            "",
            "Sent as `Authorization: Bearer` it opens /metrics (Prometheus). Empty: there is no /metrics.",
            secret=True,
        ),
    ]
    broker: Annotated[
        str,
        Variable(
            "COUNTERPART_BROKER_URL",
            broker,
            "",
            "`amqp://user:password@host:5672//` of a RabbitMQ whose Celery workers render. Empty: Celery is "
            "not used; `manage.py render_worker` renders.",
            secret=True,
        ),
    ]
    frames_storage: Annotated[
        dict[str, Any] | None,
        Variable(
            "COUNTERPART_FRAMES_URL",
            bucket,
            "",
            "`s3://bucket/prefix?endpoint=https://host&region=name`: S3-compatible storage of the videos' "
            "frames; its keys come as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. Empty: "
            "COUNTERPART_DATA/frames.",
        ),
    ]
    render_device: Annotated[
        str,
        Variable(
            "COUNTERPART_RENDER_DEVICE",
            text,
            "cpu",
            "Where Celery workers and array tasks render: `cpu`, `cuda` or `cuda:1`.",
        ),
    ]

    cache: Annotated[
        dict[str, Any] | None,
        Variable(
            "COUNTERPART_CACHE_URL",
            cache,
            "",
            "Where attempts to sign in and requests are counted. Several web machines need one in common: "
            "`rediscache://host:6379/1` (with the package redis) or `dbcache://table` (after "
            "`createcachetable`). Empty: files in COUNTERPART_DATA/cache, for all processes of one machine.",
            secret=True,
        ),
    ]
    idle: Annotated[
        int,
        Variable("COUNTERPART_IDLE", minutes, "30", "Minutes without an act that end a session; 0: none do."),
    ]
    mfa: Annotated[
        list[str],
        Variable(
            "COUNTERPART_MFA",
            second_factor_roles,
            "coordinator,analyst,monitor,engineer,staff",
            "Who must have a second factor; `reader` may be added, `nobody` switches it off.",
        ),
    ]
    oidc_url: Annotated[
        str,
        Variable(
            "COUNTERPART_OIDC_URL",
            web_address_or_none,
            "",
            "The hospital's sign-in: address of its OpenID Connect issuer. Empty: local accounts alone.",
        ),
    ]
    oidc_name: Annotated[
        str, Variable("COUNTERPART_OIDC_NAME", text, "Single sign-on", "What its button says.")
    ]
    oidc_id: Annotated[
        str, Variable("COUNTERPART_OIDC_ID", str.strip, "", "The client id that it has given this server.")
    ]
    oidc_secret: Annotated[
        str,
        Variable("COUNTERPART_OIDC_SECRET", str.strip, "", "The secret that goes with the id.", secret=True),
    ]
    oidc_mfa: Annotated[
        bool,
        Variable(
            "COUNTERPART_OIDC_MFA",
            switch,
            "false",
            "True: the hospital's sign-in asks for a second factor itself, and none is asked for here.",
        ),
    ]

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Environment:
        """The settings of a process; `SettingsUnusable` names everything that is wrong with them."""
        problems = list(_unknown(environ))
        values: dict[str, Any] = {}
        for attribute, one in variables().items():
            try:
                values[attribute] = one.convert(_written(one, environ))
            except ValueError as error:
                problems.append(f"{one.name} {error}")
        if not problems:
            found = cls(**values)
            problems += _together(found, environ)
        if problems:
            raise SettingsUnusable("\n".join(problems))
        return found


def variables() -> dict[str, Variable]:
    """Every environment variable by its attribute of `Environment`, in the order of the reference."""
    hints = get_type_hints(Environment, include_extras=True)
    return {name: hint.__metadata__[0] for name, hint in hints.items()}


def _written(one: Variable, environ: Mapping[str, str]) -> str:
    """The variable's text; that of a secret may stand in the file that `<name>_FILE` names."""
    file = environ.get(f"{one.name}_FILE") if one.secret else None
    if not file:
        return environ.get(one.name, one.default)
    if one.name in environ:
        raise ValueError(f"and {one.name}_FILE are both set: keep one of them.")
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ValueError(f"cannot be read from {file} ({error.strerror}): see {one.name}_FILE.") from None


def _unknown(environ: Mapping[str, str]) -> Iterator[str]:
    known = {one.name for one in variables().values()}
    known |= {f"{one.name}_FILE" for one in variables().values() if one.secret}
    for name in sorted(name for name in environ if name.startswith(PREFIX) and name not in known):
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.85)
        yield f"{name} is no setting of this version" + (f": is {near[0]} meant?" if near else ".")


def _together(found: Environment, environ: Mapping[str, str]) -> Iterator[str]:
    """What production asks for, and what contradicts itself."""
    if found.x_accel and found.frames_storage:
        yield "COUNTERPART_X_ACCEL has nginx send a folder's files; COUNTERPART_FRAMES_URL names no folder."
    if found.oidc_url and not found.oidc_id:
        yield "COUNTERPART_OIDC_ID is missing: the sign-in at COUNTERPART_OIDC_URL knows this server by it."
    if not found.https:
        return
    if found.debug:
        yield "COUNTERPART_DEBUG is true with COUNTERPART_HTTPS: errors would show settings to visitors."
    if "COUNTERPART_HOSTS" not in environ or "*" in found.hosts:
        yield "COUNTERPART_HOSTS must name the site's host names when COUNTERPART_HTTPS is true."
    address = urlsplit(found.url)
    if address.scheme != "https":
        yield "COUNTERPART_URL must begin with https:// when COUNTERPART_HTTPS is true."
    elif address.hostname not in found.hosts:
        yield f"COUNTERPART_URL names the host {address.hostname}, which COUNTERPART_HOSTS does not."
