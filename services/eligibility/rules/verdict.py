"""In: verdicts of parts. Out: the verdict of the whole. Kleene's three-valued logic; unknown is never no.

ALL = the smallest, ANY = the largest, NOT = minus; at least k of n = the k-th largest.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

Verdict = Literal[-1, 0, 1]
NO: Verdict = -1
UNKNOWN: Verdict = 0
YES: Verdict = 1


def negated(part: Verdict) -> Verdict:
    """The verdict of NOT.

    >>> [negated(part) for part in (NO, UNKNOWN, YES)]
    [1, 0, -1]
    """
    return -part


def at_least(wanted: int, parts: Sequence[Verdict]) -> Verdict:
    """The verdict of "at least so many of these".

    >>> at_least(2, [YES, UNKNOWN, NO]), at_least(2, [YES, NO, NO]), at_least(1, [UNKNOWN, YES])
    (0, -1, 1)
    """
    if wanted <= 0:
        return YES
    return sorted(parts, reverse=True)[wanted - 1] if wanted <= len(parts) else NO


def excepted(rule: Verdict, holds: Verdict, then: Verdict) -> Verdict:
    """The verdict of a rule with an exception: `then` where the exception holds, the rule where it does not.

    >>> excepted(YES, UNKNOWN, YES), excepted(YES, UNKNOWN, NO), excepted(NO, YES, YES)
    (1, 0, 1)
    """
    if holds == YES:
        return then
    if holds == NO or rule == then:
        return rule
    return UNKNOWN
