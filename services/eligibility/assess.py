"""In: a scheme and facts. Out: the whole assessment as data (contract.md, "Eligibility"): verdict, reasons, next
question, from which day, points or money.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from bot.errors import BadInput, FieldError
from services.eligibility.counted import Counted, counted
from services.eligibility.explain import conditions, filled, readable
from services.eligibility.facts.known import Known, known
from services.eligibility.facts.models import Fact
from services.eligibility.rules.questions import in_order, open_facts
from services.eligibility.rules.timeline import Timeline, assumptions
from services.eligibility.rules.verdict import NO, UNKNOWN, YES, Verdict
from services.eligibility.scheme import OnDay, Scheme

STATUS: dict[Verdict, str] = {YES: "eligible", NO: "ineligible", UNKNOWN: "undetermined"}


@dataclass(frozen=True)
class Judged:
    """A scheme's verdict, before any reason is written down."""

    scheme: Scheme
    """What was judged."""
    today: OnDay
    """As it is on the day."""
    known: Known
    """What is known of the person."""
    verdict: Verdict
    """Exact; UNKNOWN for every stale scheme."""

    @cached_property
    def counted(self) -> Counted | None:
        """Its outcome, if it has one."""
        return counted(self.scheme, self.today, self.known) if self.today.counter else None

    def open(self) -> list[str]:
        """The facts that can still change the verdict or complete the outcome, in the order to ask."""
        if self.today.stale:
            return []
        found = list(open_facts(self.today.rule, self.known)) if self.verdict == UNKNOWN else []
        if self.verdict != NO and self.counted is not None:
            # What only makes a sum exact comes after what decides.
            found += [name for name in self.counted.open if name not in found]
        return in_order(found, self.scheme.order, self.known)


def judge(scheme: Scheme, person: Known) -> Judged:
    """The verdict on the day the person is known for; the scheme must exist that day."""
    today = scheme.on(person.as_of)
    return Judged(scheme, today, person, UNKNOWN if today.stale else today.exact.judge(person.values))


def assess(scheme: Scheme, given: Mapping[str, object], as_of: date) -> dict[str, Any]:
    """The whole assessment.

    Raises:
        BadInput: wrong facts, or a day before the scheme existed.
    """
    if as_of < scheme.since:
        sentence = f"“{scheme.file.name}”从 {scheme.since.isoformat()} 起才有，查不了那以前的"
        raise BadInput(sentence + "。", (FieldError("as_of", sentence),))
    judged = judge(scheme, known(given, scheme.facts, as_of))
    today, found = judged.today, judged.known
    wanted, entries = judged.open(), conditions(scheme, today, found)
    return {
        "scheme_id": scheme.file.id,
        "item_id": scheme.file.item,
        "name": scheme.file.name,
        "as_of": as_of.isoformat(),
        "status": STATUS[judged.verdict],
        "needs_check": _needs_check(judged, entries),
        "conditions": entries,
        "next_question": question(scheme.facts[wanted[0]], found) if wanted else None,
        "questions_left": len(wanted),
        "eligible_from": _eligible_from(judged),
        "decided_later": [
            {"text": filled(remark.text, today.worths), "by": remark.by, "source": scheme.sources.get(remark.cite)}
            for remark in scheme.file.decided_later
        ],
        "outcome": judged.counted.to_dict() if judged.counted else None,
    }


def question(fact: Fact, known: Known) -> dict[str, Any]:
    """How to ask for a fact; what was told too roughly is shown in `told`."""
    told = known.values.get(fact.id) if fact.id in known.given else None
    return {
        "fact": fact.id,
        "text": fact.question,
        **how_to_ask(fact),
        "told": None if told is None else readable(told, fact.type),
    }


def how_to_ask(fact: Fact) -> dict[str, Any]:
    """What a question and the list of facts both say."""
    return {
        "type": fact.type,
        "unit": fact.unit,
        "spoken": fact.spoken or fact.question,
        "choices": [{"value": value, "text": text} for value, text in fact.choices.items()] or None,
        "example": fact.example,
        "where": fact.where,
        "why": fact.why,
    }


def _needs_check(judged: Judged, entries: Sequence[Mapping[str, Any]]) -> str | None:
    """Why a person must look at it: the rules are stale, or nothing is left to ask and what keeps the verdict open is
    an unsure number or somebody's decision. None when that is not so.
    """
    if judged.today.stale:
        return "stale"
    if judged.verdict != UNKNOWN or any(True for _ in open_facts(judged.today.rule, judged.known)):
        return None
    doubts = {entry["doubt"] for entry in entries if entry["decides"]}
    return next((doubt for doubt in ("no_value", "low_confidence", "judged") if doubt in doubts), None)


def _eligible_from(judged: Judged) -> dict[str, Any] | None:
    """From which day the whole would be met, should nothing else change; None when that is not certain."""
    if judged.verdict != NO:
        return None
    timeline = Timeline(judged.known, judged.scheme.facts, judged.scheme.file.parameters, judged.scheme.until)
    day = timeline.met_from(judged.today.rule)
    if day is None:
        return None
    assuming = assumptions(judged.today.rule, judged.scheme.facts, judged.known.values)
    return {"date": day.isoformat(), "assuming": list(assuming)}
