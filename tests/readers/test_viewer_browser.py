"""The reading page in a real browser: exact pixels in both directions, the keyboard, answers that arrive."""

from __future__ import annotations

import io

import numpy as np
import pytest
from django.utils import timezone
from PIL import Image

from generation.models import RenderChunk, RenderJob
from readers.models import Answer, Assignment, Exposure, StudyVideo, Submission
from tests.conftest import CHROMIUM_FLAGS, WITH_CARD, chromium_path
from tests.readers.conftest import grey_frames, render
from tests.stored import bundle_path

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

N_FRAMES, HEIGHT, WIDTH = 6, 40, 56


@pytest.fixture
def world(make_world):
    return make_world(
        n_exploratory=0, video={"n_frames": N_FRAMES, "height": HEIGHT, "width": WIDTH}, n_blinded=2
    )


@pytest.fixture
def open_case(world, signed_in_page):
    """Return a function that opens a reader's current case in a browser and waits until it is ready."""

    def open_case(*, script=None, **size):
        world.study.refresh_from_db()
        if world.study.form_locked_at is None:
            world.lock_form()
        page = signed_in_page(world.readers[0].user, **size)
        if script:
            page.add_init_script(script)
        page.goto(f"/read/{world.current(world.readers[0]).public_id}/")
        page.wait_for_selector("#viewer[data-state=ready]")
        return page

    return open_case


def shown_pixels(page):
    """The image as the screen has it, in device pixels: height × width × 3."""
    screen = Image.open(io.BytesIO(page.locator("#canvas").screenshot(scale="device"))).convert("RGB")
    x, y, width, height = map(int, page.get_attribute("#canvas", "data-box").split())
    return np.asarray(screen)[y : y + height, x : x + width]


def frames_as_shown(case: Assignment):
    frames = grey_frames(N_FRAMES, height=HEIGHT, width=WIDTH, seed=case.study_video.video.seed)
    return frames if case.direction == "AB" else frames[::-1]


@pytest.mark.parametrize(("script", "renderer"), [(None, "canvas2d"), (WITH_CARD, "webgl2")])
def test_the_screen_shows_the_rendered_pixels_in_both_directions(world, open_case, script, renderer):
    directions = set()
    for case in world.cases(world.readers[0], "blinded"):
        directions.add(case.direction)
        page = open_case(script=script)
        assert page.get_attribute("#canvas", "data-renderer") == renderer
        page.keyboard.press("Home")
        for position, frame in enumerate(frames_as_shown(case)):
            assert page.get_attribute("#canvas", "data-frame") == str(position)
            shown = shown_pixels(page)
            factor = shown.shape[0] // HEIGHT
            assert factor >= 8
            enlarged = np.kron(frame, np.ones((factor, factor), np.uint8))
            np.testing.assert_array_equal(shown, np.stack([enlarged] * 3, axis=2))
            page.keyboard.press("ArrowRight")
        assert f"{N_FRAMES} frames verified, greys exact" in page.inner_text("#verified")
        for key in "33":
            page.keyboard.press(key)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url, case=case: str(case.public_id) not in url)
        assert page.problems == []
    assert directions == {"AB", "BA"}


@pytest.mark.parametrize("ratio", [1.25, 3])
def test_pixels_are_exact_on_screens_of_other_densities(world, open_case, ratio):
    first = open_case()
    flags = [*CHROMIUM_FLAGS, f"--force-device-scale-factor={ratio}", "--window-size=1300,800"]
    dense = first.context.browser.browser_type.launch(executable_path=chromium_path(), args=flags)
    page = dense.new_context(no_viewport=True, storage_state=first.context.storage_state()).new_page()
    page.goto(first.url)
    page.wait_for_selector("#viewer[data-state=ready]")
    page.keyboard.press("Home")
    assert page.evaluate("devicePixelRatio") == ratio
    shown = shown_pixels(page)
    factor = shown.shape[0] // HEIGHT
    assert factor > 8 * ratio
    frame = frames_as_shown(world.current(world.readers[0]))[0]
    np.testing.assert_array_equal(shown[..., 0], np.kron(frame, np.ones((factor, factor), np.uint8)))
    dense.close()


def test_a_frame_that_was_altered_is_not_shown(world, signed_in_page):
    world.lock_form()
    case = world.current(world.readers[0])
    video = case.study_video.video
    frames = video.manifest["frames"]
    for kind in ("png_sha256", "pixels_sha256"):
        frames[0][kind], frames[1][kind] = frames[1][kind], frames[0][kind]
    video.save()
    page = signed_in_page(world.readers[0].user)
    page.clock.install()
    page.goto(f"/read/{case.public_id}/")
    page.wait_for_selector("#viewer[data-state=loading]")
    for _ in range(40):
        page.clock.run_for(1000)
        if page.get_attribute("#viewer", "data-state") == "failed":
            break
        page.wait_for_timeout(50)
    assert "differs from the frame that was rendered" in page.inner_text("#loading")


WITHOUT_INFLATE = "delete globalThis.DecompressionStream"


@pytest.mark.parametrize("missing", ["bundle", "decoder", "true bundle"])
def test_without_a_good_bundle_the_frames_come_one_by_one(world, open_case, missing):
    case = world.current(world.readers[0])
    path = bundle_path(case.study_video.video, case.direction)
    if missing == "bundle":
        path.unlink()
    elif missing == "true bundle":
        other = bundle_path(case.study_video.video, "BA" if case.direction == "AB" else "AB")
        path.write_bytes(other.read_bytes())
    page = open_case(script=WITHOUT_INFLATE if missing == "decoder" else None)
    assert page.get_attribute("#viewer", "data-source") == "png"
    assert f"{N_FRAMES} frames verified" in page.inner_text("#verified")
    page.keyboard.press("End")
    enlarged = frames_as_shown(case)[-1].repeat(8, axis=0).repeat(8, axis=1)
    assert (shown_pixels(page)[:8, :8, 0] == enlarged[:8, :8]).all()


def test_a_download_that_breaks_off_goes_on_where_it_was(world, open_case, signed_in_page):
    case = world.current(world.readers[0])
    whole = bundle_path(case.study_video.video, case.direction).read_bytes()
    world.lock_form()
    page = signed_in_page(world.readers[0].user)
    asked = []

    def half_first(route):
        asked.append(route.request.headers.get("range"))
        if len(asked) > 1:
            return route.continue_()
        headers = {"Content-Length": str(len(whole))}
        return route.fulfill(status=200, body=whole[: len(whole) // 2], headers=headers)

    page.route(f"**/{case.public_id}.bundle", half_first)
    page.goto(f"/read/{case.public_id}/")
    page.wait_for_selector("#viewer[data-state=ready]")
    assert asked == [None, f"bytes={len(whole) // 2}-"]
    assert page.get_attribute("#viewer", "data-source") == "bundle"


def test_the_next_video_is_there_without_a_new_page(world, open_case):
    page = open_case()
    _, second = world.cases(world.readers[0], "blinded")
    page.wait_for_function(
        "id => performance.getEntriesByType('resource').some((e) => e.name.includes(id) && e.responseEnd)",
        arg=f"{second.public_id}.bundle",
    )
    page.wait_for_timeout(100)
    asked = []
    page.on("request", lambda request: asked.append(request.url.rsplit("/", 1)[-1]))
    page.evaluate("window.same = true")
    for key in ("3", "3", "Enter"):
        page.keyboard.press(key)
    page.wait_for_url(f"**/read/{second.public_id}/")
    page.wait_for_selector("#viewer[data-state=ready]")
    assert page.evaluate("window.same")
    assert not [name for name in asked if name.endswith((".bundle", ".png"))]
    assert Exposure.objects.filter(assignment=second).count() == 1
    page.keyboard.press("End")
    factor = shown_pixels(page).shape[0] // HEIGHT
    np.testing.assert_array_equal(shown_pixels(page)[::factor, ::factor, 0], frames_as_shown(second)[-1])
    for key in ("4", "4", "Enter"):
        page.keyboard.press(key)
    page.wait_for_url("**/read/")
    assert list(Answer.objects.filter(assignment=second).values_list("score", flat=True)) == [4, 4]
    page.go_back()
    page.wait_for_selector("text=/already submitted|submitted/")
    assert [problem for problem in page.problems if "409" not in problem] == []


def test_a_whole_case_by_keyboard_alone(world, open_case):
    page = open_case()
    assert page.is_disabled("#submit")
    page.keyboard.press("Enter")
    assert "Not answered: 1, 2" in page.inner_text("#saved")
    assert "distance" in page.inner_text("#question")
    page.keyboard.press("Enter")
    assert "ring" in page.inner_text("#question")
    page.keyboard.press("2")
    assert "distance" in page.inner_text("#question")
    assert "Not answered: 2" in page.inner_text("#saved")
    page.keyboard.press("5")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("1")
    page.wait_for_selector("#saved:text-matches('^saved [0-9:]{8}$')")
    case = world.current(world.readers[0])
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: str(case.public_id) not in url)
    answers = Answer.objects.filter(assignment=case).order_by("pk")
    assert [(a.criterion.key, a.version, a.score) for a in answers] == [
        ("ring", 1, 2),
        ("distance", 1, 5),
        ("ring", 2, 1),
    ]
    assert Submission.objects.filter(assignment=case).exists()
    assert Exposure.objects.filter(assignment=case).count() == 1
    assert page.problems == []


def test_the_blinded_phase_offers_neither_difference_nor_sheet(open_case):
    page = open_case()
    assert page.locator("[data-action=difference]").is_hidden()
    assert page.locator("[data-action=sheet]").count() == 0
    page.keyboard.press("m")
    page.keyboard.press("c")
    assert page.inner_text("#view") == ""
    page.keyboard.press("b")
    assert page.inner_text("#view") == "left: first frame, right: this one"
    assert page.problems == []


def test_stepping_scrubbing_and_playing(open_case):
    page = open_case()

    def frame():
        return int(page.get_attribute("#canvas", "data-frame"))

    page.wait_for_selector("#canvas:not([data-frame='0'])")  # it plays by itself
    page.keyboard.press("Space")
    keys = {"End": 5, "ArrowRight": 5, "ArrowLeft": 4, "Shift+ArrowLeft": 0, "Shift+ArrowRight": 5, "Home": 0}
    for key, position in keys.items():
        page.keyboard.press(key)
        assert frame() == position
    page.hover("#image")
    page.mouse.wheel(0, 100)
    page.wait_for_selector("#canvas[data-frame='1']")
    page.fill("#scrub", "3")
    assert frame() == 3
    assert page.inner_text("#frame") == "frame 4 / 6"
    page.mouse.down()
    page.mouse.move(700, 300)
    page.mouse.up()
    assert "window 255, level 127.5" not in page.inner_text("#window")
    page.keyboard.press("r")
    assert page.inner_text("#window") == "window 255, level 127.5"
    page.keyboard.press("?")
    assert page.is_visible("#keys")


def test_answers_survive_a_server_that_fails_for_a_while(world, open_case):
    page = open_case()
    down = True
    page.route("**/answers/**", lambda route: route.fulfill(status=502) if down else route.continue_())
    page.keyboard.press("4")
    page.wait_for_selector("#trouble:has-text('cannot be reached')")
    down = False
    page.wait_for_selector("#saved:has-text('saved ')")
    assert page.inner_text("#trouble") == ""
    assert [(a.criterion.key, a.version, a.score) for a in Answer.objects.all()] == [("ring", 1, 4)]


def test_given_answers_are_there_again_after_a_reload(world, open_case):
    page = open_case()
    page.keyboard.press("4")
    page.wait_for_selector("#saved:has-text('saved ')")
    page.reload()
    page.wait_for_selector("#viewer[data-state=ready]")
    assert page.is_checked("fieldset[data-key=ring] input[value='4']")
    assert "Not answered: 2" in page.inner_text("#saved")


def test_a_video_that_is_still_rendered_opens_by_itself(world, signed_in_page):
    world.lock_form()
    case = world.current(world.readers[0])
    video = case.study_video.video
    job = RenderJob.objects.create(video=video, state="running", started_at=timezone.now())
    RenderChunk.objects.create(
        job=job, index=0, first_frame=0, last_frame=1, state="done", finished_at=timezone.now()
    )
    type(video).objects.filter(pk=video.pk).update(manifest=None, manifest_sha256="", completed_at=None)
    page = signed_in_page(world.readers[0].user)
    page.goto(f"/read/{case.public_id}/")
    page.wait_for_selector("#viewer[data-state=rendering]")
    assert "2 of 6 frames" in page.inner_text("#loading")
    assert not Exposure.objects.exists()
    render(video)
    page.wait_for_selector("#viewer[data-state=ready]")
    assert Exposure.objects.count() == 1
    assert page.problems == []


@pytest.mark.parametrize("state", ["failed", "cancelled"])
def test_a_video_that_could_not_be_rendered_is_said_to_need_help(world, signed_in_page, state):
    world.lock_form()
    case = world.current(world.readers[0])
    video = case.study_video.video
    error = "CUDA out of memory, group Men-XB"
    RenderJob.objects.create(video=video, state=state, error=error, finished_at=timezone.now())
    type(video).objects.filter(pk=video.pk).update(manifest=None, manifest_sha256="", completed_at=None)
    page = signed_in_page(world.readers[0].user)
    page.goto(f"/read/{case.public_id}/")
    page.wait_for_selector("#viewer[data-state=failed]")
    words = page.inner_text("#loading")
    assert "could not be rendered" in words
    assert "coordinator" in words
    assert "CUDA" not in page.content()
    assert page.is_disabled("#submit")
    assert not Exposure.objects.exists()
    assert page.problems == []


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1366, 768), (1280, 720), (820, 1180)])
def test_nothing_overflows_sideways(world, open_case, width, height):
    page = open_case(width=width, height=height)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert StudyVideo.objects.count() == 2
