"""What a reader reads with. `{case}` is the reader's current blinded case, which is open."""

from __future__ import annotations

from tests.roles.table import row

CASE = "/api/v1/assignments/{case}/"
KEY = "6f0f3a58-35b0-4d38-bf4a-3d5f1f0a9f0e"
SCREEN = {
    "renderer": "webgl2",
    "wrong_greys": 0,
    "device_pixel_ratio": 1.5,
    "page_zoom": 1,
    "screen_width": 1920,
    "screen_height": 1080,
    "colour_depth": 24,
}
SAID = {"dark_seen": True, "light_seen": True, "steps_seen": False}

ROWS = {
    "readers:home": row("GET", "/read/", 200, nobody=302),
    "readers:display-check": row("GET", "/read/display-check/", 200, nobody=302),
    "api-display-checks": row("POST", "/api/v1/display-checks/", 201, nobody=403, body=SCREEN | SAID),
    "api-display-checks of a case": row(
        "POST",
        "/api/v1/display-checks/",
        404,
        reader=201,
        nobody=403,
        body=SCREEN | {"assignment": "{case}"},
    ),
    "readers:case": row("GET", "/read/{case}/", 404, reader=200, nobody=302),
    "readers:bundle": row("GET", "/frames/{seal}/{case}.bundle", 404, reader=200),
    "readers:frame": row("GET", "/frames/{seal}/{case}/0.png", 404, reader=200),
    "api-worklist": row("GET", "/api/v1/worklist/", 200, nobody=403),
    "api-case": row("GET", CASE, 404, reader=200, nobody=403),
    "api-exposures": row("POST", f"{CASE}exposures/", 404, reader=201, nobody=403),
    "api-ahead": row("POST", f"{CASE}ahead/", 404, reader=200, nobody=403),
    "api-answer": row(
        "PUT",
        f"{CASE}answers/ring/",
        404,
        reader=200,
        nobody=403,
        body={"score": 1, "idempotency_key": KEY},
    ),
    "api-events": row(
        "POST",
        f"{CASE}events/",
        404,
        reader=200,
        nobody=403,
        body={"sitting": KEY, "events": [{"sequence": 0, "kind": "input", "at_ms": 0}]},
    ),
    "api-unlock of a case that is not submitted": row(
        "POST",
        f"{CASE}unlock/",
        404,
        coordinator=409,
        analyst=403,
        monitor=403,
        nobody=403,
        body={"reason": "Slipped on the keyboard."},
    ),
    "api-session": row("GET", "/api/v1/session/", 200),
    "api-submit of an unfinished case": row(
        "POST", f"{CASE}submit/", 404, reader=409, nobody=403, body={"form_sha256": "{form}"}
    ),
}
