"""In: an item and an act. Out: the part of the item that answers it: a lead and the lines behind it, best first.

One function an act; each line is a piece of a field or a sentence of the phrase book, never a new wording.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from bot.answers.amounts import ended_only, named_amounts
from bot.answers.mentions import ANY_SPAN, FIRST, MENTIONS, WALK_IN, mentioning
from bot.answers.phones import CITIZEN_HOTLINE, contact_lines, phone_to_ask, phones_of
from bot.answers.phrases import phrase
from bot.answers.text import lines_of, sentences_of, unsaid
from bot.messages import BlockKind

Item = Mapping[str, Any]
LONGEST_LEAD = 80
"""Characters; a longer sentence stands below a short lead."""


@dataclass(frozen=True)
class Part:
    """What an item says on one question."""

    lead: str
    """The answer in one line."""
    lines: tuple[str, ...] = ()
    """What stands behind it, most useful first."""
    kind: BlockKind = "points"
    """How the lines are to be read."""
    title: str = ""
    """Heading of the lines."""
    counted: str = "line"
    """What is counted when lines are left over: thing, step or line."""
    note: str = ""
    """A closing sentence."""
    refs: tuple[str, ...] = ()
    """For each line the source it rests on, when the item says so."""


def overview(item: Item, as_of: date) -> Part:
    """What it is, for whom, and the facts people ask first; the rest of the notes behind."""
    facts = [phrase("overview.audience", audience=item["audience"])]
    for field in ("where", "fee", "time_limit", "when"):
        pieces = lines_of(item.get(field))
        if pieces and len(facts) < 4:
            facts.append(phrase(f"overview.{field}", **{field: pieces[0]}))
    return Part(item["summary"], (*facts, *_notes(item)))


def conditions(item: Item, as_of: date) -> Part:
    """Whom it is for, and every condition whole: cut in two, an OR would read like an AND."""
    return Part(
        phrase("conditions.lead", audience=item["audience"]),
        *_ticks(item),
        phrase("conditions.title"),
        refs=_refs(item),
    )


def check_eligibility(item: Item, as_of: date) -> Part:
    """The conditions to hold against oneself; never a yes or no."""
    note = phrase("eligibility.ask", phone=phone_to_ask(item))
    return Part(phrase("eligibility.lead"), *_ticks(item), note=note, refs=_refs(item))


def materials(item: Item, as_of: date) -> Part:
    """What to bring, to be ticked off."""
    things = tuple(line.strip().rstrip("。") for line in item.get("materials") or ())
    if not things:
        return _absent(item, "materials")
    if len(things) == 1:
        related = mentioning(MENTIONS["materials"], item["notes"])
        return Part(phrase("materials.one", material=things[0]), tuple(related))
    return Part(phrase("materials.lead", count=len(things)), things, "ticks", counted="thing")


def procedure(item: Item, as_of: date) -> Part:
    """The steps in their order."""
    steps = _steps(item)
    if not steps:
        return _absent(item, "procedure")
    if len(steps) == 1:
        return Part(steps[0], tuple(mentioning(MENTIONS["procedure"], item["notes"])))
    return Part(phrase("procedure.lead", count=len(steps)), steps, "steps", counted="step")


def place(item: Item, as_of: date) -> Part:
    """Where; a telephone number first, because addresses change."""
    where = lines_of(item.get("where"))
    if not where:
        return _absent(item, "place")
    ask = [_hint(item, "place.ask_first")] if WALK_IN.search(str(item["where"])) else []
    return Part(phrase("place.lead", where=where[0]), (*where[1:], *filter(None, ask)))


def time(item: Item, as_of: date) -> Part:
    """When and how long, then every sentence with a deadline in it."""
    when, limit = lines_of(item.get("when")), lines_of(item.get("time_limit"))
    behind = mentioning(MENTIONS["time"], [*(item.get("steps") or ()), *item["notes"], *_condition_texts(item)])
    if not when and not limit:
        return _absent(item, "time", behind)
    if when and limit and len(when[0]) + len(limit[0]) <= 60:
        lead = phrase("time.both", when=when[0], time_limit=limit[0])
        return Part(lead, (*when[1:], *limit[1:], *unsaid(behind, lead)))
    if when:
        both = [phrase("time.time_limit", time_limit=limit[0])] if limit else []
        behind = unsaid(behind, " ".join(when + limit))
        return Part(phrase("time.when", when=when[0]), (*when[1:], *both, *limit[1:], *behind))
    return Part(phrase("time.time_limit", time_limit=limit[0]), (*limit[1:], *unsaid(behind, " ".join(limit))))


def cost(item: Item, as_of: date) -> Part:
    """What it costs."""
    fee = lines_of(item.get("fee"))
    behind = mentioning(MENTIONS["cost"], item["notes"])
    if not fee:
        return _absent(item, "cost", behind)
    return Part(phrase("cost.lead", fee=fee[0]), (*fee[1:], *behind))


def amount(item: Item, as_of: date) -> Part:
    """How much: the named amounts of that day, then every sentence with a figure; else the fee, else how long."""
    lines = _figures(item, as_of)
    if lines:
        note = phrase("amount.ask_new", phone=phone_to_ask(item)) if ended_only(item, as_of) else ""
        if len(lines[0]) > LONGEST_LEAD:
            return Part(phrase("amount.lead"), tuple(lines), note=note)
        return Part(lines[0], tuple(lines[1:]), note=note)
    if lines_of(item.get("fee")):
        return replace(cost(item, as_of), note=_hint(item, "ask_phone"))
    spans = mentioning(ANY_SPAN, [*_condition_texts(item), *item["notes"]])
    return _absent(item, "amount", spans)


def has_figures(item: Item, as_of: date) -> bool:
    """Whether the item says an amount."""
    return bool(_figures(item, as_of))


def _figures(item: Item, as_of: date) -> list[str]:
    named = named_amounts(item, as_of)
    fields = [*_condition_texts(item), *item["notes"], item.get("fee"), item.get("when"), *_steps(item)]
    found = unsaid(mentioning(MENTIONS["amount"], fields), " ".join(named))
    first = [line for line in found if FIRST.search(line)]
    return [*first, *named, *(line for line in found if line not in first)]


def contact(item: Item, as_of: date) -> Part:
    """Whom to ring."""
    lead, *others = contact_lines(item)
    return Part(lead, tuple(others))


def report_problem(item: Item, as_of: date) -> Part:
    """Whom to ring first, then what to do."""
    first, *others = [phone for phone in phones_of(item) if phone[0].isdigit()] or [CITIZEN_HOTLINE]
    lead = phrase("problem.lead_two", phone=first, other=others[0]) if others else phrase("problem.lead", phone=first)
    steps = _steps(item)
    if any(MENTIONS["problem"].search(step) for step in steps) and len(steps) > 1:
        return Part(lead, steps, "steps", phrase("problem.title"), counted="step")
    notes = mentioning(MENTIONS["problem"], [*steps, *item["notes"]])
    where = [phrase("overview.where", where=line) for line in lines_of(item.get("where"))[:1]]
    return Part(lead, (*notes, *where, *contact_lines(item)[1:]))


def check_progress(item: Item, as_of: date) -> Part:
    """How to find out where an application is."""
    lines = mentioning(MENTIONS["progress"], [*(item.get("steps") or ()), *item["notes"]])
    lines += [phrase("overview.time_limit", time_limit=line) for line in lines_of(item.get("time_limit"))]
    lines += [phrase("overview.where", where=line) for line in lines_of(item.get("where"))[:1]]
    return Part(phrase("progress.lead", phone=phone_to_ask(item)), tuple(lines))


def _ticks(item: Item) -> tuple[tuple[str, ...], BlockKind]:
    return tuple(_condition_texts(item)), "ticks"


def _condition_texts(item: Item) -> list[str]:
    return [condition["text"].strip().rstrip("。") for condition in item["conditions"]]


def _steps(item: Item) -> tuple[str, ...]:
    return tuple(step.strip().rstrip("。") for step in item.get("steps") or ())


def _refs(item: Item) -> tuple[str, ...]:
    return tuple(condition.get("source_ref") or "" for condition in item["conditions"])


def _notes(item: Item) -> list[str]:
    return [line for note in item["notes"] for line in sentences_of(note)]


def _hint(item: Item, key: str) -> str:
    """A word on whom to ring; unchecked items carry one already (sources.state_block)."""
    return phrase(key, phone=phone_to_ask(item)) if item["verification_state"] == "verified" else ""


def _absent(item: Item, part: str, related: list[str] | None = None) -> Part:
    """The item says nothing on this: that is said, with what comes near and whom to ask."""
    phone = phone_to_ask(item)
    if related is None:
        related = mentioning(MENTIONS[part], [*item["notes"], *_condition_texts(item)])
    if not related:
        return Part(phrase(f"nothing.{part}", phone=phone))
    return Part(phrase(f"related.{part}"), tuple(related), note=_hint(item, "ask_phone"))


SELECT: Mapping[str, Callable[[Item, date], Part]] = {
    "ask_overview": overview,
    "ask_conditions": conditions,
    "ask_materials": materials,
    "ask_procedure": procedure,
    "ask_place": place,
    "ask_time": time,
    "ask_cost": cost,
    "ask_amount": amount,
    "ask_contact": contact,
    "check_eligibility": check_eligibility,
    "report_problem": report_problem,
    "check_progress": check_progress,
}
"""Act → what selects its part; ask_basis is answered by the sources (compose.py)."""
