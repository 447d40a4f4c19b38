"""Figures as plotly dictionaries and as SVG, on small made-up studies."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from pandas import DataFrame

from stats.report import CriterionFacts, Selection, StudyFacts
from stats.report.discordant import discordant
from stats.report.figures import FIGURES, Figure, FigureData, svg
from stats.report.findings import findings

ANCHORS = ("far less", "less", "same", "more", "far more")
STUDY = StudyFacts(
    slug="s",
    title="S",
    group_a="A",
    group_b="B",
    question="q",
    criteria=(
        CriterionFacts("size", "Size <i> & shape", ANCHORS, "Smaller", "Larger"),
        CriterionFacts("depth", "Depth", ANCHORS, "Shallower", "Deeper"),
    ),
)
SPECIALTY = {"R1": "surgeon", "R2": "surgeon", "R3": "radiologist"}
SVG = "{http://www.w3.org/2000/svg}"


def data(n: int = 8, selection: Selection | None = None) -> FigureData:
    rows = [
        (
            key,
            f"V{v:02}",
            reader,
            SPECIALTY[reader],
            "AB",
            1 + (v // 2 + shift * i * (v == 3)) % 5,
            1 + (v * (i + 2)) % n,
        )
        for key, shift in (("size", 1), ("depth", 2))
        for v in range(n)
        for i, reader in enumerate(SPECIALTY)
    ]
    columns = ["criterion", "video", "reader", "specialty", "direction", "score_ab", "position"]
    times = [(r, SPECIALTY[r], "AB", p, 40.0 + 600 / p) for r in SPECIALTY for p in range(1, n + 1)]
    return FigureData(
        DataFrame(rows, columns=columns),
        DataFrame(times, columns=["reader", "specialty", "direction", "position", "seconds"]),
        STUDY,
        selection or Selection(),
    )


def drawn(key: str, **selection: str) -> Figure:
    figure = FIGURES[key](data(selection=Selection(**selection)))
    assert figure.spec is not None
    return figure


@pytest.mark.parametrize("key", FIGURES)
def test_every_figure_is_well_formed_svg_within_its_frame(key: str) -> None:
    figure = drawn(key)
    root = ElementTree.fromstring(svg(figure))
    assert root.tag == f"{SVG}svg"
    width, height = float(root.get("width", 0)), float(root.get("height", 0))
    for mark in root.iter():
        for name, room in (
            ("x", width),
            ("x1", width),
            ("x2", width),
            ("cx", width),
            ("y1", height),
            ("cy", height),
        ):
            assert 0 <= float(mark.get(name, 0)) <= room, (mark.tag, mark.attrib)
    assert "<i>" not in svg(figure).replace("&lt;i>", "").replace("&lt;i&gt;", "")
    assert "style=" not in svg(figure)


@pytest.mark.parametrize("key", FIGURES)
def test_nothing_to_draw_is_said(key: str) -> None:
    empty = data(0)
    figure = FIGURES[key](empty)
    assert figure.spec is None
    assert figure.empty
    with pytest.raises(ValueError, match=figure.empty):
        svg(figure)


@pytest.mark.parametrize("key", FIGURES)
def test_one_specialty_or_criterion_can_be_drawn(key: str) -> None:
    assert svg(drawn(key, specialty="surgeon")) != svg(drawn(key))
    assert key == "times" or svg(drawn(key, criterion="depth")) != svg(drawn(key))


def test_likert_bars_hold_all_answers_around_the_middle() -> None:
    traces = drawn("likert").spec["data"]
    assert [sum(trace["x"][row] for trace in traces) for row in (0, 1)] == pytest.approx([100, 100], abs=0.01)
    middle = traces[2]
    assert middle["base"][0] == pytest.approx(-middle["x"][0] / 2, abs=0.01)
    assert traces[0]["hovertext"][0].startswith("far less: ")


def test_the_forest_has_both_intervals_and_leaves_out_what_there_is_not() -> None:
    here, beyond = drawn("forest").spec["data"]
    found = findings(data().ratings, STUDY)
    assert here["x"] == beyond["x"] == [f.here.estimate for f in found]
    ends = [
        [x - left for x, left in zip(t["x"], t["error_x"]["arrayminus"], strict=True)] for t in (here, beyond)
    ]
    assert ends == [
        pytest.approx([f.here.ci_low for f in found]),
        pytest.approx([f.beyond.ci_low for f in found]),
    ]
    assert len(drawn("forest", specialty="surgeon").spec["data"]) == 1


def test_the_matrix_is_symmetric_and_groups_specialties() -> None:
    spec = drawn("matrix", criterion="depth").spec
    z = spec["data"][0]["z"]
    assert [z[i][i] for i in range(3)] == [None] * 3
    assert z == [list(column) for column in zip(*z, strict=True)]
    assert [text.split("<br>")[0] for text in spec["layout"]["xaxis"]["ticktext"]] == ["R3", "R1", "R2"]


def test_times_are_drawn_on_a_logarithmic_axis() -> None:
    spec = drawn("times").spec
    assert spec["layout"]["yaxis"]["ticktext"] == ["2 min", "5 min", "10 min"]
    assert [trace["name"] for trace in spec["data"]] == ["R1", "R2", "R3"]
    assert 10 ** spec["data"][0]["y"][0] == pytest.approx(640)


def test_plotly_shows_names_as_they_are() -> None:
    labels = drawn("order").spec["layout"]["yaxis"]["ticktext"]
    assert labels[0] == "Size &lt;i> &amp; shape"
    assert re.search(r"Size &lt;i&gt; &amp; shape", svg(drawn("order")))


def test_the_most_discordant_video_comes_first_and_agreement_is_not_listed() -> None:
    source = data()
    table = discordant(source.ratings, STUDY)
    assert {row.cells[0].text for row in table.rows} == {"V03"}
    assert [row.cells[1].text for row in table.rows] == ["Depth", "Size <i> & shape"]
    # answers 2, 4, 1: |2-4|, |2-1|, |4-1| have mean 2
    assert [cell.text for cell in table.rows[0].cells[3:]] == ["2", "4", "1", "2.00"]
    assert table.rows[0].cells[-1].value == pytest.approx(2)
