"""From the text of an environment variable to its value; `ValueError` says what the text must be.

No message repeats a text that may hold a password.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from environ import Env

TRUE, FALSE = {"true", "yes", "on", "1"}, {"false", "no", "off", "0", ""}
SHORTEST_SECRET = 50  # as Django's own deployment check has it
ROLES = ("reader", "coordinator", "analyst", "monitor", "engineer", "staff")
DATABASES = {"sqlite", "postgres", "postgresql"}


def text(written: str) -> str:
    """Any text but none."""
    if not written.strip():
        raise ValueError("must not be empty.")
    return written.strip()


def words(written: str) -> list[str]:
    """Words with commas between them, at least one."""
    found = [word.strip() for word in written.split(",") if word.strip()]
    if not found:
        raise ValueError("must name at least one.")
    return found


def switch(written: str) -> bool:
    """True or false."""
    if (word := written.strip().lower()) not in TRUE | FALSE:
        raise ValueError(f"must be true or false, not {written!r}.")
    return word in TRUE


def count(written: str) -> int:
    """A whole number from 1."""
    if not written.strip().isdecimal() or int(written) < 1:
        raise ValueError(f"must be a whole number from 1, not {written!r}.")
    return int(written)


def choice(*allowed: str) -> Callable[[str], str]:
    """One of a few words."""

    def chosen(written: str) -> str:
        if (word := written.strip().lower()) not in allowed:
            raise ValueError(f"must be {' or '.join(allowed)}, not {written!r}.")
        return word

    return chosen


def secret(written: str) -> str:
    """A long random text, or none."""
    if written and len(written) < SHORTEST_SECRET:
        raise ValueError(f"must have at least {SHORTEST_SECRET} characters; it has {len(written)}.")
    return written


def web_address(written: str) -> str:
    """``http(s)://host`` with a port or not, without a slash at its end."""
    address = urlsplit(written.strip())
    if address.scheme not in ("http", "https") or not address.hostname:
        raise ValueError(f"must be an address such as https://reads.example.org, not {written!r}.")
    return written.strip().rstrip("/")


def web_address_or_none(written: str) -> str:
    """An address, or none."""
    return web_address(written) if written.strip() else ""


def minutes(written: str) -> int:
    """A whole number of minutes, 0 or more."""
    if not written.strip().isascii() or not written.strip().isdigit():
        raise ValueError(f"must be a whole number of minutes, not {written!r}.")
    return int(written)


def second_factor_roles(written: str) -> list[str]:
    """Roles, or the word ``nobody``."""
    found = words(written)
    if found == ["nobody"]:
        return []
    if unknown := [word for word in found if word not in ROLES]:
        raise ValueError(f"must name some of {', '.join(ROLES)}, or nobody; not {', '.join(unknown)}.")
    return found


def cache(written: str) -> dict[str, Any] | None:
    """Django's settings of a cache that processes share; None when nothing is written."""
    if not written:
        return None
    scheme = urlsplit(written).scheme
    if scheme not in Env.CACHE_SCHEMES or scheme in ("dummycache", "locmemcache"):
        raise ValueError("must begin with rediscache://, pymemcache://, dbcache:// or filecache://.")
    return Env.cache_url_config(written)


def database(written: str) -> dict[str, Any] | None:
    """Django's settings of a database; None when nothing is written."""
    if not written:
        return None
    if urlsplit(written).scheme not in DATABASES:
        raise ValueError("must begin with postgres:// or sqlite://.")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found: dict[str, Any] = Env.db_url_config(written)
    if not found.get("NAME"):
        raise ValueError("must end with the name of a database: postgres://user:password@host:5432/name.")
    return found


def broker(written: str) -> str:
    """The address of a RabbitMQ, or none."""
    address = urlsplit(written.strip())
    if written and (address.scheme not in ("amqp", "amqps") or not address.hostname):
        raise ValueError("must be an address such as amqp://user:password@host:5672//.")
    return written.strip()


def bucket(written: str) -> dict[str, Any] | None:
    """Django's settings of S3-compatible storage; None when nothing is written."""
    if not written:
        return None
    address = urlsplit(written.strip())
    asked = dict(parse_qsl(address.query, strict_parsing=True)) if address.query else {}
    if address.scheme != "s3" or not address.hostname or asked.keys() - {"endpoint", "region"}:
        raise ValueError("must be an address such as s3://bucket/prefix?endpoint=https://host&region=name.")
    options = {
        "bucket_name": address.netloc,
        "location": address.path.strip("/"),
        "endpoint_url": asked.get("endpoint"),
        "region_name": asked.get("region"),
        "file_overwrite": True,  # a file that is written twice has the same bytes
        "default_acl": "private",
    }
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}


def mail(written: str) -> dict[str, Any] | None:
    """Django's ``EMAIL_…`` settings; None when nothing is written."""
    if not written:
        return None
    if urlsplit(written).scheme not in Env.EMAIL_SCHEMES:
        raise ValueError(
            f"must begin with one of {', '.join(f'{one}://' for one in sorted(Env.EMAIL_SCHEMES))}."
        )
    found: dict[str, Any] = Env.email_url_config(written)
    return {name: value for name, value in found.items() if value is not None}
