"""Passkeys in Chromium, whose virtual authenticator answers as a telephone or a key would."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from tests.sign_in.conftest import PASSWORD, factors

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def page(browser: Any, live_server: Any) -> Any:
    """A page whose browser has a device that keeps passkeys; under the name localhost, as browsers demand."""
    context = browser.new_context(base_url=live_server.url.replace("127.0.0.1", "localhost"))
    context.set_default_timeout(20_000)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    page.device = session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})["authenticatorId"]
    page.cdp = session
    yield page
    context.close()


def fill_in(page: Any) -> None:
    page.goto("/sign-in/")
    page.fill("#id_login", "ada")
    page.fill("#id_password", PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def add(page: Any, *, alone: bool) -> None:
    page.goto("/account/passkeys/add/")
    page.fill("#id_password", PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.locator("[name=passwordless]").set_checked(alone)
    page.get_by_role("button", name="Add a passkey").click()
    page.wait_for_url("**/account/recovery-codes/")


def test_a_passkey_is_added_and_signs_in_alone(ada: User, page: Any, violations: Any) -> None:
    fill_in(page)
    page.wait_for_url("**/studies/")
    add(page, alone=True)
    assert factors(ada) == {"webauthn", "recovery_codes"}
    assert violations(page) == []
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/studies/")


def test_a_security_key_is_asked_for_after_the_password(ada: User, page: Any, violations: Any) -> None:
    fill_in(page)
    page.wait_for_url("**/studies/")
    add(page, alone=False)
    page.get_by_role("button", name="Sign out").click()
    fill_in(page)
    page.wait_for_url("**/sign-in/code/")
    assert violations(page) == []
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/studies/")


def test_a_device_that_refuses_is_told_in_words(ada: User, page: Any) -> None:
    page.cdp.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": page.device})
    page.cdp.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    page.goto("/sign-in/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_text("The browser gave no passkey").wait_for()
