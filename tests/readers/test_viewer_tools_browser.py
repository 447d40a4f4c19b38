"""The viewer's tools in a real browser: each does what it says, by keyboard, by mouse, by touch."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from readers.models import DisplayCheck
from tests.conftest import WITH_CARD
from tests.readers.conftest import grey_frames

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

N_FRAMES, HEIGHT, WIDTH = 6, 40, 56


@pytest.fixture
def world(make_world):
    return make_world(video={"n_frames": N_FRAMES, "height": HEIGHT, "width": WIDTH}, n_blinded=2)


@pytest.fixture
def open_exploratory(world, signed_in_page):
    """Return a function that opens the first exploratory case, with every tool, paused at its start."""

    def open_case(*, script=None, **size):
        page = signed_in_page(world.readers[0].user, **size)
        if script:
            page.add_init_script(script)
        case = world.current(world.readers[0], "exploratory")
        page.goto(f"/read/{case.public_id}/")
        page.wait_for_selector("#viewer[data-state=ready]")
        page.keyboard.press("Home")
        frames = grey_frames(N_FRAMES, height=HEIGHT, width=WIDTH, seed=case.study_video.video.seed)
        page.frames_shown = frames if case.direction == "AB" else frames[::-1]
        return page

    return open_case


def canvas(page):
    """The canvas as the screen has it: height × width, grey; fails where it has colour."""
    shown = np.asarray(Image.open(io.BytesIO(page.locator("#canvas").screenshot())).convert("RGB"))
    assert (shown == shown[..., :1]).all()
    return shown[..., 0]


def image(page):
    """The first image on the canvas, one value for each pixel of the frame (at a whole-number size)."""
    x, y, width, height = map(int, page.get_attribute("#canvas", "data-box").split())
    factor = height // HEIGHT
    return canvas(page)[y + factor // 2 : y + height : factor, x + factor // 2 : x + width : factor]


def windowed(frame, window, level):
    return np.clip((frame.astype(float) - level) / window + 0.5, 0, 1) * 255


def near(shown, expected):
    return np.abs(shown.astype(float) - expected).max() <= 0.51


RENDERERS = pytest.mark.parametrize("script", [None, WITH_CARD], ids=["canvas2d", "webgl2"])


@RENDERERS
def test_window_presets_and_invert(open_exploratory, script):
    page = open_exploratory(script=script)
    frame = page.frames_shown[0]
    page.keyboard.press("p")
    assert page.inner_text("#window") == "window 128, level 127.5"
    assert near(image(page), windowed(frame, 128, 127.5))
    page.keyboard.press("q")
    page.keyboard.press("E")
    assert page.inner_text("#window") == "window 120, level 131.5"
    assert near(image(page), windowed(frame, 120, 131.5))
    page.keyboard.press("r")
    page.keyboard.press("i")
    assert page.get_attribute("[data-action=invert]", "aria-pressed") == "true"
    np.testing.assert_array_equal(image(page), 255 - frame)


@RENDERERS
def test_the_difference_map_is_signed_grey_about_the_middle(open_exploratory, script):
    page = open_exploratory(script=script)
    page.keyboard.press("m")
    assert near(image(page), np.full((HEIGHT, WIDTH), 127.5))
    page.keyboard.press("ArrowRight")
    first, second = (frame.astype(float) for frame in page.frames_shown[:2])
    assert near(image(page), np.clip((second - first) * 4 / 255 + 0.5, 0, 1) * 255)
    assert "difference to the first frame" in page.inner_text("#view")


def test_side_by_side_shows_the_first_and_this_frame_then_first_and_last(open_exploratory):
    page = open_exploratory()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("b")
    shown = canvas(page)
    half = shown.shape[1] // 2
    factor = int(page.inner_text("#scale").split(",")[0].lstrip("×"))
    for left, frame in [(0, 0), (half, 1)]:
        part = shown[:, left : left + half]
        expected = page.frames_shown[frame].repeat(factor, axis=0).repeat(factor, axis=1)
        assert contains(part, expected)
    page.keyboard.press("b")
    assert contains(
        canvas(page)[:, half:], page.frames_shown[-1].repeat(factor, axis=0).repeat(factor, axis=1)
    )
    page.keyboard.press("b")
    assert page.inner_text("#view") == ""


def contains(picture, part):
    """True when `part` is somewhere in `picture`, pixel for pixel."""
    windows = np.lib.stride_tricks.sliding_window_view(picture, part.shape)
    likely = np.argwhere((windows[..., 0, 0] == part[0, 0]) & (windows[..., -1, -1] == part[-1, -1]))
    return any((windows[tuple(place)] == part).all() for place in likely)


def test_first_and_last_take_turns_as_long_as_the_key_is_held(open_exploratory):
    page = open_exploratory()
    page.keyboard.press("ArrowRight")
    page.keyboard.down("f")
    for position in (0, N_FRAMES - 1, 0):
        page.wait_for_selector(f"#canvas[data-frame='{position}']")
    page.keyboard.up("f")
    assert page.get_attribute("#canvas", "data-frame") == "1"


def test_zoom_keeps_the_place_under_the_pointer_and_moves_by_mouse(open_exploratory):
    page = open_exploratory()
    box = page.locator("#canvas").bounding_box()
    spot = (box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.6)
    page.mouse.move(*spot)
    before = place(page, *spot)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -120)
    page.keyboard.up("Control")
    assert "smooth" in page.inner_text("#scale")
    assert place(page, *spot) == pytest.approx(before, abs=0.2)
    for _ in range(3):
        page.keyboard.press("+")
    assert "exact pixels" in page.inner_text("#scale")
    before = place(page, *spot)
    page.mouse.down(button="right")
    page.mouse.move(spot[0] + 30, spot[1])
    page.mouse.up(button="right")
    assert place(page, spot[0] + 30, spot[1]) == pytest.approx(before, abs=0.2)
    page.keyboard.press("r")
    assert "exact pixels" in page.inner_text("#scale")


def place(page, x, y):
    """The pixel of the frame at a place of the page, by what the canvas says of its box."""
    left, top, width, height = map(int, page.get_attribute("#canvas", "data-box").split())
    box = page.locator("#canvas").bounding_box()
    return (x - box["x"] - left) / width * WIDTH, (y - box["y"] - top) / height * HEIGHT


def test_the_contact_sheet_opens_a_frame_by_keyboard(open_exploratory):
    page = open_exploratory()
    page.keyboard.press("c")
    assert page.locator(".sheet button").count() == N_FRAMES
    page.focus(".sheet button:nth-child(4)")
    page.keyboard.press("Enter")
    assert page.get_attribute("#canvas", "data-frame") == "3"
    assert page.locator(".sheet").is_hidden()


def test_playing_once_stops_at_the_end(open_exploratory):
    page = open_exploratory()
    page.click("#playback")
    page.click("#playback")
    assert page.inner_text("#playback") == "once"
    page.click("#play")
    page.wait_for_selector("#play[aria-label='Play']")
    assert page.get_attribute("#canvas", "data-frame") == str(N_FRAMES - 1)


def test_two_fingers_zoom_and_move(open_exploratory):
    page = open_exploratory(width=768, height=1024)
    scale = float(page.inner_text("#scale").split(",")[0].lstrip("×"))
    touch = page.context.new_cdp_session(page)
    box = page.locator("#canvas").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    touch.send("Emulation.setTouchEmulationEnabled", {"enabled": True, "maxTouchPoints": 2})

    def fingers(kind, apart):
        points = [{"x": x - apart, "y": y, "id": 1}, {"x": x + apart, "y": y, "id": 2}]
        touch.send(
            "Input.dispatchTouchEvent", {"type": kind, "touchPoints": [] if kind == "touchEnd" else points}
        )

    fingers("touchStart", 50)
    for apart in (60, 75, 100):
        fingers("touchMove", apart)
    fingers("touchEnd", 100)
    page.wait_for_function(
        "scale => parseFloat(document.querySelector('#scale').textContent.slice(1)) > scale * 1.7", arg=scale
    )


def test_opening_a_case_puts_the_screen_on_record(world, open_exploratory):
    page = open_exploratory()
    page.wait_for_function(
        "() => performance.getEntriesByName(location.origin + '/api/v1/display-checks/').length"
    )
    check = DisplayCheck.objects.get()
    assert check.assignment == world.current(world.readers[0], "exploratory")
    assert (check.wrong_greys, check.renderer, check.device_pixel_ratio) == (0, "canvas2d", 1)
    assert "Chrome" in check.user_agent


def test_the_test_page_shows_its_patterns_and_keeps_what_is_said(world, signed_in_page):
    page = signed_in_page(world.readers[0].user)
    page.goto("/read/display-check/")
    page.wait_for_selector("#keep:enabled")
    assert "all 256 greys exactly" in page.inner_text("#measured")
    for name, levels in [("#ramp", range(256)), ("#patches", (0, 13, 242, 255))]:
        shown = Image.open(io.BytesIO(page.locator(name).screenshot())).convert("L")
        background = 0x16  # a line of the page beside the canvas
        assert set(np.unique(np.asarray(shown))) | {background} == {*levels, background}
    for name in ("dark_seen", "light_seen", "steps_seen"):
        page.check(f"[name={name}][value={'false' if name == 'dark_seen' else 'true'}]")
    page.click("#keep")
    page.wait_for_selector("#result:has-text('turn the brightness up')")
    check = DisplayCheck.objects.get()
    assert (check.dark_seen, check.light_seen, check.steps_seen) == (False, True, True)
    assert page.problems == []


def test_every_frame_seen_is_counted(open_exploratory):
    page = open_exploratory()
    for _ in range(N_FRAMES):
        page.keyboard.press("ArrowRight")
    assert page.inner_text("#seen") == f"{N_FRAMES} of {N_FRAMES} frames seen"
