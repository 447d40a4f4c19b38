"""A headless Firefox, driven by Mozilla's own Marionette: the viewer must be exact in a second engine too."""

from __future__ import annotations

import io
import json
import os
import shutil
import socket
import subprocess
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

NO_FIREFOX = "no Firefox found: `apt-get install firefox-esr`, or set FIREFOX to its path"
START_LIMIT_S = 50
# No page of its own, no request to Mozilla's servers.
PREFERENCES = {
    "app.normandy.enabled": False,
    "app.update.disabledForTesting": True,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "",
    "webgl.force-enabled": True,
}


def firefox_path() -> str | None:
    """Path of an installed Firefox, or None; FIREFOX names one in an unusual place."""
    candidates = (os.environ.get("FIREFOX"), "firefox-esr", "firefox")
    return next((path for name in candidates if name and (path := shutil.which(name))), None)


class Firefox:
    """A window of Firefox; `driver` is the Marionette session."""

    def __init__(self, driver: Any) -> None:
        self.driver = driver

    def goto(self, url: str) -> None:
        self.driver.navigate(url)

    def evaluate(self, script: str, *arguments: Any) -> Any:
        """What a script that runs in the page returns."""
        return self.driver.execute_script(script, script_args=arguments, sandbox=None)

    def press(self, key: str) -> None:
        """Type a key where the focus is; `key` is a character or a WebDriver code."""
        self.driver.actions.sequence("key", "keyboard").send_keys(key).perform()

    def wait_until(self, condition: str, *arguments: Any) -> None:
        """Wait until a JavaScript expression is true."""
        end = time.monotonic() + START_LIMIT_S
        while not self.evaluate(f"return Boolean({condition})", *arguments):
            assert time.monotonic() < end, f"never true: {condition}"
            time.sleep(0.05)

    def screenshot(self, selector: str) -> np.ndarray:
        """An element as Firefox shows it: height × width × 3, uint8."""
        element = self.driver.find_element("css selector", selector)
        png = self.driver.screenshot(element=element, format="binary", scroll=False)
        return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_port(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_LIMIT_S
    while time.monotonic() < end:
        assert process.poll() is None, "Firefox ended by itself"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("Firefox did not answer")


def start_firefox(folder: Path) -> Iterator[Firefox]:
    """Run a Firefox with a profile of its own in `folder`; ended by closing the generator."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its helper package asks for the distribution in an old way
        from marionette_driver.marionette import Marionette

    path = firefox_path()
    if path is None:
        pytest.fail(NO_FIREFOX)
    port = free_port()
    profile = folder / "profile"
    profile.mkdir()
    preferences = PREFERENCES | {"marionette.port": port}
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in preferences.items()]
    (profile / "user.js").write_text("\n".join(lines))
    command = [path, "--headless", "--marionette", "--no-remote", "--profile", str(profile)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for_port(port, process)
        driver = Marionette(host="127.0.0.1", port=port)
        driver.start_session()
        yield Firefox(driver)
        driver.delete_session()
        driver.client.close()
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="session")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    """Yield one headless Firefox for the session. Without one its tests are skipped, in CI they fail."""
    if firefox_path() is None and not os.environ.get("CI"):
        pytest.skip(NO_FIREFOX)
    yield from start_firefox(tmp_path_factory.mktemp("firefox"))
