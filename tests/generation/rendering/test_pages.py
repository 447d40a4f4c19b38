"""What engineers see of the renders, and that nobody else does: it shows groups, seeds and directions."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from generation.models import Cohort, RenderChunk
from generation.services.chunks import claim, fail, finish
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


def test_the_page_shows_the_queue_and_goes_on_asking_only_while_something_is_under_way(
    engineer, request_tiny
):
    address = reverse("generation:renders")
    assert b"No video has been asked for" in engineer.get(address).content
    video = request_tiny()
    page = engineer.get(address).content.decode()
    assert "0 of 24" in page
    assert "1 video waits, and no worker renders" in page
    assert "data-over" not in page
    part = engineer.get(address, {"part": "live"}).content.decode()
    assert "<html" not in part
    assert part.strip() in page
    cancel_job(job=video.render_job)
    page = engineer.get(address).content.decode()
    assert "Cancelled" in page
    assert "data-over" in page


def test_who_works_how_fast_and_until_when(engineer, request_tiny):
    address = reverse("generation:renders")
    done, waiting = request_tiny(n_frames=12), request_tiny(seed=2)
    finish(chunk=claim(owner="a"), device="x", complete=lambda job: None, seconds=24)
    claim(owner="machine:1")
    page = " ".join(engineer.get(address).content.decode().split())
    assert "24 frames are left. All are done in about 48 seconds. 12 frames were rendered" in page
    assert f"machine:1</th> <td>video <code>{waiting.short_id}</code>, frames 0 to 11" in page
    assert ">working<" in page
    assert done.short_id in page[page.index("Ended") :]
    RenderChunk.objects.filter(state="leased").update(progressed_at=timezone.now() - timedelta(minutes=7))
    assert "no progress for 7 minutes" in engineer.get(address).content.decode()
    RenderChunk.objects.filter(state="leased").update(lease_expires_at=timezone.now() - timedelta(seconds=1))
    page = engineer.get(address).content.decode()
    assert "silent: another worker takes this over" in page
    assert "no worker renders" in page


def test_an_engineer_does_with_a_job_what_its_state_allows(engineer, request_tiny):
    video = request_tiny()
    job, address = video.render_job, reverse("generation:render", args=[video.pk])

    def act(**sent):
        page = engineer.post(address, sent, follow=True).content.decode()
        job.refresh_from_db()
        return page

    act(act="priority", priority="7")
    assert job.priority == 7
    for wrong in ("x", "", "100000"):
        assert "from -10000 to 10000" in act(act="priority", priority=wrong)
    assert 'value="resume"' in act(act="pause")
    assert job.state == "paused"
    assert "cannot be done with it" in act(act="pause")
    act(act="resume")
    assert "no longer wanted" in act(act="cancel", reason="no longer wanted")
    assert job.state == "cancelled"
    assert "Say why" in act(act="retry", reason="")
    page = act(act="retry", reason="wanted after all")
    assert job.state == "queued"
    assert "wanted after all" in page
    assert "nothing that can be done" in act(act="delete")
    assert set(job.events.values_list("by__username", flat=True)) == {"engineer"}


def test_the_page_of_a_failed_render_says_why_and_of_a_done_one_how_it_was_made(engineer, request_tiny):
    failed, done = request_tiny(n_frames=12), request_tiny(n_frames=12, seed=2)
    for _ in range(3):
        fail(chunk=claim(owner="a", video_id=failed.pk), reason="There is no space left for frames.")
    assert b"no space left" in engineer.get(reverse("generation:renders")).content
    page = engineer.get(reverse("generation:render", args=[failed.pk])).content.decode()
    assert "There is no space left for frames." in page
    Worker().render_next(video_id=done.pk)
    done.refresh_from_db()
    page = engineer.get(reverse("generation:render", args=[done.pk])).content.decode()
    assert done.manifest_sha256 in page
    assert done.manifest["device"] in page


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_page_follows_the_renders_by_itself_and_keeps_the_focus(signed_in_page, request_tiny):
    user = User.objects.create_user("engineer")
    user.groups.add(Group.objects.get_or_create(name="engineers")[0])
    video = request_tiny()
    page = signed_in_page(user)
    page.goto(reverse("generation:renders"))
    link = f"video-{video.pk}"
    page.focus(f"#{link}")
    Worker().render_next()
    page.wait_for_selector("text=12 of 24")
    assert page.evaluate("document.activeElement.id") == link
    Worker().render_next()
    page.wait_for_selector("#live > [data-over]", state="attached")
    assert page.evaluate("document.activeElement.id") == link
    assert page.problems == []


@pytest.mark.parametrize("name", ["generation:renders", "video-list"])
def test_the_number_of_queries_does_not_grow_with_the_videos(engineer, request_tiny, name):
    counts = []
    for seeds in (range(1), range(1, 5)):
        for seed in seeds:
            request_tiny(seed=seed)
        with CaptureQueriesContext(connection) as asked:
            engineer.get(reverse(name))
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 14
