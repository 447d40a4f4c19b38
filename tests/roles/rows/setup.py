"""The set-up of a study. The coordinator is one who may set studies up, and has a draft."""

from __future__ import annotations

from tests.roles.table import row

DRAFT = "/studies/new/{draft}/"

ROWS = {
    "readers:setup": row("GET", "/studies/new/", 403, coordinator=200, superuser=200, nobody=302),
    "readers:setup begin": row("POST", "/studies/new/", 403, coordinator=302, superuser=302, nobody=302),
    "readers:setup-example": row(
        "GET", "/studies/new/protocol.yaml", 403, coordinator=200, superuser=200, nobody=302
    ),
    "readers:setup-step": row("GET", f"{DRAFT}1/", 403, coordinator=200, superuser=404, nobody=302),
    "readers:setup-step 2": row("GET", f"{DRAFT}2/", 403, coordinator=200, superuser=404, nobody=302),
    "readers:setup-step 3": row("GET", f"{DRAFT}3/", 403, coordinator=200, superuser=404, nobody=302),
    "readers:setup-step 4": row("GET", f"{DRAFT}4/", 403, coordinator=200, superuser=404, nobody=302),
    "readers:setup-step 5": row("GET", f"{DRAFT}5/", 403, coordinator=200, superuser=404, nobody=302),
    "readers:setup-step 6": row("GET", f"{DRAFT}6/", 403, coordinator=404, superuser=404, nobody=302),
    "readers:setup-step save": row(
        "POST", f"{DRAFT}1/", 403, form=True, coordinator=400, superuser=404, nobody=302
    ),
    "readers:setup-outlook": row(
        "POST", f"{DRAFT}outlook/", 403, form=True, coordinator=200, superuser=404, nobody=302
    ),
    "readers:setup-discard": row("POST", f"{DRAFT}discard/", 403, coordinator=302, superuser=404, nobody=302),
}
