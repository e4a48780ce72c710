"""In: numbers measured. Out: the few figures that describe them."""

from __future__ import annotations

import math
from collections.abc import Sequence


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of the values does not exceed (nearest rank).

    Args:
        values: in any order.
        share: above 0, at most 1.

    Returns:
        The value; NaN when there are none.

    Raises:
        ValueError: the share is outside its range.

    >>> percentile([4, 1, 3, 2], 0.5), percentile([4, 1, 3, 2], 0.95)
    (2, 4)
    """
    if not 0 < share <= 1:
        raise ValueError(f"share {share} is not in (0, 1]")
    return sorted(values)[math.ceil(share * len(values)) - 1] if values else math.nan


def median(values: Sequence[float]) -> float:
    """The middle value by nearest rank; NaN when there are none."""
    return percentile(values, 0.5)


def share(part: float, whole: float) -> float:
    """Part of a whole; 0 when there is no whole."""
    return part / whole if whole else 0.0


def times_better(ours: float, theirs: float, less_is_better: bool) -> float:
    """How many times better ours is; NaN when one of them was not measured or is not positive.

    >>> times_better(10, 80, less_is_better=True), times_better(90, 10, less_is_better=False)
    (8.0, 9.0)
    """
    good, bad = (theirs, ours) if less_is_better else (ours, theirs)
    if not (good > 0 and bad > 0):
        return math.nan
    return good / bad
