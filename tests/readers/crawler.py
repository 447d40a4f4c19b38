"""Ask for everything that a person can ask for: every address, every method, one's own things and others'."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db import connection, transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

METHODS = ("GET", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
WITH_BODY = ("POST", "PUT", "PATCH")
# Django makes the addresses of the admin itself; it opens to staff alone, which no reader here is.
LEFT_OUT = ("admin:",)
PART = re.compile(r"<(?:(\w+):)?(\w+)>")


@dataclass(frozen=True)
class Reply:
    """What came back: `wire` is status, headers, cookies and body as they are sent."""

    name: str
    method: str
    address: str
    status: int
    wire: bytes


def routes(
    patterns: Sequence[URLPattern | URLResolver], before: str = "", namespace: str = ""
) -> Iterator[tuple[str, str]]:
    """(name, route) of every address of the site, the route as in `path`."""
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from routes(pattern.url_patterns, route, inner)
        elif not f"{namespace}{pattern.name}".startswith(LEFT_OUT):
            yield f"{namespace}{pattern.name}", f"/{route}"


def filled(route: str, words: Mapping[str, Sequence[Any]]) -> Iterator[str]:
    """The addresses of a route: each of its parts takes each of the `words` of its kind, others the first."""
    kinds = [kind or "str" for kind, _ in PART.findall(route)]
    for place in range(max(1, len(kinds))):
        for number, word in enumerate(words[kinds[place]] if kinds else [""]):
            address = route
            for i, kind in enumerate(kinds):
                beside = (
                    number if (kind, kinds[place]) == ("seal", "uuid") else 0
                )  # each case has its own seal
                address = PART.sub(str(word if i == place else words[kind][beside]), address, count=1)
            yield address


def wire(response: HttpResponseBase) -> bytes:
    """Status, headers, cookies and body of a response, as they go over the wire."""
    head = f"{response.status_code}\n" + "".join(
        f"{key}: {value}\n" for key, value in response.headers.items()
    )
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return head.encode() + response.cookies.output().encode() + b"\n\n" + body


def crawl(
    client: Client, words: Mapping[str, Sequence[Any]], bodies: Sequence[Mapping[str, Any]] = ({},)
) -> Iterator[Reply]:
    """Every reply to this client. What a request does, signing out too, is undone before the next one."""
    cookies = client.cookies.output()
    client.raise_request_exception = False
    refused = set()
    for name, route in routes(get_resolver().url_patterns):
        for address in dict.fromkeys(filled(route, words)):
            for method, body in ((method, body) for method in METHODS for body in bodies):
                # A method that an address does not have is refused whatever the rest of the address says.
                if (name, method) in refused or (body and method not in WITH_BODY):
                    continue
                cache.clear()  # how often a person may ask is no matter here
                client.cookies = SimpleCookie(cookies.replace("Set-Cookie: ", ""))
                with transaction.atomic():
                    sent = {"data": dict(body), "content_type": "application/json"} if body else {}
                    response = getattr(client, method.lower())(address, **sent)
                    data = wire(response)
                    transaction.set_rollback(True)
                if response.status_code == 405:
                    refused.add((name, method))
                yield Reply(name, method, address, response.status_code, data)


def out_of_step() -> set[str]:
    """Addresses that are right to answer 503 while a test's clock is moved: PostgreSQL's own clock is not."""
    return {"readyz"} if connection.vendor == "postgresql" else set()


def masked(data: bytes, same: dict[str, str]) -> bytes:
    """Without what is drawn at random: tokens, session keys, and ids, which become their order of coming."""
    data = re.sub(rb"(csrf\w*\\?\" value=\\?\"|csrf\w*\":\"|csrftoken=|sessionid=)\w+", rb"\1-", data)
    data = re.sub(rb"(data-person=\"|\"person\":\")\w+", rb"\1-", data)
    data = re.sub(rb"(/calendar/|cp_)[\w-]{40,}", rb"\1-", data)
    data = re.sub(rb"/frames/[0-9a-f]{40}/", b"/frames/-/", data)
    data = re.sub(rb"zone-\d+", b"zone-", data)  # PostgreSQL takes no numbers back
    data = re.sub(rb"expires=[^;]+;", b"", data)

    def ordinal(match: re.Match[bytes]) -> bytes:
        found = str(UUID(match[0].decode()))
        return same.setdefault(found, f"id-{len(same)}").encode()

    return re.sub(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", ordinal, data)
