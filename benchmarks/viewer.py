"""How fast the viewer is, on this machine, over loopback, in Chromium and in Firefox.

Videos (by default 180 frames of 1024 × 1024, a morph under coherent noise) are read in a study of their own,
from gunicorn as the demonstration runs it. Prints one table.

    python benchmarks/viewer.py [--frames 180] [--side 1024] [--browser chromium|firefox]
"""

from __future__ import annotations

import argparse
import hashlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageFilter

ROOT = Path(__file__).resolve().parent.parent
STEPS = 60

# From a key to the frame's being painted: the task after the next animation frame comes behind the paint.
STEP = """
const done = arguments[arguments.length - 1];
const began = performance.now();
document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
requestAnimationFrame(() => {
  const channel = new MessageChannel();
  channel.port1.onmessage = () => done(performance.now() - began);
  channel.port2.postMessage(null);
});
"""
PLAY = """
const done = arguments[arguments.length - 1];
const canvas = document.getElementById("canvas");
const key = (name) => document.body.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true }));
key("Home");
const shown = new Set([0]);
const n = Number(document.getElementById("scrub").max) + 1;
new MutationObserver(() => {
  shown.add(Number(canvas.dataset.frame));
  if (Number(canvas.dataset.frame) === n - 1) { key(" "); done(n - shown.size); }
}).observe(canvas, { attributes: true, attributeFilter: ["data-frame"] });
key(" ");
"""
MARKS = """
const at = (name) => performance.getEntriesByName(name).at(-1)?.startTime;
const bundle = performance.getEntriesByType("resource").find((entry) => entry.name.endsWith("/exposures/"));
return { opened: bundle.startTime, first: at("viewer:first-frame"), all: at("viewer:all-frames") };
"""


def frames(n: int, side: int) -> Iterator[np.ndarray]:
    """A bright ring that widens under noise that drifts with it, (side, side) uint8 each."""
    rng = np.random.default_rng(20261122)

    def texture(radius: float, strength: float) -> np.ndarray:
        noise = Image.fromarray(rng.normal(128, 40, (side, side)).clip(0, 255).astype(np.uint8))
        smooth = np.asarray(noise.filter(ImageFilter.GaussianBlur(radius)), np.float32) - 128
        return smooth / smooth.std() * strength

    pairs = [
        (texture(radius, strength), texture(radius, strength))
        for radius, strength in [(6, 3), (2, 4), (0.7, 3)]
    ]
    y, x = np.mgrid[-1 : 1 : side * 1j, -1 : 1 : side * 1j].astype(np.float32)
    for i in range(n):
        t = i / max(1, n - 1)
        distance = np.hypot(x / (0.6 + 0.1 * t), y / (0.5 - 0.05 * t))
        noise = sum(np.cos(0.7 * t) * a + np.sin(0.7 * t) * b for a, b in pairs)
        yield (60 + 120 * np.exp(-((distance - 1) ** 2) / 0.02) + noise).clip(0, 255).astype(np.uint8)


def prepare(n: int, side: int, names: list[str]) -> dict[str, tuple[str, str]]:
    """A study of two exploratory videos, a reader for each browser: session and first case's address."""
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.test import Client

    from readers.selectors.worklist import worklist
    from readers.services.allocation import allocate_videos
    from readers.services.studies import create_study, enrol_reader

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    coordinator = User.objects.create_user("coordinator")
    study = create_study(
        by=coordinator, slug="speed", title="Speed", group_a="A", group_b="B",
        n_exploratory=2, n_blinded=1, allocation_seed=1, sign_off_required=False,
    )  # fmt: skip
    readers = {name: User.objects.create_user(name) for name in names}
    for name, reader in readers.items():
        enrol_reader(study=study, user=reader, code=name, specialty="radiologist", by=coordinator)
    pictures = list(frames(n, side))
    videos = [make_video(1, pictures), make_video(2, [255 - picture for picture in pictures])]
    # Which two are exploratory is drawn; the third is as long, so that it does not matter.
    allocate_videos(study=study, videos=[*videos, make_video(3, pictures[::-1])], by=coordinator)
    places = {}
    for name, reader in readers.items():
        client = Client()
        client.force_login(reader)
        places[name] = client.cookies["sessionid"].value, f"/read/{worklist(reader)[0].next_case}/"
    return places


def make_video(seed: int, pictures: list[np.ndarray]) -> Any:
    """A rendered video of these frames, with its bundle."""
    from django.utils import timezone

    from generation import frames
    from generation.imaging.manifest import frame_entry, manifest, sha256_of
    from generation.imaging.png import encode_grey
    from generation.models import TrainedModel, Video
    from generation.selectors.videos import frame_name
    from generation.services.bundles import make_bundle

    height, width = pictures[0].shape
    model, _ = TrainedModel.objects.get_or_create(
        name="none",
        defaults={
            "folder": "none",
            "weights_sha256": "0" * 64,
            "config": {},
            "conditions": {},
            "image_size": width,
        },
    )
    video = Video(
        trained_model=model, spec={"checkpoint_sha256": "0" * 64}, group_from="A", group_to="B", seed=seed,
        spec_sha256=hashlib.sha256(str(seed).encode()).hexdigest(),
        n_frames=len(pictures), width=width, height=height,
    )  # fmt: skip
    entries = []
    for index, pixels in enumerate(pictures):
        png = encode_grey(pixels, level=1)
        frames.write(video, frame_name(index), png)
        entries.append(frame_entry(index, png, pixels, {"origin": "rendered"}))
    video.manifest = manifest(
        spec=video.spec, frames=entries, width=width, height=height, device="none", versions={}
    )
    video.manifest_sha256, video.completed_at = sha256_of(video.manifest), timezone.now()
    video.save()
    began = time.monotonic()
    make_bundle(video=video)
    png_bytes = sum(len(frames.read(video, frame_name(index))) for index in range(video.n_frames))
    print(
        f"video {seed}: {len(pictures)} frames of {width} × {height}; PNG {png_bytes / 1e6:.1f} MB, bundle "
        f"{video.bundle_bytes / 1e6:.1f} MB, made in both orders in {time.monotonic() - began:.1f} s"
    )
    return video


@contextmanager
def server() -> Iterator[str]:
    """gunicorn as the demonstration runs it."""
    from counterpart.management.commands.demo import GUNICORN_OPTIONS, is_listening
    from tests.firefox import free_port

    port = free_port()
    command = [sys.executable, "-m", "gunicorn", *GUNICORN_OPTIONS, "--bind", f"127.0.0.1:{port}"]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        while not is_listening(port):
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def memory_mb(browser: str) -> float:
    """Memory of the browser that this process started, in MiB, a shared page divided among its sharers."""
    parents, names = {}, {}
    for path in Path("/proc").glob("[0-9]*"):
        try:
            parents[path.name] = (path / "stat").read_text().rsplit(")", 1)[1].split()[1]
            names[path.name] = (path / "cmdline").read_bytes().split(b"\0")[0].decode()
        except OSError:
            continue  # it ended meanwhile

    def ours(pid: str) -> bool:
        return pid == str(os.getpid()) or (pid in parents and ours(parents[pid]))

    total = 0.0
    for pid in parents:
        if browser not in names[pid] or not ours(pid):
            continue
        try:
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        total += int(rollup.split("Pss:")[1].split()[0]) / 1024
    return total


def measure(browser: str, page: Any, url: str, base: str) -> dict[str, str]:
    """Numbers of one browser; `page` has goto, evaluate, later and wait_until."""
    load = os.getloadavg()[0]
    page.goto(f"{base}/sign-in/")
    before = memory_mb(browser)
    page.goto(base + url)
    page.wait_until("document.getElementById('viewer').dataset.state === 'ready'")
    marks = page.evaluate(MARKS)
    source = page.evaluate("return document.getElementById('viewer').dataset.source")
    renderer = page.evaluate("return document.getElementById('canvas').dataset.renderer")
    greys = page.evaluate("return document.getElementById('verified').textContent")
    page.evaluate("document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'Home', bubbles: true }))")
    time.sleep(3)  # the next video is fetched meanwhile
    used = memory_mb(browser) - before
    steps = sorted(page.later(STEP) for _ in range(STEPS))
    skipped = page.later(PLAY)
    page.evaluate("window.began = performance.now(); document.getElementById('submit').click()")
    page.wait_until(
        "location.pathname !== arguments[0] && performance.getEntriesByName('viewer:first-frame').length > 1",
        url,
    )
    next_first = page.evaluate(
        "return performance.getEntriesByName('viewer:first-frame').at(-1).startTime - window.began"
    )
    return {
        "load of the machine, before and after": f"{load:.1f}, {os.getloadavg()[0]:.1f}",
        "frames come as, drawn by": f"{source}, {renderer}",
        "the page says": greys,
        "opening to first frame, s": f"{(marks['first'] - marks['opened']) / 1000:.2f}",
        "opening to all frames, s": f"{(marks['all'] - marks['opened']) / 1000:.2f}",
        "start of the page to first frame, s": f"{marks['first'] / 1000:.2f}",
        "step, key to paint, median, ms": f"{statistics.median(steps):.0f}",
        "step, key to paint, 95 in 100 within, ms": f"{steps[int(0.95 * STEPS)]:.0f}",
        "frames skipped in one pass at 30 a second": f"{skipped}",
        "submit to first frame of the next video, s": f"{next_first / 1000:.2f}",
        "memory of the browser, the next video fetched, less that of a plain page, MiB": f"{used:.0f}",
    }


class ChromiumPage:
    def __init__(self, page: Any) -> None:
        self.page = page

    def goto(self, url: str) -> None:
        self.page.goto(url)

    def evaluate(self, script: str) -> Any:
        return self.page.evaluate(f"() => {{ {script} }}")

    def later(self, script: str) -> Any:
        return self.page.evaluate(f"() => new Promise((resolve) => (function () {{ {script} }})(resolve))")

    def wait_until(self, condition: str, argument: str = "") -> None:
        self.page.wait_for_function(
            f"(argument) => {condition.replace('arguments[0]', 'argument')}", arg=argument, timeout=120_000
        )


def in_chromium(session: str, url: str, base: str) -> dict[str, str]:
    from playwright.sync_api import sync_playwright

    from tests.conftest import CHROMIUM_FLAGS, chromium_path

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(CHROMIUM_FLAGS))
        context = browser.new_context(viewport={"width": 1920, "height": 1080})
        context.add_cookies([{"name": "sessionid", "value": session, "url": base}])
        found = measure("chromium", ChromiumPage(context.new_page()), url, base)
        browser.close()
    return found


def in_firefox(session: str, url: str, base: str) -> dict[str, str]:
    from tests.firefox import Firefox, start_firefox

    class Page(Firefox):
        def later(self, script: str) -> Any:
            return self.driver.execute_async_script(script, sandbox=None, script_timeout=60_000)

    with tempfile.TemporaryDirectory() as folder:
        running = start_firefox(Path(folder))
        page = Page(next(running).driver)
        page.driver.set_window_rect(width=1920, height=1080)
        page.goto(f"{base}/sign-in/")
        page.driver.add_cookie({"name": "sessionid", "value": session})
        found = measure("firefox", page, url, base)
        running.close()
    return found


BROWSERS: dict[str, Callable[[str, str, str], dict[str, str]]] = {
    "chromium": in_chromium,
    "firefox": in_firefox,
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--frames", type=int, default=180)
    parser.add_argument("--side", type=int, default=1024)
    parser.add_argument("--browser", choices=BROWSERS, help="one browser alone")
    options = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"COUNTERPART_DATA": folder, "DJANGO_SETTINGS_MODULE": "counterpart.settings"}
        import django

        django.setup()
        names = [options.browser] if options.browser else list(BROWSERS)
        places = prepare(options.frames, options.side, names)
        with server() as base:
            found = {name: BROWSERS[name](session, url, base) for name, (session, url) in places.items()}
    print(f"\n| | {' | '.join(found)} |\n|---|{'---|' * len(found)}")
    for row in found[names[0]]:
        print(f"| {row} | {' | '.join(numbers[row] for numbers in found.values())} |")


if __name__ == "__main__":
    main()
