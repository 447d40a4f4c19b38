"""Addresses of the generation room: engineers alone, for they show groups, seeds and directions."""

from __future__ import annotations

from tests.roles.table import row

ROWS = {
    "generation:renders": row("GET", "/renders/", 403, engineer=200, nobody=302),
    "generation:trainings": row("GET", "/trainings/", 403, engineer=200, nobody=302),
    "generation:training": row("GET", "/trainings/squares/", 403, engineer=200, nobody=302),
    "generation:training-samples": row(
        "GET", "/trainings/squares/samples/0.png", 403, engineer=404, nobody=302
    ),
    "generation:render": row("GET", "/renders/{video}/", 403, engineer=200, nobody=302),
    "generation:render act": row(
        "POST", "/renders/{video}/", 403, form=True, engineer=302, nobody=302, body={"act": "pause"}
    ),
    "generation:render-output": row("GET", "/renders/{video}/manifest.json", 403, engineer=200, nobody=302),
    "generation:models": row("GET", "/models/", 403, engineer=200, nobody=302),
    "generation:model": row("GET", "/models/gradients/", 403, engineer=200, nobody=302),
    "generation:cohorts": row("GET", "/cohorts/", 403, engineer=200, nobody=302),
    "generation:cohort": row("GET", "/cohorts/{cohort}/", 403, engineer=200, nobody=302),
    "generation:films": row("GET", "/cohorts/{cohort}/films/", 403, engineer=200, nobody=302),
    "generation:film": row("GET", "/cohorts/{cohort}/films/0.png", 403, engineer=404, nobody=302),
    "generation:held-images": row("GET", "/cohorts/{cohort}/held/", 403, engineer=200, nobody=302),
    "generation:held-image": row("GET", "/cohorts/{cohort}/held/{held}/", 403, engineer=200, nobody=302),
    "generation:held-image decide": row(
        "POST",
        "/cohorts/{cohort}/held/{held}/",
        403,
        form=True,
        engineer=302,
        nobody=302,
        body={"decision": "refuse", "reason": "a name"},
    ),
    "generation:held-pixels": row("GET", "/cohorts/{cohort}/held/{held}.png", 403, engineer=404, nobody=302),
    "cohort-list": row("GET", "/api/v1/cohorts/", 403, engineer=200),
    "cohort-detail": row("GET", "/api/v1/cohorts/nothing/", 403, engineer=404),
    "trained-model-list": row("GET", "/api/v1/models/", 403, engineer=200),
    "trained-model-detail": row("GET", "/api/v1/models/gradients/", 403, engineer=200),
    "video-list": row("GET", "/api/v1/videos/", 403, engineer=200),
    "video-detail": row("GET", "/api/v1/videos/{video}/", 403, engineer=200),
    "render-job-list": row("GET", "/api/v1/render-jobs/", 403, engineer=200),
    "render-job-detail": row("GET", "/api/v1/render-jobs/0/", 403, engineer=404),
}
