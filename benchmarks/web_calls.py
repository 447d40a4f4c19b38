"""The part of `benchmarks/web.py` that runs inside an installation: one reader's calls, counted and timed."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import django

ROUNDS = 15
TIMES = 20


def main() -> None:
    django.setup()
    from django.contrib.auth.models import User
    from django.core.cache import cache
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext, override_settings

    from readers.frame_addresses import bundle_address, frame_addresses
    from readers.selectors.worklist import worklist
    from tests.production.scene import prepare

    with override_settings(ALLOWED_HOSTS=["*"]):
        form = prepare(1)["form_sha256"]
        reader = User.objects.get(username__endswith="reader-0")
        client = Client(headers={"X-Forwarded-Proto": "https"})
        client.force_login(reader)
        case = worklist(reader)[0].next_case
        api = f"/api/v1/assignments/{case}/"

        def save(key: str) -> Any:
            body = {"score": 3, "idempotency_key": str(uuid4())}
            return client.put(f"{api}answers/{key}/", body, content_type="application/json")

        asked: dict[str, Callable[[], Any]] = {
            "bare view (/livez)": lambda: client.get("/livez"),
            "home": lambda: client.get("/read/"),
            "reading page": lambda: client.get(f"/read/{case}/"),
            "case (JSON)": lambda: client.get(api),
            "open": lambda: client.post(f"{api}exposures/"),
            "autosave": lambda: save("ring"),
            "next video": lambda: client.post(f"{api}ahead/"),
            "frame (nginx sends it)": lambda: client.get(frame_addresses(reader, case, 1)[0]),
            "bundle (nginx sends it)": lambda: client.get(bundle_address(reader, case)),
        }
        rows, least = [], {}
        for call in asked.values():
            call()
        for name, call in asked.items():
            cache.clear()
            with CaptureQueriesContext(connection) as made:
                response = call()
            if response.status_code >= 300:
                raise SystemExit(f"{name}: {response.status_code}")
            rows.append([name, len(made), len(response.content)])
        for _ in range(ROUNDS):
            for name, call in asked.items():
                cache.clear()
                began = time.process_time()
                for _ in range(TIMES):
                    call()
                least[name] = min(least.get(name, 1e9), (time.process_time() - began) / TIMES)
        for key in ("distance", "density"):
            save(key)
        body = {"form_sha256": form}
        with CaptureQueriesContext(connection) as made:
            response = client.post(f"{api}submit/", body, content_type="application/json")
        bare = least["bare view (/livez)"]
        found = [
            [name, queries, size, round(least[name] * 1000, 2), round(least[name] / bare, 1)]
            for name, queries, size in rows
        ]
        found.append(["submit (once)", len(made), len(response.content), "", ""])
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
