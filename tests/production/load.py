"""Readers' browsers under trouble: each tries again with the same key until an answer is confirmed."""

from __future__ import annotations

import http.client
import json
import random
import socket
import ssl
import threading
import time
from collections import Counter
from typing import Any
from uuid import uuid4

from tests.production.scene import CRITERIA

CSRF = "c" * 32


class Reader(threading.Thread):
    """One browser. `confirmed` maps each key that the server confirmed to criterion and score.

    With `mischief` it also repeats requests, sends old ones after newer ones, and breaks connections off.
    """

    def __init__(
        self, port: int, trust: ssl.SSLContext, place: dict[str, Any], *, mischief: float = 0.1
    ) -> None:
        super().__init__(daemon=True)
        self.port, self.trust, self.place, self.mischief = port, trust, place, mischief
        self.random = random.Random(place["case"])
        self.confirmed: dict[str, tuple[str, int]] = {}
        self.last: dict[str, int] = {}
        self.replies: Counter[int] = Counter()
        self.waited: list[float] = []
        self.stopping = threading.Event()
        self._connection: http.client.HTTPSConnection | None = None

    def run(self) -> None:
        self._until_answered("POST", self._case("exposures/"), {})
        while not self.stopping.is_set():
            criterion = self.random.choice(CRITERIA)
            # What changes nothing stores nothing: each answer is another one than the last.
            score = self.random.choice([one for one in range(1, 6) if one != self.last.get(criterion)])
            self.save(str(uuid4()), criterion, score)
            self.last[criterion] = score
            if self.random.random() < self.mischief:
                old = self.random.choice(list(self.confirmed))
                self.save(old, *self.confirmed[old])

    def save(self, key: str, criterion: str, score: int) -> None:
        """Save one answer, however often that must be tried."""
        body = {"idempotency_key": key, "score": score}
        address = self._case(f"answers/{criterion}/")
        if self.random.random() < self.mischief:
            self._break_off("PUT", address, body)
        if self._until_answered("PUT", address, body) == 200:
            self.confirmed[key] = criterion, score

    def _case(self, part: str) -> str:
        return f"/api/v1/assignments/{self.place['case']}/{part}"

    def _until_answered(self, method: str, address: str, body: dict[str, Any]) -> int:
        began = time.monotonic()
        while True:
            status = self._ask(method, address, body)
            self.replies[status] += 1
            if status in (200, 201, 400, 403, 404, 409):
                self.waited.append(time.monotonic() - began)
                return status
            if self.stopping.is_set() and time.monotonic() - began > 60:
                return status
            time.sleep(0.05)

    def _ask(self, method: str, address: str, body: dict[str, Any]) -> int:
        try:
            if self._connection is None:
                self._connection = self._connect()
            self._connection.request(method, address, json.dumps(body), self._headers())
            reply = self._connection.getresponse()
            reply.read()
            return reply.status
        except (OSError, http.client.HTTPException):
            self._connection = None
            return 0

    def _break_off(self, method: str, address: str, body: dict[str, Any]) -> None:
        """Send a request, or its first half, and hang up before the reply."""
        text = json.dumps(body)
        try:
            connection = self._connect()
            connection.putrequest(method, address)
            for name, value in (self._headers() | {"Content-Length": str(len(text))}).items():
                connection.putheader(name, value)
            connection.endheaders()
            connection.send(text[: self.random.choice((len(text) // 2, len(text)))].encode())
            connection.sock.shutdown(socket.SHUT_RDWR)
            connection.close()
        except (OSError, http.client.HTTPException):
            pass

    def _connect(self) -> http.client.HTTPSConnection:
        return http.client.HTTPSConnection("localhost", self.port, context=self.trust, timeout=30)

    def _headers(self) -> dict[str, str]:
        return {
            "Content-Type": "application/json",
            "Cookie": f"__Host-sessionid={self.place['session']}; __Host-csrftoken={CSRF}",
            "X-CSRFToken": CSRF,
            "Referer": f"https://localhost:{self.port}/",
        }


def differences(
    readers: list[Reader], account: dict[str, Any], keys: set[str] | None = None
) -> dict[str, int]:
    """Answers that were confirmed against those on record: lost, doubled, altered, and never confirmed.

    ``keys``: look at these alone.
    """
    confirmed = {
        key: said
        for reader in readers
        for key, said in reader.confirmed.items()
        if keys is None or key in keys
    }
    found = Counter(key for key, *_ in account["answers"] if keys is None or key in keys)
    stored = {key: (criterion, score) for key, criterion, score in account["answers"]}
    return {
        "confirmed": len(confirmed),
        "lost": len(confirmed.keys() - found.keys()),
        "doubled": sum(n - 1 for n in found.values()),
        "altered": sum(stored[key] != said for key, said in confirmed.items() if key in stored),
        "not confirmed": len(found.keys() - confirmed.keys()),
        "broken links": len(account["findings"]),
    }
