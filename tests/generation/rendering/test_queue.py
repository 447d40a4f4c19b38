"""The queue as numbers and in the terminal."""

from __future__ import annotations

import doctest

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from generation.selectors import queue
from generation.selectors.queue import done_in
from generation.services.chunks import claim, fail, finish
from generation.services.jobs import pause_job
from generation.templatetags.renders import duration


def test_the_examples_hold():
    assert doctest.testmod(queue).failed == 0


@given(st.lists(st.floats(0, 1e6), min_size=1), st.integers(1, 50))
def test_later_jobs_are_not_done_earlier_and_workers_share_all_work(work, n_workers):
    ends = done_in(work, n_workers)
    assert ends == sorted(ends)
    assert ends[-1] == pytest.approx(sum(work) / n_workers)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "1 second"),
        (1.4, "1 second"),
        (99, "99 seconds"),
        (100, "2 minutes"),
        (5900, "98 minutes"),
        (7200, "2 hours"),
    ],
)
def test_durations_are_rounded_as_one_says_them(seconds, words):
    assert duration(seconds) == words


def test_the_terminal_says_what_waits_who_works_and_what_failed(request_tiny, capsys):
    def said() -> str:
        call_command("renders")
        return capsys.readouterr().out

    assert said() == "Nothing is under way.\n"
    done, waiting, paused = request_tiny(n_frames=12), request_tiny(seed=2), request_tiny(seed=3)
    assert "No worker renders" in said()
    finish(chunk=claim(owner="a"), device="x", complete=lambda job: None, seconds=24)
    pause_job(job=paused.render_job)
    claim(owner="machine:1")
    text = said()
    assert f"at work  machine:1: video {waiting.short_id}, frames 0 to 11" in text
    assert f"waits    {waiting.short_id}  female → male, seed 2: 0 of 24 frames, 2.00 s a frame" in text
    assert "done in about 4" in text
    assert f"paused   {paused.short_id}" in text
    assert done.short_id not in text
    failed = request_tiny(n_frames=12, seed=4)
    for _ in range(3):
        fail(chunk=claim(owner="a", video_id=failed.pk), reason="There is no space left for frames.")
    with pytest.raises(CommandError, match="1 failed"):
        said()
    assert "There is no space left" in capsys.readouterr().out
