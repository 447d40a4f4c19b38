"""Every page of the role table in Spanish: no English sentence is left on it, whoever looks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from types import ModuleType

import pytest
from django.test import Client

from readers.models.study import QUESTION
from stats.agreement import WEIGHTS
from tests.readers.conftest import CRITERIA, GROUP_A, GROUP_B
from tests.roles.conftest import Scene
from tests.roles.rows import PARTS
from tests.roles.table import PEOPLE
from tests.roles.test_roles import filled

pytestmark = pytest.mark.django_db

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
SAID_BY_ATTRIBUTES = ("aria-label", "alt", "title", "placeholder")
NOT_READ = ("script", "style", "code", "kbd", "title", "template")
# What is the same in both languages: the study's own words, its record, names, codes and signs.
SAME = {
    *(
        "Counterpart",
        "English",
        "Español",
        "Monitor",
        "No",
        "Hand",
        "Left",
        "Right",
        "gradients",
        "squares",
        "root",
        "Base",
    ),
    *("Hash", "reader1", "reader2", "pelvis", "hand", "pelvis-films", "text"),
    *(QUESTION, "Wider from frame to frame"),
    *("Word", "Excel", "LaTeX", "Markdown", "HTML", "CSV", "SVG", "PNG", "JSON", "UTC", "SHA-256", "ICC"),
    *(GROUP_A, GROUP_B, "Pelvis of XA and XB", *PEOPLE, *WEIGHTS),
    *(text for item in CRITERIA for text in (item["name"], item["key"], *item["anchors"])),
}
WORDS = re.compile(r"[^\W\d_]{3,}")


class Page(HTMLParser):
    """What a page says in its own language: its text, and the attributes that are read out."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.language = ""
        self.said: list[str] = []
        self.open: list[tuple[str, bool]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = dict(attributes)
        if tag == "html":
            self.language = found.get("lang") or ""
        silent = (
            tag in NOT_READ or ("lang" in found and tag != "html") or bool(self.open and self.open[-1][1])
        )
        if tag not in VOID:
            self.open.append((tag, silent))
        if not silent:
            self.said += [text for name in SAID_BY_ATTRIBUTES if (text := found.get(name))]

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not (self.open and self.open[-1][1]):
            self.said.append(" ".join(data.split()))


def own_words(text: str) -> str:
    """The text without what is the same in every language."""
    for word in sorted(SAME, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", " ", text)
    return text


def pages(scene: Scene, part: ModuleType) -> Iterator[tuple[str, str, Page, Page]]:
    """(address, person, English page, Spanish page) of every page of a part, alike ones once."""
    seen = set()
    for name, row in part.ROWS.items():
        if row.method != "GET" or name.startswith("api-docs"):
            continue
        for person in (person for person in PEOPLE if row.expected[person] == 200 or person == "stranger"):
            client = Client()
            if user := scene.people[person]:
                client.force_login(user)
            address = filled(row.address, scene.words)
            found = client.get(address, headers={"accept-language": "en-gb"})
            if found.status_code in (301, 302, 405) or "text/html" not in found.get("Content-Type", ""):
                continue
            english = Page(found.content.decode())
            if (said := tuple(text for text in english.said if text != person)) in seen:
                continue
            seen.add(said)
            spanish = Page(client.get(address, headers={"accept-language": "es"}).content.decode())
            yield address, person, english, spanish


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__.rpartition(".")[2])
def test_no_page_keeps_an_english_sentence(scene: Scene, part: ModuleType) -> None:
    left: dict[str, str] = {}
    n = 0
    for address, person, english, spanish in pages(scene, part):
        assert (english.language, spanish.language) == ("en-gb", "es"), address
        n += 1
        for text in set(english.said) & set(spanish.said):
            if WORDS.search(own_words(text)):
                left.setdefault(text, f"{address} as {person}")
    assert left == {}
    assert n > 0


def test_dates_and_lengths_of_time_are_written_in_the_language(make_world, clock, as_user) -> None:
    world = make_world()
    world.finish_exploratory(world.readers[0])
    world.lock_form()
    page = as_user(world.readers[0].user).get("/read/", headers={"accept-language": "es"}).content.decode()
    assert "20 de marzo de 2026, 15:01 UTC" in page
    assert "Faltan 28 días" in page


def test_the_language_is_chosen_on_the_page_and_kept(scene: Scene) -> None:
    client = Client(enforce_csrf_checks=True)
    page = client.get("/sign-in/").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token is not None
    chosen = {"language": "es", "next": "/sign-in/", "csrfmiddlewaretoken": token[1]}
    response = client.post("/language/", chosen)
    assert (response.status_code, response["Location"]) == (302, "/sign-in/")
    assert "Iniciar sesión" in client.get("/sign-in/", headers={"accept-language": "en-gb"}).content.decode()


def test_the_choice_leads_to_no_other_site(client: Client) -> None:
    response = client.post("/language/", {"language": "es", "next": "https://elsewhere.example/"})
    assert response["Location"] == "/"


def test_refusals_of_the_api_keep_their_code_in_every_language(scene: Scene) -> None:
    client = Client()
    client.force_login(scene.people["other_reader"])
    address = f"/api/v1/assignments/{scene.words['case']}/"
    english, spanish = (
        client.get(address, headers={"accept-language": code}).json() for code in ("en-gb", "es")
    )
    assert english["code"] == spanish["code"] == "not_found"
    assert spanish["detail"] == "Ese caso no está entre los suyos."


def test_downloads_are_the_same_in_every_language(scene: Scene) -> None:
    client = Client()
    client.force_login(scene.people["analyst"])
    for name in ("ratings.csv", "table2.csv", "table3.csv"):
        address = f"/studies/pelvis/results/{name}"
        english, spanish = (
            client.get(address, headers={"accept-language": code}).content for code in ("en-gb", "es")
        )
        assert english == spanish
