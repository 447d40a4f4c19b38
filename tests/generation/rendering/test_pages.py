"""What engineers see of the renders, and that nobody else does: it shows groups, seeds and directions."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from generation.models import Cohort
from generation.services.jobs import cancel_job
from generation.tasks.worker import Worker

LISTS = ["cohort-list", "trained-model-list", "video-list", "render-job-list"]


@pytest.fixture
def engineer(client, db):
    user = User.objects.create_user("engineer")
    user.groups.add(Group.objects.get_or_create(name="engineers")[0])
    client.force_login(user)
    return client


@pytest.mark.parametrize("address", [*LISTS, "generation:renders"])
def test_only_engineers_get_in(client, db, request_tiny, address):
    request_tiny()
    url = reverse(address)
    assert client.get(url).status_code in (302, 403)
    for number, rank in enumerate(({}, {"is_staff": True}, {"is_staff": True, "is_superuser": True})):
        client.force_login(User.objects.create_user(f"person{number}", **rank))
        assert client.get(url).status_code == 403


def test_lists_and_details(engineer, request_tiny):
    Cohort.objects.create(name="chests", n_taken=3)
    video = request_tiny(n_frames=12)
    assert engineer.get(reverse("cohort-detail", args=["chests"])).json()["n_taken"] == 3
    assert engineer.get(reverse("trained-model-detail", args=["tiny"])).json()["image_size"] == 32
    listed = engineer.get(reverse("video-list")).json()["results"]
    assert [(entry["n_ready"], entry["n_frames"], entry["state"]) for entry in listed] == [(0, 12, "queued")]
    assert "manifest" not in listed[0]
    Worker().render_next()
    single = engineer.get(reverse("video-detail", args=[video.pk])).json()
    assert (single["n_ready"], single["state"]) == (12, "done")
    assert len(single["manifest"]["frames"]) == 12
    job = engineer.get(reverse("render-job-detail", args=[video.render_job.pk])).json()
    assert (job["state"], job["n_chunks"], job["n_chunks_done"]) == ("done", 1, 1)
    assert engineer.post(reverse("video-list"), {}, content_type="application/json").status_code == 405


def test_the_page_shows_progress_and_reloads_only_while_something_is_under_way(engineer, request_tiny):
    assert b"No video has been asked for" in engineer.get(reverse("generation:renders")).content
    video = request_tiny()
    page = engineer.get(reverse("generation:renders")).content.decode()
    assert "0 of 24" in page
    assert 'http-equiv="refresh"' in page
    cancel_job(job=video.render_job)
    page = engineer.get(reverse("generation:renders")).content.decode()
    assert "Cancelled" in page
    assert 'http-equiv="refresh"' not in page


@pytest.mark.parametrize("name", ["generation:renders", "video-list"])
def test_the_number_of_queries_does_not_grow_with_the_videos(engineer, request_tiny, name):
    counts = []
    for seeds in (range(1), range(1, 5)):
        for seed in seeds:
            request_tiny(seed=seed)
        with CaptureQueriesContext(connection) as asked:
            engineer.get(reverse(name))
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 12
