from __future__ import annotations

import doctest

import pytest

from tests.stats.golden import ROOT


def test_examples_of_the_reference_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    page = str(ROOT / "docs/reference/agreement.md")
    assert doctest.testfile(page, module_relative=False, encoding="utf-8").failed == 0
