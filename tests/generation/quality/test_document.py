"""Reports as files, and the curve that is drawn of them."""

from __future__ import annotations

import json
import math
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string

from generation.quality.document import QualityError, read_quality, write_quality
from generation.quality.figure import curve
from tests.generation.quality.reports import effects, report

SHA = "c" * 64


def test_a_report_comes_back_as_it_was_written(tmp_path):
    path = tmp_path / "quality.json"
    write_quality(path, report(SHA) | {"open": math.inf, "third": 1 / 3})
    found = read_quality(path, checkpoint_sha256=SHA)
    assert found["open"] is None
    assert found["third"] == 0.333333
    assert found["effects"]["told"] == ["width", "height"]


def test_a_report_of_other_weights_is_refused(tmp_path):
    path = tmp_path / "quality.json"
    write_quality(path, report(SHA))
    with pytest.raises(QualityError, match="other weights"):
        read_quality(path, checkpoint_sha256="d" * 64)


def test_a_report_that_was_touched_up_is_refused(tmp_path):
    path = tmp_path / "quality.json"
    write_quality(path, report(SHA))
    with pytest.raises(QualityError, match="changed since it was recorded"):
        read_quality(path, checkpoint_sha256=SHA, sha256="0" * 64)


@pytest.mark.parametrize("text", ["", "[]", json.dumps({"format": "counterpart-quality/9"})])
def test_what_is_no_report_is_refused(tmp_path, text):
    path = tmp_path / "quality.json"
    path.write_text(text)
    with pytest.raises(QualityError, match=r"quality\.json"):
        read_quality(path, checkpoint_sha256=SHA)


def test_the_curve_is_drawn_where_the_numbers_are():
    figure = curve(effects())
    width, height = figure.lines
    xs, ys = zip(*(map(float, point.split(",")) for point in width.points.split()), strict=True)
    assert xs == tuple(x for x, _ in figure.across)
    assert ys[0] == figure.right_y  # the ratio is 1 at guidance 1
    assert ys[1] < ys[0]  # and grows
    assert figure.paper_x == xs[-1]
    assert abs(width.label_y - height.label_y) >= 15
    assert len(width.bars) == 2
    assert len(height.bars) == 0  # its interval is open


def test_the_drawing_is_a_picture_by_itself():
    drawn = ElementTree.fromstring(
        render_to_string("generation/quality/curve.html", {"figure": curve(effects())})
    )
    texts = [element.text for element in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert {"width", "height", "1", "4"} <= set(texts)
    assert not [element for element in drawn.iter() if "style" in element.attrib]


def test_no_curve_is_drawn_without_a_ratio():
    assert curve(effects() | {"told": []}) is None
