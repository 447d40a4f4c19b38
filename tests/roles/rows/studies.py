"""The pages of a study's team."""

from __future__ import annotations

from tests.roles.table import row

ROWS = {
    "readers:studies": row("GET", "/studies/", 200, nobody=302),
    "readers:study": row(
        "GET", "/studies/pelvis/", 404, coordinator=200, analyst=200, monitor=200, nobody=302
    ),
    "readers:cases": row("GET", "/studies/pelvis/readers/R1/cases/", 404, coordinator=200, nobody=302),
    "readers:unlock of a case that is not submitted": row(
        "POST",
        "/studies/pelvis/readers/R1/cases/{case}/unlock/",
        404,
        coordinator=302,
        nobody=302,
    ),
    "readers:lock-form": row(
        "POST", "/studies/pelvis/lock-form/", 404, coordinator=302, analyst=302, monitor=302, nobody=302
    ),
    "readers:rehearse": row(
        "POST", "/studies/pelvis/rehearsal/", 404, coordinator=302, analyst=302, monitor=302, nobody=302
    ),
    "readers:move-clock of a study that is no rehearsal": row(
        "POST", "/studies/pelvis/clock/", 404, coordinator=302, analyst=302, monitor=302, nobody=302
    ),
}
