"""In: numbers. Out: the figures that describe them, also for none and for nonsense."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.stats import median, percentile, share, times_better


@pytest.mark.parametrize(
    ("part", "expected"), [(0.01, 1.0), (0.5, 50.0), (0.95, 95.0), (0.99, 99.0), (0.991, 100.0), (1.0, 100.0)]
)
def test_percentile_is_the_nearest_rank(part: float, expected: float) -> None:
    assert percentile([float(n) for n in range(100, 0, -1)], part) == expected


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0.001, 1))
def test_percentile_covers_its_share_of_the_values(values: list[float], part: float) -> None:
    value = percentile(values, part)
    assert value in values
    assert sum(one <= value for one in values) >= part * len(values) - 1e-9


def test_nothing_measured_is_not_zero() -> None:
    assert math.isnan(percentile([], 0.5))
    assert math.isnan(median([]))


@pytest.mark.parametrize("part", [0, -0.1, 1.01, 95])
def test_a_share_outside_its_range_is_refused(part: float) -> None:
    with pytest.raises(ValueError, match="share"):
        percentile([1.0], part)


def test_better_points_the_right_way() -> None:
    assert times_better(10, 40, less_is_better=True) == 4
    assert times_better(10, 40, less_is_better=False) == 0.25


@pytest.mark.parametrize(("ours", "theirs"), [(0, 5), (5, 0), (math.nan, 5), (5, math.nan), (-1, 5)])
def test_no_ratio_without_two_positive_figures(ours: float, theirs: float) -> None:
    assert math.isnan(times_better(ours, theirs, less_is_better=True))


def test_share_of_nothing_is_zero() -> None:
    assert share(3, 0) == 0
    assert share(1, 4) == 0.25
