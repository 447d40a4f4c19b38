"""The people of the paper's study and what they do at the screen, one call an act."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.contrib.auth.models import User

PASSWORD = "a pass phrase for the journey"
EXPLORATORY, BLINDED = "Exploratory phase", "Blinded phase"
GONE = """words => !document.querySelector("#viewer")
    || !document.querySelector("h1").textContent.trim().startsWith(words)"""
OPEN = """words => document.querySelector("#viewer")?.dataset.state === "ready"
    && document.querySelector("h1").textContent.trim().startsWith(words)"""


@dataclass
class Person:
    """Somebody in front of a browser of their own; ``name``: at sign-in, once there is an account."""

    name: str
    context: Any
    page: Any = field(init=False)
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))

    @property
    def user(self) -> User:
        return User.objects.get(username=self.name)

    def accept(self, link: str, first_name: str, last_name: str) -> None:
        """Follow the link of an invitation, and make an account."""
        self.page.goto(link)
        names = {"username": self.name, "first_name": first_name, "last_name": last_name}
        for field_name, value in (names | {"password": PASSWORD, "again": PASSWORD}).items():
            self.page.fill(f"[name={field_name}]", value)
        self.click("Accept the invitation")
        self.page.wait_for_url(lambda url: "/invitations/" not in url)

    def sign_in(self) -> None:
        """Go to the sign-in page, as after every session's end, and sign in."""
        self.context.clear_cookies()
        self.page.goto("/sign-in/")
        self.page.fill("#id_login", self.name)
        self.page.fill("#id_password", PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(lambda url: "/sign-in/" not in url)

    def go(self, address: str) -> str:
        """Open a page; returns what it says."""
        self.page.goto(address)
        return self.page.inner_text("main")

    def click(self, name: str, role: str = "button") -> None:
        self.page.get_by_role(role, name=name, exact=True).first.click()

    def sign(self) -> None:
        """Sign what the page offers, with the password once more."""
        self.page.fill("#password", PASSWORD)
        self.page.locator("form.sign button").click()
        self.page.wait_for_selector("form.sign", state="detached")

    def call(self, method: str, address: str, body: Any = None) -> tuple[int, Any]:
        """Ask the API as a script of the page does; (status, reply)."""
        cookies = {cookie["name"]: cookie["value"] for cookie in self.context.cookies()}
        headers = {"X-CSRFToken": cookies.get("csrftoken", "")}
        options = {} if body is None else {"data": body}
        response = self.context.request.fetch(address, method=method, headers=headers, **options)
        return response.status, response.json()


class ReaderAtScreen(Person):
    """A reader: all is done with the keyboard, but for the rest of a phase that `by_api` finishes."""

    def test_screen(self) -> None:
        """The test that a reader's own page asks for before the first video."""
        self.go("/read/")
        self.click("Test your screen", "link")
        for answer in self.page.get_by_label("yes").all():
            answer.check()
        self.click("Keep this result")
        self.page.get_by_text("This screen shows what reading needs").wait_for()

    def continue_with(self, phase: str) -> None:
        """Begin a phase from the reader's own page."""
        assert phase in self.go("/read/")
        self.click("Begin", "link")

    def at_video(self, number: int) -> None:
        """Wait until a video is open and its frames are there."""
        self.page.wait_for_function(OPEN, arg=f"Video {number} of")

    def look(self, number: int, note: str = "") -> None:
        """See an exploratory video from end to end, write a note, go on."""
        self.at_video(number)
        self.page.keyboard.press("Home")
        self.page.keyboard.press("End")
        if note:
            self.page.fill("#note-text", note)
            self.page.click("#note-add")
            self.page.get_by_text("note saved").wait_for()
            self.page.focus("#submit")
        self.finish(number)

    def score(self, number: int, scores: Sequence[int]) -> None:
        """Type a digit for each criterion, and Enter."""
        self.at_video(number)
        for score in scores:
            self.page.keyboard.press(str(score))
        self.page.wait_for_selector("#submit:not([disabled])")
        self.finish(number)

    def finish(self, number: int) -> None:
        """Press Enter, and wait until the video is submitted and left."""
        self.page.keyboard.press("Enter")
        self.page.wait_for_function(GONE, arg=f"Video {number} of")

    def look_by_api(self, note: str = "") -> None:
        """As `look`, through the endpoints that the page uses."""
        case = self.next_case()
        if note:
            body = {"frame": 0, "text": note, "tags": [], "mark": None, "idempotency_key": str(uuid4())}
            status, _ = self.call("POST", f"{case}observations/", body)
            assert status == 201
        status, _ = self.call("POST", f"{case}submit/", {"form_sha256": ""})
        assert status == 200

    def score_by_api(self, scores: Sequence[int]) -> None:
        """As `score`, through the endpoints that the page uses."""
        case = self.next_case()
        _, found = self.call("GET", case)
        for criterion, score in zip(found["criteria"], scores, strict=True):
            body = {"score": score, "idempotency_key": str(uuid4())}
            status, _ = self.call("PUT", f"{case}answers/{criterion['key']}/", body)
            assert status == 200
        status, _ = self.call("POST", f"{case}submit/", {"form_sha256": found["form_sha256"]})
        assert status == 200

    def next_case(self) -> str:
        """Open the next case; its address in the API."""
        _, tasks = self.call("GET", "/api/v1/worklist/")
        tasks = tasks["results"] if isinstance(tasks, dict) else tasks
        case = f"/api/v1/assignments/{tasks[0]['next_case']}/"
        status, _ = self.call("POST", f"{case}exposures/")
        assert status == 201
        return case
