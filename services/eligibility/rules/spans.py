"""In: sets of days, as stretches. Out: their intersections and unions; pure.

A stretch is (first day, day after the last), both as ordinals. A set is stretches in order that do not touch.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

Span = tuple[int, int]
Days = tuple[Span, ...]
NEVER: Days = ()


def joined(parts: Sequence[Span]) -> Days:
    """The days in any of these stretches.

    >>> joined([(5, 9), (1, 3), (3, 6), (9, 9)])
    ((1, 9),)
    """
    found: list[Span] = []
    for start, end in sorted(part for part in parts if part[0] < part[1]):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((start, end))
    return tuple(found)


def common(one: Days, other: Days) -> Days:
    """The days in both sets.

    >>> common(((1, 9),), ((0, 2), (5, 20)))
    ((1, 2), (5, 9))
    """
    return joined([(max(a, c), min(b, d)) for a, b in one for c, d in other])


def in_at_least(count: int, sets: Sequence[Days]) -> Days:
    """The days in at least so many of the sets.

    >>> in_at_least(2, [((1, 5),), ((3, 9),), ((4, 6),)])
    ((3, 6),)
    """
    edges = sorted({edge for days in sets for span in days for edge in span})
    found = []
    for start, end in pairwise(edges):
        if sum(any(a <= start < b for a, b in days) for days in sets) >= count:
            found.append((start, end))
    return joined(found)


def first_from(day: int, days: Days) -> int | None:
    """The first day of a set that is not before `day`; None when there is none."""
    return next((max(start, day) for start, end in days if end > day), None)
