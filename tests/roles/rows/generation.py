"""Addresses of the generation room: engineers alone, for they show groups, seeds and directions."""

from __future__ import annotations

from tests.roles.table import row

ROWS = {
    "generation:renders": row("GET", "/renders/", 403, engineer=200, nobody=302),
    "cohort-list": row("GET", "/api/v1/cohorts/", 403, engineer=200),
    "cohort-detail": row("GET", "/api/v1/cohorts/nothing/", 403, engineer=404),
    "trained-model-list": row("GET", "/api/v1/models/", 403, engineer=200),
    "trained-model-detail": row("GET", "/api/v1/models/gradients/", 403, engineer=200),
    "video-list": row("GET", "/api/v1/videos/", 403, engineer=200),
    "video-detail": row("GET", "/api/v1/videos/{video}/", 403, engineer=200),
    "render-job-list": row("GET", "/api/v1/render-jobs/", 403, engineer=200),
    "render-job-detail": row("GET", "/api/v1/render-jobs/0/", 403, engineer=404),
}
