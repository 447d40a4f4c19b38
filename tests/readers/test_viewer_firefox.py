"""The reading page in Firefox: every pixel in both directions, the keyboard, answers that arrive.

A headless Firefox offers no WebGL2, so that this is also the test of the plain canvas on the whole page.
"""

from __future__ import annotations

import numpy as np
import pytest

from readers.models import Answer, DisplayCheck, Submission
from tests.readers.conftest import grey_frames

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

N_FRAMES, HEIGHT, WIDTH = 5, 40, 56
HOME, RIGHT, ENTER = "\ue011", "\ue014", "\ue007"


@pytest.mark.timeout(150)  # two cases, and Firefox starts cold
def test_every_frame_is_exact_and_answers_are_saved(make_world, live_server, client, firefox):
    world = make_world(
        n_exploratory=0, n_blinded=2, video={"n_frames": N_FRAMES, "height": HEIGHT, "width": WIDTH}
    )
    world.lock_form()
    reader = world.readers[0]
    client.force_login(reader.user)
    firefox.goto(f"{live_server.url}/sign-in/")
    firefox.driver.add_cookie({"name": "sessionid", "value": client.cookies["sessionid"].value})
    directions = set()
    for case in world.cases(reader, "blinded"):
        directions.add(case.direction)
        firefox.goto(f"{live_server.url}/read/{case.public_id}/")
        firefox.wait_until("document.querySelector('#viewer').dataset.state === 'ready'")
        assert firefox.evaluate("return document.querySelector('#viewer').dataset.source") == "bundle"
        frames = grey_frames(N_FRAMES, height=HEIGHT, width=WIDTH, seed=case.study_video.video.seed)
        firefox.press(HOME)
        for position, frame in enumerate(frames if case.direction == "AB" else frames[::-1]):
            assert shown_frame(firefox) == position
            np.testing.assert_array_equal(shown_pixels(firefox), np.stack([frame] * 3, axis=2))
            firefox.press(RIGHT)
        words = firefox.evaluate("return document.querySelector('#verified').textContent")
        assert words == f"{N_FRAMES} frames verified, greys exact"
        for key in ("2", "5", ENTER):
            firefox.press(key)
        firefox.wait_until(
            "!document.querySelector('#viewer')?.dataset.caseUrl.includes(arguments[0])", str(case.public_id)
        )
        assert Submission.objects.filter(assignment=case).exists()
    assert directions == {"AB", "BA"}
    assert (
        sorted(Answer.objects.values_list("criterion__key", "score"))
        == [("distance", 5)] * 2 + [("ring", 2)] * 2
    )
    checks = DisplayCheck.objects.all()
    assert {(check.wrong_greys, "Firefox" in check.user_agent) for check in checks} == {(0, True)}


def shown_frame(firefox):
    return int(firefox.evaluate("return document.querySelector('#canvas').dataset.frame"))


def shown_pixels(firefox):
    """One value for each pixel of the frame, after checking that it is one square of screen pixels."""
    box = firefox.evaluate("return document.querySelector('#canvas').dataset.box")
    x, y, width, height = map(int, box.split())
    shown = firefox.screenshot("#canvas")[y : y + height, x : x + width]
    factor = height // HEIGHT
    assert factor >= 4
    pixels = shown[::factor, ::factor]
    np.testing.assert_array_equal(shown, pixels.repeat(factor, axis=0).repeat(factor, axis=1))
    return pixels
