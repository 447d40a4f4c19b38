"""`manage.py agreement` on files as people have them."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.stats.golden import GOLDEN, ROOT

KEYS = {
    "criterion",
    "coefficient",
    "weights",
    "estimate",
    "se",
    "ci_low",
    "ci_high",
    "df",
    "p_two_sided",
    "pa",
    "pe",
    "n_subjects",
    "n_readers",
    "warnings",
}


def write(path: Path, *lines: str) -> str:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


def records(capsys: Any, *arguments: str) -> list[dict[str, Any]]:
    call_command("agreement", *arguments, "--json")
    return json.loads(capsys.readouterr().out)


def test_the_paper_s_ratings(capsys: Any) -> None:
    path = str(ROOT / "stats/data/paper_ratings.csv")
    found = records(capsys, path, "--scale", "1,2,3,4,5", "--coefficients", "all")
    assert [r["coefficient"] for r in found[:6]] == ["percent", "ac", "fleiss", "conger", "bp", "alpha"]
    assert all(set(record) == KEYS for record in found)
    ac = {r["criterion"]: r["estimate"] for r in found if r["coefficient"] == "ac"}
    expected = GOLDEN["paper_reconstruction_R"]
    assert ac == pytest.approx({key: expected[key]["ac1_q5"]["coeff.val"] for key in expected}, abs=5.1e-6)


@pytest.mark.parametrize("name", ["cac.raw4raters", "cac.raw.g1g2", "likert25x4_complete"])
def test_golden_data_from_a_file(tmp_path: Path, capsys: Any, name: str) -> None:
    """Missing cells stay empty, letters are a scale of their own, there is no criterion column."""
    dataset = GOLDEN["datasets"][name]
    path = tmp_path / "ratings.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["Subject", "reader", "score"])
        for i, row in enumerate(dataset["ratings"]):
            writer.writerows([i, f"R{j}", "" if s is None else s] for j, s in enumerate(row))
    scale = ",".join(map(str, dataset["categories_observed"]))
    arguments = ("--scale", scale, "--weights", "linear", "--coefficients", "all")
    found = {r["coefficient"]: r for r in records(capsys, str(path), *arguments)}
    names = {"pa": "percent"}
    for record in GOLDEN["expected"]:
        if (record["dataset"], record["weights"], record["conf"]) == (name, "linear", 0.95):
            ours = found[names.get(record["coefficient"], record["coefficient"])]
            assert ours["estimate"] == pytest.approx(record["est"], abs=1e-9)
            assert ours["se"] == pytest.approx(record["se"], abs=1e-9)
            assert ours["p_two_sided"] == pytest.approx(record["p_two_sided"], abs=1e-9)
            assert ours["criterion"] == ""


def test_options_reach_the_formulas(tmp_path: Path, capsys: Any) -> None:
    path = str(ROOT / "stats/data/paper_ratings.csv")
    plain = records(capsys, path, "--scale", "1,2,3,4,5")[0]
    finite = records(capsys, path, "--scale", "1,2,3,4,5", "--population", "40")[0]
    wide = records(capsys, path, "--scale", "1,2,3,4,5", "--confidence", "0.99")[0]
    assert finite["se"] == pytest.approx(plain["se"] * (1 - 30 / 40) ** 0.5)
    assert wide["ci_low"] < plain["ci_low"]


def test_words_of_the_scale_and_their_ranks(tmp_path: Path, capsys: Any) -> None:
    words = write(tmp_path / "a.csv", "video,reader,score", "1,A,mild", "1,B,severe", "2,A,none", "2,B,none")
    ranks = write(tmp_path / "b.csv", "video,reader,score", "1,A,2", "1,B,3", "2,A,1", "2,B,1")
    arguments = ("--scale", "none,mild,severe", "--weights", "quadratic")
    assert records(capsys, words, *arguments) == records(capsys, ranks, *arguments)


def test_what_cannot_be_estimated_is_null_with_its_reason(tmp_path: Path, capsys: Any) -> None:
    path = write(
        tmp_path / "r.csv",
        "criterion,video,reader,score",
        "a,1,A,3",
        "a,1,B,3",
        "a,2,A,3",
        "a,2,B,3",
        "b,1,A,",
    )
    found = records(capsys, path, "--scale", "1,2,3,4,5", "--coefficients", "ac,fleiss")
    assert [(r["criterion"], r["coefficient"], r["estimate"]) for r in found] == [
        ("a", "ac", 1.0),
        ("a", "fleiss", None),
        ("b", "ac", None),
        ("b", "fleiss", None),
    ]
    assert "no test" in found[0]["warnings"][0]
    assert "not estimable: every rating falls in one category" in found[1]["warnings"][0]
    assert found[2]["warnings"] == ["not estimable: no ratings"]


def test_the_table_for_people(tmp_path: Path, capsys: Any) -> None:
    call_command("agreement", str(ROOT / "stats/data/paper_ratings.csv"), "--scale", "1,2,3,4,5")
    lines = capsys.readouterr().out.splitlines()
    row = next(line for line in lines if line.startswith("cortical_thickness"))
    assert row.split("  ")[0] == "cortical_thickness"
    assert "0.603" in row
    assert "0.472 to 0.735" in row
    assert "<.001" in row


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([], "file is empty"),
        (["video,score"], "lacks reader"),
        (["reader,rating"], "lacks score and video"),
        (["video,subject,reader,score"], "twice"),
        (["video,reader,score,score"], "twice"),
        (["video,reader,score"], "no ratings"),
        (["video,reader,score", "1,A"], "Line 2 has not as many cells"),
        (["video,reader,score", "1,A,3,4"], "Line 2 has not as many cells"),
        (["video,reader,score", "1,,3"], "Line 2 names no reader"),
        (["video,reader,score", ",A,3"], "Line 2 names no video"),
        (["video,reader,score", "1,A,6"], "Line 2: the score '6' is not on the scale"),
        (["video,reader,score", "1,A,NA"], "Line 2: the score 'NA'"),
        (["video,reader,score", "1,A,nan"], "Line 2: the score 'nan'"),
        (["video,reader,score", "1,A,3", "1,A,3"], "Line 3: A rated 1 before"),
        (["video,reader,score", '1,A,"3'], "Line 2 is not CSV"),
    ],
)
def test_files_that_are_no_ratings_table(tmp_path: Path, lines: list[str], message: str) -> None:
    path = tmp_path / "ratings.csv"
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    with pytest.raises(CommandError, match=message):
        call_command("agreement", str(path), "--scale", "1,2,3,4,5")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--scale", "3,2,1"], "must ascend"),
        (["--scale", "1,2,3", "--coefficients", "ac,kappa"], "Unknown coefficient 'kappa'"),
        (["--scale", "0,1", "--weights", "ratio"], "above zero"),
        (["--scale", "0,1", "--confidence", "95"], "between 0 and 1"),
        (["--scale", "0,1", "--population", "0"], "smaller than the sample"),
        (["--scale", "0,1", "--population", "nan"], "or no number"),
        (["--scale", "0,1", "--confidence", "nan"], "between 0 and 1"),
        (["--scale", "1,inf"], "must be finite"),
        (["--scale", "-inf,1"], "must be finite"),
        (["--scale", "nan,1"], "must be finite"),
        (["--scale", "-1.7e308,1,1.7e308", "--weights", "linear"], "too far apart"),
        (["--scale", "1," + "9" * 400], "must be finite"),
    ],
)
@pytest.mark.parametrize("form", [[], ["--json"]])
def test_options_that_make_no_sense(
    tmp_path: Path, arguments: list[str], form: list[str], message: str
) -> None:
    path = write(tmp_path / "ratings.csv", "video,reader,score", "1,A,1", "1,B,1")
    with pytest.raises(CommandError, match=message):
        call_command("agreement", path, "=".join(arguments[:2]), *arguments[2:], *form)


def test_inf_is_a_word_among_words(tmp_path: Path, capsys: Any) -> None:
    path = write(tmp_path / "ratings.csv", "video,reader,score", "1,A,inf", "1,B,inf", "2,A,mid", "2,B,sup")
    assert records(capsys, path, "--scale", "inf,mid,sup")[0]["pa"] == 0.5


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        call_command("agreement", str(tmp_path / "nowhere.csv"), "--scale", "1,2")
    (tmp_path / "binary.csv").write_bytes(b"\xff\xfe\x00\x81")
    with pytest.raises(CommandError, match="not text in UTF-8"):
        call_command("agreement", str(tmp_path / "binary.csv"), "--scale", "1,2")
