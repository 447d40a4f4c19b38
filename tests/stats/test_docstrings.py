"""The worked examples in the docstrings are themselves tests."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import stats.agreement
import stats.ordinal
import stats.report

MODULES = [
    module.name
    for package in (stats.agreement, stats.ordinal, stats.report)
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}.")
]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0
