"""Shared by all tests: a database file and data folders of their own, a real browser, signing in."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.firefox import firefox  # noqa: F401  (a fixture of all tests)
from tests.flush import flush_past_triggers  # noqa: F401  (a fixture of all tests)

# A loaded machine draws examples slowly; the time limit of each test is what guards against a hang.
hypothesis.settings.register_profile("shared-machine", deadline=None)
hypothesis.settings.load_profile("shared-machine")

CHROMIUM_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
# Chromium draws WebGL2 on the processor here; told that this is a graphics card, the viewer draws with it.
WITH_CARD = """
const original = WebGL2RenderingContext.prototype.getParameter;
WebGL2RenderingContext.prototype.getParameter = function (name) {
  return name === 0x9246 ? "a graphics card" : original.call(this, name);
};
"""
NO_CHROMIUM = "no Chromium found: `apt-get install chromium`, or set CHROMIUM to its path"


def chromium_path() -> str | None:
    """Return the path of an installed Chromium, or None; CHROMIUM names one in an unusual place."""
    candidates = (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
    return next((path for name in candidates if name and (path := shutil.which(name))), None)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without Chromium the browser tests are skipped, with the reason; in CI that is a failure instead."""
    if chromium_path() or os.environ.get("CI"):
        return
    missing = pytest.mark.skip(reason=NO_CHROMIUM)
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(missing)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """SQLite tests run on a file of their own: a live server and its test then share it as in production."""
    from django.conf import settings

    database = settings.DATABASES["default"]
    if database["ENGINE"] == "django.db.backends.sqlite3":
        database.setdefault("TEST", {})["NAME"] = str(tmp_path_factory.mktemp("db") / "test.sqlite3")


@pytest.fixture(autouse=True)
def data_folders(settings: Any, tmp_path: Path) -> None:
    """Every test writes keys, radiographs, frames and models into its own temporary folder."""
    settings.DATA_ROOT = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.FRAMES_ROOT = tmp_path / "frames"
    settings.MODELS_ROOT = tmp_path / "models"


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    """Passwords are hashed in no time: hundreds of test accounts have one, to sign with."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def own_counts(settings: Any, tmp_path: Path) -> None:
    """How often somebody has asked is counted anew in each test: its people bear the same names and keys."""
    settings.CACHES = {"default": settings.CACHE_FILES | {"LOCATION": str(tmp_path / "cache")}}


@pytest.fixture(autouse=True)
def plain_sign_in(settings: Any) -> None:
    """Clocks jump by weeks, and most tests sign people in with nothing; tests/sign_in has it as it is."""
    settings.MFA_REQUIRED_OF = []
    settings.SESSION_IDLE = None


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Yield one headless Chromium (a Playwright Browser) for the session."""
    from playwright.sync_api import sync_playwright

    path = chromium_path()
    if path is None:
        pytest.fail(NO_CHROMIUM)
    # Playwright runs an event loop in this thread; Django would refuse the test's own, synchronous, queries.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM_FLAGS))
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def signed_in_page(browser: Any, live_server: Any) -> Iterator[Callable[..., Any]]:
    """Return ``open_page(user, width=1366, height=768)``: a browser page that is signed in as ``user``.

    ``page.problems`` lists console errors and uncaught exceptions; a test can assert that it is empty.
    """
    contexts = []

    def open_page(user: User, *, width: int = 1366, height: int = 768) -> Any:
        client = Client()  # of its own: another person's sign-in would end the session of the first
        client.force_login(user)
        context = browser.new_context(base_url=live_server.url, viewport={"width": width, "height": height})
        context.add_cookies(
            [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
        )
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        page.problems = []
        page.on("console", lambda message: message.type == "error" and page.problems.append(message.text))
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        return page

    yield open_page
    for context in contexts:
        # What a page says when it is left would meet a database that is being emptied.
        context.set_offline(True)
        context.close()
