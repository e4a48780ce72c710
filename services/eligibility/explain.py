"""In: a scheme on a day and what is known. Out: its conditions as data: met, unmet or unknown, why, and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from services.eligibility.facts.known import Known, Value
from services.eligibility.rules.compiler import Rule
from services.eligibility.rules.parameters import Worth
from services.eligibility.rules.timeline import Timeline
from services.eligibility.rules.verdict import NO, UNKNOWN, YES, Verdict
from services.eligibility.scheme import OnDay, Scheme

STATUS: dict[Verdict, str] = {YES: "met", NO: "unmet", UNKNOWN: "unknown"}
PLACEHOLDER = re.compile(r"\{([a-z0-9_]+)\}")


def conditions(scheme: Scheme, today: OnDay, known: Known) -> list[dict[str, Any]]:
    """Every condition of the scheme, in its order (contract.md, "Eligibility")."""
    timeline = Timeline(known, scheme.facts, scheme.file.parameters, scheme.until)
    return [
        _entry(scheme, today, known, timeline, rule, groups, decides)
        for rule, groups, decides in _walk(today.rule, known, (), True)
    ]


def _walk(
    rule: Rule, known: Known, groups: tuple[str, ...], decides: bool
) -> Iterator[tuple[Rule, tuple[str, ...], bool]]:
    """The conditions with the groups they stand in, and whether the verdict rests on them."""
    if not rule.parts:
        yield rule, groups, decides
        return
    inner = (*groups, rule.node.id) if rule.node.id else groups
    verdict = rule.judge(known.values)
    for part in rule.parts:
        own = part.judge(known.values)
        aligned = own == verdict or (rule.node.not_ is not None and own == -verdict)
        yield from _walk(part, known, inner, decides and aligned)
    for exception, _ in rule.exceptions:
        yield from _walk(exception, known, inner, decides and exception.judge(known.values) != NO)


def _entry(
    scheme: Scheme, today: OnDay, known: Known, timeline: Timeline, rule: Rule, groups: tuple[str, ...], decides: bool
) -> dict[str, Any]:
    node, verdict = rule.node, rule.judge(known.values)
    met_from = timeline.met_from(rule) if verdict == NO else None
    return {
        "id": node.id,
        "text": filled(str(node.text), today.worths),
        "status": STATUS[verdict],
        "fact": node.fact,
        "actual": actual(scheme, known, node.fact),
        "required": rule.required,
        "source": scheme.sources.get(node.cite or ""),
        "remedy": filled(node.remedy, today.worths) if node.remedy else None,
        "met_from": met_from.isoformat() if met_from else None,
        "groups": list(groups),
        "decides": decides,
        "doubt": rule.doubt or _why_unknown(known, node.fact, verdict),
    }


def _why_unknown(known: Known, fact: str | None, verdict: Verdict) -> str | None:
    """Why a condition is unknown that an answer could settle."""
    if verdict != UNKNOWN or fact is None:
        return None
    if fact in known.dont_know:
        return "dont_know"
    return "too_rough" if fact in known.values else "not_asked"


def filled(text: str, worths: Mapping[str, Worth]) -> str:
    """A text with its {parameters} put in."""
    return PLACEHOLDER.sub(lambda found: worths[found[1]].text() if found[1] in worths else "？", text)


def actual(scheme: Scheme, known: Known, fact: str | None) -> Any:
    """What is known of a fact, as the API gives it back."""
    value = known.values.get(fact or "")
    if value is None:
        return None
    return readable(value, scheme.facts[str(fact)].type)


def readable(value: Value, kind: str) -> Any:
    """A value as JSON: true, a word, a number or date, or {"min", "max"}."""
    if not isinstance(value, tuple):
        return value
    low, high = (_end(end, kind) for end in value)
    return low if low == high else {"min": low, "max": high}


def _end(end: float, kind: str) -> Any:
    if kind == "date":
        return date.fromordinal(int(end)).isoformat()
    return int(end) if float(end).is_integer() else end
