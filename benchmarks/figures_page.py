"""How long the figures page takes in a browser: from request to drawn figures, and from a filter to new ones.

Run it against a server that is up, for example the demonstration:

    python benchmarks/figures_page.py --address http://127.0.0.1:8000 --user analyst --password ... \\
        --study paper-reconstruction
"""

from __future__ import annotations

import argparse
import statistics
import time
from typing import Any

from playwright.sync_api import sync_playwright

DRAWN = 'html[data-figures="drawn"]'
DRAWN_AT = "performance.getEntriesByName('figures-drawn')[0].startTime"
WARM_UPS, ROUNDS = 2, 3


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name in ("address", "user", "password", "study"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    options = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=options.chromium, args=["--no-sandbox"])
        page = browser.new_context(
            base_url=options.address, viewport={"width": 1366, "height": 768}
        ).new_page()
        page.goto("/sign-in/")
        page.fill("[name=login]", options.user)
        page.fill("[name=password]", options.password)
        page.keyboard.press("Enter")
        address = f"/studies/{options.study}/results/figures/"
        loads = [load(page, address) for _ in range(WARM_UPS + ROUNDS)][WARM_UPS:]
        print(f"request to drawn: median {statistics.median(loads):.0f} ms, longest {max(loads):.0f} ms")
        switches = [press(page, i) for _ in range(ROUNDS) for i in range(page.locator(".filters a").count())]
        print(f"filter to drawn: median {statistics.median(switches):.0f} ms, longest {max(switches):.0f} ms")
        browser.close()


def load(page: Any, address: str) -> float:
    """Milliseconds from the start of a page load to drawn figures."""
    page.goto(address)
    page.wait_for_selector(DRAWN, state="attached")
    return float(page.evaluate(DRAWN_AT))


def press(page: Any, index: int) -> float:
    """Milliseconds from pressing a filter to drawn figures, or to the page that says there are none."""
    began = time.perf_counter()
    page.locator(".filters a").nth(index).click()
    page.wait_for_selector(DRAWN, state="attached")
    return 1000 * (time.perf_counter() - began)


if __name__ == "__main__":
    main()
