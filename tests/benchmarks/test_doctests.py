"""In: the modules of the benchmark. Out: the examples in their docstrings hold (pytest does not collect them there)."""

from __future__ import annotations

import doctest
from types import ModuleType

import pytest

from benchmarks import accuracy_stock, report, retrieval, speech_errors, stats, stock_corpus


@pytest.mark.parametrize(
    "module",
    [accuracy_stock, report, retrieval, speech_errors, stats, stock_corpus],
    ids=lambda module: module.__name__,
)
def test_examples_hold(module: ModuleType) -> None:
    found = doctest.testmod(module)
    assert found.attempted
    assert not found.failed
