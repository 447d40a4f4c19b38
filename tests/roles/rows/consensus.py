"""Notes, the consensus room and signatures, once the form is locked: the room is closed to readers.

`{room}` is the study's room, `{explored}` an exploratory case of the reader, `{note}` the note on it.
"""

from __future__ import annotations

from tests.roles.table import row

NOTES = "/api/v1/assignments/{explored}/observations/"
ROOM = "/api/v1/consensus/{room}/"
KEY = "0c6a6f2e-9d0c-4a36-9c0e-6c2d8e6f7a10"
TEAM = {"coordinator": 200, "analyst": 200, "monitor": 200}
MEMBERS = {"reader": 200, "other_reader": 200, **TEAM}
CLOSED = {"reader": 409, "other_reader": 409, "coordinator": 409}
LOOKERS_ON = {"analyst": 403, "monitor": 403}
LED = {"coordinator": 409, "reader": 403, "other_reader": 403, **LOOKERS_ON}
DRAFT = {"criteria": [{"name": "Ring", "anchors": ["a", "b", "c", "d", "e"]}]}
NOTE = {"frame": 0, "text": "late", "idempotency_key": KEY}

ROWS = {
    "api-observations": row("GET", NOTES, 404, reader=403, nobody=403),
    "api-observations after the phase": row("POST", NOTES, 404, reader=403, nobody=403, body=NOTE),
    "api-retraction after the phase": row(
        "POST", f"{NOTES}{{note}}/retraction/", 404, reader=403, nobody=403
    ),
    "api-room": row("GET", ROOM, 404, **MEMBERS, nobody=403),
    "api-room-acts": row(
        "POST", f"{ROOM}acts/", 404, **CLOSED, **LOOKERS_ON, nobody=403, body={"kind": "arrived"}
    ),
    "api-room-acts of the coordinator": row(
        "POST", f"{ROOM}acts/", 404, **LED, nobody=403, body={"kind": "minutes", "text": "Late"}
    ),
    "api-room-candidates": row(
        "POST",
        f"{ROOM}candidates/",
        404,
        **CLOSED,
        **LOOKERS_ON,
        nobody=403,
        body={"name": "Ring", "observations": ["{note}"]},
    ),
    "api-room-merge": row(
        "POST",
        f"{ROOM}merge/",
        404,
        **CLOSED,
        **LOOKERS_ON,
        nobody=403,
        body={"candidate": "{note}", "into": "{room}"},
    ),
    "api-room-criteria": row("GET", f"{ROOM}criteria/", 404, **MEMBERS, nobody=403),
    "api-room-criteria written": row("PUT", f"{ROOM}criteria/", 404, **LED, nobody=403, body=DRAFT),
    "api-room-lock": row(
        "POST",
        f"{ROOM}lock/",
        404,
        reader=403,
        other_reader=403,
        **LOOKERS_ON,
        coordinator=400,  # it is locked already
        nobody=403,
    ),
    "api-signatures": row("GET", f"{ROOM}signatures/", 404, **TEAM, nobody=403),
    "api-sign": row(
        "GET", f"{ROOM}signatures/form/", 404, **CLOSED | {"coordinator": 403}, **LOOKERS_ON, nobody=403
    ),
    "api-sign unfinished answers": row(
        "POST",
        f"{ROOM}signatures/answers/",
        404,
        **CLOSED | {"coordinator": 403},
        **LOOKERS_ON,
        nobody=403,
        body={"sha256": "0", "password": "guess"},
    ),
    "readers:room": row("GET", "/consensus/{room}/", 404, **MEMBERS, nobody=302),
    "readers:room-act": row(
        "POST",
        "/consensus/{room}/act/",
        404,
        **dict.fromkeys(MEMBERS, 302),
        nobody=302,
        form=True,
        body={"do": "x"},
    ),
    "readers:room-form": row("GET", "/consensus/{room}/form/", 404, **MEMBERS, nobody=302),
    "readers:room-preview": row(
        "POST", "/consensus/{room}/form/preview/", 404, **MEMBERS, nobody=302, form=True
    ),
    "readers:room-still": row(
        "GET", "/consensus/{room}/stills/{note}.png", 404, **TEAM, reader=409, other_reader=409, nobody=302
    ),
    "readers:sign": row("GET", "/sign/{room}/answers/", 404, reader=409, other_reader=409, nobody=302),
    "readers:consensus": row(
        "GET", "/studies/pelvis/consensus/", 404, **dict.fromkeys(TEAM, 302), nobody=302
    ),
    "readers:signatures": row("GET", "/studies/pelvis/signatures/", 404, **TEAM, nobody=302),
}
