"""A production server for the tests of this folder, brought up once for each file."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from tests.conftest import CHROMIUM_FLAGS, chromium_path
from tests.production.hospital import Hospital
from tests.production.stack import POSTGRESQL, Stack
from tests.rabbitmq import SERVER

Made = TypeVar("Made", bound=Stack)


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    """All parts of a server, but for the hospital's sign-in."""
    yield from _running(lambda folder: Stack(folder, with_broker=True))


@pytest.fixture(scope="module")
def hospital() -> Iterator[Hospital]:
    """All parts of a server."""
    yield from _running(Hospital)


@pytest.fixture(scope="module")
def new_page(browser: Any) -> Iterator[Callable[[Stack], Any]]:
    """A page in a browser of its own, which believes a server's certificate and no other."""
    browsers = []

    def open_page(stack: Stack) -> Any:
        flags = [*CHROMIUM_FLAGS, f"--ignore-certificate-errors-spki-list={_pin(stack)}"]
        own = browser.browser_type.launch(executable_path=chromium_path(), args=flags)
        browsers.append(own)
        context = own.new_context(base_url=stack.url, viewport={"width": 1366, "height": 768})
        context.set_default_timeout(60_000)
        return context.new_page()

    yield open_page
    for own in browsers:
        own.close()


def _running(make: Callable[[Path], Made]) -> Iterator[Made]:
    """A server, started; not below pytest's own folder, which PostgreSQL may not enter."""
    there = shutil.which("nginx") and (POSTGRESQL / "initdb").exists() and SERVER.exists()
    if not there and not os.environ.get("CI"):
        pytest.skip("a server is missing: `apt-get install nginx postgresql rabbitmq-server`")
    folder = Path(tempfile.mkdtemp(prefix="counterpart-production-"))
    made = make(folder)
    try:
        made.start()
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder)


def _pin(stack: Stack) -> str:
    """The hash of the certificate's public key, as Chromium wants it."""
    certificate = ["openssl", "x509", "-in", str(stack.folder / "certificate.pem"), "-pubkey", "-noout"]
    key = subprocess.run(certificate, capture_output=True, check=True).stdout
    convert = ["openssl", "pkey", "-pubin", "-outform", "DER"]
    raw = subprocess.run(convert, input=key, capture_output=True, check=True).stdout
    return base64.b64encode(hashlib.sha256(raw).digest()).decode()
