"""Results: analysts at any time, the rest of the team not while readers still read."""

from __future__ import annotations

from typing import Any

from tests.roles.table import Row, row

RESULTS = "/studies/pelvis/results/"


def closed(address: str, **by_person: Any) -> Row:
    """While readers read, coordinator and monitor are told why not; for all others there is nothing here."""
    return row("GET", address, 404, analyst=200, coordinator=403, monitor=403, **by_person)


ROWS = {
    "stats:agreement": row("GET", "/agreement/", 403, analyst=200, superuser=200, nobody=302),
    "stats:results": closed(RESULTS, nobody=302),
    "stats:ratings": closed(f"{RESULTS}ratings.csv", nobody=302),
    "stats:bundle": closed(f"{RESULTS}bundle.zip", nobody=302),
    "stats:figures": closed(f"{RESULTS}figures/", nobody=302),
    "stats:figure": closed(f"{RESULTS}figures/likert.svg", nobody=302),
    "stats:video": closed(f"{RESULTS}videos/{{label}}/", nobody=302),
    "stats:frame": closed(f"{RESULTS}videos/{{label}}/0.png", nobody=302),
    "stats:table": closed(f"{RESULTS}table3.csv", nobody=302),
    "study-table": closed("/api/v1/studies/pelvis/tables/3/", nobody=403),
}
