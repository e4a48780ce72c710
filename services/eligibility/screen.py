"""In: facts of one person. Out: every scheme assessed at once ("what else may I have"), and a best next question."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from services.eligibility.assess import STATUS, Judged, judge, question
from services.eligibility.facts.known import known
from services.eligibility.files import SchemeBook
from services.eligibility.rules.questions import most_telling
from services.eligibility.rules.verdict import NO, UNKNOWN, YES

_MET_AT_LEAST = 2
_RANK = {YES: 0, UNKNOWN: 1, NO: 2}


def screen(book: SchemeBook, given: Mapping[str, object], as_of: date) -> dict[str, Any]:
    """Every scheme of the day with its verdict; those not yet in force are named, not left out in silence.

    Raises:
        BadInput: wrong facts.
    """
    person = known(given, book.facts, as_of)
    judged = [judge(scheme, person) for scheme in book.in_force(as_of)]
    entries = sorted((_entry(one) for one in judged), key=lambda entry: entry["rank"])
    open_ones = {one.scheme.file.id: one.open() for one in judged if one.scheme.file.screened and _near(one)}
    fact = most_telling({name: facts for name, facts in open_ones.items() if facts})
    return {
        "as_of": as_of.isoformat(),
        "results": [{name: value for name, value in entry.items() if name != "rank"} for entry in entries],
        "not_assessed": [
            {"scheme_id": scheme.file.id, "name": scheme.file.name, "in_force_from": scheme.since.isoformat()}
            for scheme in book.schemes.values()
            if scheme.since > as_of
        ],
        "next_question": question(book.facts[fact], person) if fact else None,
    }


def _near(one: Judged) -> bool:
    """Undecided, and something the person told speaks for it."""
    return one.verdict == UNKNOWN and _met(one) > 0


def _met(one: Judged) -> int:
    """How many conditions that look at something given are met."""
    values = one.known.values
    return sum(rule.node.fact in values and rule.judge(values) == YES for rule in one.today.rule.conditions())


def _promising(met: int, unknown: int) -> bool:
    """Whether enough is met already to tell somebody about it who did not ask."""
    return met >= _MET_AT_LEAST and met >= unknown


def _entry(one: Judged) -> dict[str, Any]:
    rules = list(one.today.rule.conditions())
    unknown = sum(rule.judge(one.known.values) == UNKNOWN for rule in rules)
    met = _met(one)
    likely = one.scheme.file.screened and (one.verdict == YES or (one.verdict == UNKNOWN and _promising(met, unknown)))
    return {
        "scheme_id": one.scheme.file.id,
        "item_id": one.scheme.file.item,
        "name": one.scheme.file.name,
        "status": STATUS[one.verdict],
        "met": met,
        "unknown": unknown,
        "likely": likely,
        "needs_check": "stale" if one.today.stale else None,
        "rank": (_RANK[one.verdict], -met, unknown, one.scheme.file.id),
    }
