"""A short study in the browser, over TLS, with a second factor and the hospital's sign-in; all is killed.

Videos are rendered by a Celery worker that hears of them through RabbitMQ. Worker, broker, nginx, provider,
web and PostgreSQL get SIGKILL once each while they are needed; at the end nothing is lost, doubled or other.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.production.hospital import READER, Hospital
from tests.production.scene import CRITERIA
from tests.production.short_study import COORDINATOR, PASSWORD, SLUG
from tests.production.waiting import wait_until
from tests.sign_in.conftest import code_of

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(150, func_only=True)]

INSIDE = ("-m", "tests.production.short_study")
N_VIDEOS = 2
KILLED = ("web", "postgresql")
DIGITS = ("152", "443")


@pytest.fixture(scope="module")
def rendered(hospital: Hospital) -> dict[str, int]:
    """Two videos, asked for while no worker was there; worker and broker are killed before they are done."""
    hospital.python("-m", "tests.production.renders", "ask", str(N_VIDEOS), "0")
    frames = hospital.data / "frames"
    hospital.start_part("worker")
    wait_until(lambda: any(frames.rglob("*.png")))
    hospital.parts["worker"].kill()
    hospital.parts["broker"].kill()
    hospital.start_part("broker")
    hospital.python("-m", "tests.production.renders", "forget_leases")
    hospital.start_part("worker")
    wait_until(lambda: hospital.renders("0")["finished"] == N_VIDEOS)
    return hospital.renders(str(N_VIDEOS))


@pytest.fixture(scope="module")
def invited(hospital: Hospital, new_page: Callable[..., Any]) -> str:
    """The link in the mail that a coordinator sends from her page, once her second factor is set up."""
    hospital.python(*INSIDE, "create")
    page = new_page(hospital)
    sign_in(page)
    page.wait_for_url("**/account/")
    assert page.goto(f"/studies/{SLUG}/").url.endswith("/account/")
    page.goto("/account/app/")
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    secret = page.inner_text("#secret")
    page.fill("#id_code", code_of(secret))
    page.keyboard.press("Enter")
    page.wait_for_url("**/account/recovery-codes/")

    page.context.clear_cookies()
    sign_in(page)
    page.wait_for_url("**/sign-in/code/")
    assert page.goto(f"/studies/{SLUG}/invitations/").url.startswith(f"{hospital.url}/sign-in/")
    page.goto("/sign-in/code/")
    page.fill("#id_code", code_of(secret, later=1))
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/sign-in/" not in url)

    page.goto(f"/studies/{SLUG}/invitations/")
    page.fill("#id_email", READER["email"])
    page.select_option("#id_role", "reader")
    page.fill("#id_code", "R1")
    page.select_option("#id_specialty", "surgeon")
    hospital.parts["nginx"].kill()
    hospital.start_part("nginx")
    page.get_by_role("button", name="Send the invitation").click()
    page.get_by_text(READER["email"]).first.wait_for()
    mails = "".join(mail.read_text() for mail in (hospital.data / "mail").iterdir())
    (link,) = re.findall(r"https://\S+(/invitations/\S+)", mails)
    return str(link)


@pytest.fixture(scope="module")
def reader(hospital: Hospital, rendered: dict[str, int], invited: str, new_page: Callable[..., Any]) -> Any:
    """The first case's page of a reader who came in by the hospital's sign-in, dead at the first try."""
    page = new_page(hospital)
    page.goto(invited)
    page.get_by_role("link", name="Sign in and accept").click()
    hospital.parts["provider"].kill()
    page.get_by_role("button", name="General Hospital").click()
    page.get_by_text("Single sign-on failed").wait_for()
    hospital.start_part("provider")
    page.goto(f"/sign-in/?next={invited}")
    page.get_by_role("button", name="General Hospital").click()
    page.get_by_role("button", name=READER["sub"]).click()
    page.get_by_role("button", name="Accept the invitation").click()
    page.wait_for_url(lambda url: "/invitations/" not in url)
    page.goto(f"/read/{hospital.python(*INSIDE, 'open')}/")
    return page


def test_renders_have_the_bytes_of_undisturbed_ones_and_no_finished_chunk_is_rendered_again(
    rendered: dict[str, int],
) -> None:
    assert (rendered["finished"], rendered["compared"], rendered["chunks"]) == (N_VIDEOS, N_VIDEOS, 4)
    assert (rendered["other bytes"], rendered["frames rendered again"]) == (0, 0)


def test_every_answer_is_on_record_once_whatever_was_killed(hospital: Hospital, reader: Any) -> None:
    page = reader
    for number, (part, digits) in enumerate(zip(KILLED, DIGITS, strict=True), start=1):
        page.locator("h1", has_text=f"Video {number} of").wait_for()
        page.locator("#verified").get_by_text("exact").wait_for()
        page.keyboard.press(digits[0])
        hospital.parts[part].kill()
        for digit in digits[1:]:
            page.keyboard.press(digit)
        hospital.start_part(part)
        page.locator("#submit:not([disabled])").wait_for()
        page.keyboard.press("Enter")
        page.locator("h1", has_text=f"Video {number} of").wait_for(state="detached")
    found = hospital.scene("account")
    typed = [[key, int(digit)] for digits in DIGITS for key, digit in zip(CRITERIA, digits, strict=True)]
    assert sorted(one[1:] for one in found["answers"]) == sorted(typed)
    assert (found["submissions"], found["findings"]) == (N_VIDEOS, [])
    assert hospital.probe("/readyz")[0] == 200


def sign_in(page: Any) -> None:
    page.goto("/sign-in/")
    page.fill("#id_login", COORDINATOR)
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
