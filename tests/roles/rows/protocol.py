"""A study's protocol: its pages, its file, and its part of the API."""

from __future__ import annotations

from tests.roles.table import row

PAGE = "/studies/pelvis/protocol/"
API = "/api/v1/studies/pelvis/protocol/"
READ = {"coordinator": 200, "analyst": 200, "monitor": 200}
ACT = {"analyst": 403, "monitor": 403, "nobody": 302}
EMPTY = {"document": {}}

ROWS = {
    "readers:protocol": row("GET", PAGE, 404, **READ, nobody=302),
    "readers:protocol-file": row("GET", f"{PAGE}protocol.yaml", 404, **READ, nobody=302),
    "readers:protocol-change": row("GET", f"{PAGE}change/", 404, coordinator=200, **ACT),
    "readers:protocol-change save": row("POST", f"{PAGE}change/", 404, form=True, coordinator=400, **ACT),
    "readers:protocol-copy": row("POST", f"{PAGE}copy/", 404, coordinator=302, **ACT),
    "readers:videos": row("GET", "/studies/pelvis/videos/", 404, coordinator=200, **ACT),
    "readers:model-quality": row("GET", "/studies/pelvis/videos/quality/", 404, coordinator=200, **ACT),
    "api-protocol-check": row("POST", "/api/v1/protocol/check/", 400, nobody=403, body=EMPTY),
    "api-new-study": row("POST", "/api/v1/protocol/", 403, coordinator=400, superuser=400, body=EMPTY),
    "api-protocol": row("GET", API, 404, **READ, nobody=403),
    "api-protocol change": row(
        "PUT", API, 404, nobody=403, coordinator=400, analyst=400, monitor=400, body=EMPTY
    ),
    "api-protocol-versions": row("GET", f"{API}versions/", 404, **READ, nobody=403),
}
