"""A ratings file by page: who may, what comes back, what is said about a file that cannot be read."""

from __future__ import annotations

import base64
import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from readers.models import Study
from stats import forms
from tests.stats.conftest import person

PAPER = Path(__file__).parents[2] / "stats/data/paper_ratings.csv"
ADDRESS = "/agreement/"


@pytest.fixture
def analyst(client: Client, people: dict[str, User], running: Study) -> Client:
    client.force_login(people["analyst"])
    return client


def send(client: Client, content: str | bytes, **fields: Any) -> Any:
    data = content.encode() if isinstance(content, str) else content
    form = {"scale": "1,2,3,4,5", "weights": "identity", "confidence": "0.95", **fields}
    return client.post(ADDRESS, form | {"file": SimpleUploadedFile("ratings.csv", data)})


def test_only_analysts_and_staff(client: Client, people: dict[str, User], running: Study) -> None:
    User.objects.create_user("clerk", is_staff=True)
    statuses = {}
    for name in ("analyst", "clerk", "coordinator", "monitor", "reader-R1", "stranger"):
        client.force_login(person(name))
        statuses[name] = (client.get(ADDRESS).status_code, send(client, "").status_code)
    assert statuses == {
        "analyst": (200, 400),
        "clerk": (200, 400),
        "coordinator": (403, 403),
        "monitor": (403, 403),
        "reader-R1": (403, 403),
        "stranger": (403, 403),
    }


def test_whoever_is_not_signed_in_is_sent_to_sign_in(client: Client, db: Any) -> None:
    assert client.get(ADDRESS).headers["Location"].startswith("/sign-in/")


def downloads(page: str) -> dict[str, bytes]:
    """{file name: content} of the page's data URLs."""
    found = {}
    for part in page.split('<a href="data:')[1:]:
        url, rest = part.split('" download="', 1)
        found[rest.split('"', 1)[0]] = base64.b64decode(url.split("base64,", 1)[1])
    return found


def test_the_numbers_are_those_of_the_command(analyst: Client, capsys: pytest.CaptureFixture[str]) -> None:
    response = send(analyst, PAPER.read_bytes())
    assert response.status_code == 200
    page = response.content.decode()
    assert "0.829" in page
    assert response.headers["Cache-Control"] == "private, no-store"
    call_command("agreement", str(PAPER), "--scale", "1,2,3,4,5", "--coefficients", "all", "--json")
    expected = {
        (record["criterion"], record["coefficient"]): record["estimate"]
        for record in json.loads(capsys.readouterr().out)
    }
    rows = list(csv.DictReader(io.StringIO(downloads(page)["agreement.csv"].decode())))
    assert [float(row["Estimate (full precision)"]) for row in rows] == list(expected.values())
    assert set(downloads(page)) == {
        f"{key}.{suffix}"
        for key in ("agreement", "frequencies")
        for suffix in ("docx", "xlsx", "tex", "csv", "md", "html")
    }


def test_options_count(analyst: Client) -> None:
    wide = send(analyst, PAPER.read_bytes(), weights="quadratic", confidence="0.9").content.decode()
    assert "Gwet’s AC2 (quadratic weights)" in wide
    assert "90 % CI" in wide
    narrow = send(analyst, PAPER.read_bytes(), population="31").content.decode()
    assert narrow != send(analyst, PAPER.read_bytes()).content.decode()


def test_words_as_categories_keep_their_declared_order(analyst: Client) -> None:
    text = "reader,video,score\nA,1,mild\nB,1,severe\nA,2,none\nB,2,none\n"
    page = send(analyst, text, scale="none,mild,severe").content.decode()
    assert page.index(">none</th>") < page.index(">mild</th>") < page.index(">severe</th>")
    assert "1.5 (1.25)" in page


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("reader,video,score\nA,1,2\nA,2,6\n", "Line 3: the score &#x27;6&#x27; is not on the scale"),
        ("reader,video,score\nA,1,2\nA,1,3\n", "Line 3: A rated 1 before"),
        ("reader,video\nA,1\n", "The header lacks score"),
        ("reader,video,score\n", "a header but no ratings"),
        (b"reader,video,score\nA,1,2\n\xff,2,2\n", "Line 3 is not text in UTF-8"),
        ("reader,video,score\nA\x0b,1,2\nA,1\n", "Line 3 has not as many cells"),
        ("", "empty"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(analyst: Client, content: str | bytes, message: str) -> None:
    response = send(analyst, content)
    assert response.status_code == 400
    assert message in response.content.decode()


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"scale": "1,1,2"}, "names a category twice"),
        ({"scale": "3"}, "at least two categories"),
        ({"population": "29"}, "The file alone has 30 videos"),
        ({"confidence": "1.5"}, "less than or equal to 0.999"),
        ({"weights": "none"}, "Select a valid choice"),
        ({"weights": "ratio", "scale": "0,1,2,3,4,5"}, "above zero"),
        ({"scale": "1,2,3,4,inf"}, "must be finite"),
        ({"population": "nan"}, "Enter a number"),
    ],
)
def test_options_that_make_no_sense(analyst: Client, fields: dict[str, str], message: str) -> None:
    response = send(analyst, PAPER.read_bytes(), **fields)
    assert response.status_code == 400
    assert message in response.content.decode()


def test_a_large_file_is_refused_and_so_is_a_small_one_with_a_huge_table(analyst: Client) -> None:
    large = b"reader,video,score\n" + b"A,1,2\n" * (forms.LARGEST_FILE // 6)
    assert "2 MB is the limit" in send(analyst, large).content.decode()
    lines = "".join(f"R{i},V{i},1\n" for i in range(1500))
    answer = send(analyst, "reader,video,score\n" + lines).content.decode()
    assert "makes 2,250,000 places for a rating" in answer
    many = "".join(f"c{i},R1,V1,1\n" for i in range(101))
    assert "names 101 criteria" in send(analyst, "criterion,reader,video,score\n" + many).content.decode()


def test_names_in_a_file_cannot_break_out_of_the_page(analyst: Client) -> None:
    text = "criterion,reader,video,score\n<script>alert(1)</script>,A,1,2\n<script>alert(1)</script>,B,1,2\n"
    page = send(analyst, text).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
