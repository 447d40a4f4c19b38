"""Take the screenshots of README and tutorial from the running demonstration (`make demo`, then
`make screenshots`; it needs a demonstration that nobody has used yet)."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

IMAGES = Path(__file__).resolve().parent / "images"
PASSWORD = "counterpart-demo"  # noqa: S105 - the demonstration's, printed when it starts
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    address = f"http://127.0.0.1:{parser.parse_args().port}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        viewer(sign_in(browser, address, "reader"))
        table3(sign_in(browser, address, "analyst"))
        coordinator(sign_in(browser, address, "coordinator"))
        exploratory(sign_in(browser, address, "reader-exploratory"))
        washout(sign_in(browser, address, "reader-washout"))
        browser.close()


def sign_in(browser: Browser, address: str, name: str) -> Page:
    page = browser.new_context(base_url=address, viewport={"width": 1366, "height": 768}).new_page()
    page.goto("/sign-in/")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    return page


def shoot(page: Page, name: str) -> None:
    """What the window shows, in so few colours that the file stays small."""
    path = IMAGES / f"{name}.png"
    page.screenshot(path=path)
    with Image.open(path) as image:
        image.convert("RGB").quantize(128).save(path, optimize=True)


def viewer(page: Page) -> None:
    """The reading page, stopped in the middle of a video with the first criteria answered."""
    begin_reading(page)
    page.keyboard.press("Home")
    for _ in range(3):
        page.keyboard.press("Shift+ArrowRight")
    for digit in "42":
        page.keyboard.press(digit)
    page.locator("#saved").get_by_text("saved").wait_for()
    page.screenshot(path=IMAGES / "viewer.png")


def table3(page: Page) -> None:
    page.goto("/studies/paper-reconstruction/results/")
    page.locator("section.card").first.screenshot(path=IMAGES / "table3.png")


def coordinator(page: Page) -> None:
    """The readers of a study, the first step of setting one up, and the consensus room."""
    page.goto("/studies/live-demo/")
    shoot(page, "tutorial_study")
    page.goto("/studies/new/")
    page.get_by_role("button", name="Begin", exact=True).click()
    page.get_by_role("heading", name="Step 1 of 5").wait_for()
    shoot(page, "tutorial_setup")
    page.goto("/studies/meeting-demo/consensus/")
    page.wait_for_load_state("networkidle")
    shoot(page, "tutorial_consensus")


def exploratory(page: Page) -> None:
    """A video on which something is noted."""
    begin_reading(page)
    shoot(page, "tutorial_exploratory")


def begin_reading(page: Page) -> None:
    """From the reader's start page, by the test of the screen, to the first video with all its frames."""
    page.get_by_role("link", name="Test your screen").click()
    for answer in page.get_by_label("yes").all():
        answer.check()
    page.get_by_role("button", name="Keep this result").click()
    page.get_by_text("This screen shows what reading needs").wait_for()
    page.get_by_role("link", name="Back to reading").click()
    page.locator("main a.primary").first.click()
    page.locator("#verified").get_by_text("exact").wait_for(timeout=120_000)


def washout(page: Page) -> None:
    """The start page of a reader who has to wait."""
    shoot(page, "tutorial_washout")


if __name__ == "__main__":
    main()
