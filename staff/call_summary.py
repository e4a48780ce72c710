"""In: an ended call's summary; the form of its page. Out: the page as text; the summary as the agent left it. Pure.

What the machine wrote keeps the utterances it rests on; what an agent adds has none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from bot.channels.masking import mask
from bot.errors import BadInput, FieldError
from bot.understanding.facts.askable import askable
from bot.understanding.facts.labels import spoken_facts
from services.cases.models import KIND_NAMES
from staff.form import Form
from staff.paging import day_of
from staff.written_facts import choices, read, written

LONGEST, LONGEST_LINE = 2_000, 300
Find = Callable[[str], tuple[str, str] | None]
"""An item's name or id → its id and name; None: there is none."""


@dataclass(frozen=True)
class FactField:
    """A fact on the page."""

    fact: str
    """By the name rules use."""
    label: str
    """As people call it."""
    shown: str
    """The value as people say it."""
    text: str
    """What stands in its field."""
    kept: bool
    """Whether it stays in the summary."""
    choices: Mapping[str, str]
    """Value → its name; empty: it is typed."""
    words: str
    """What was heard; empty: an agent typed it."""
    segments: Sequence[Mapping[str, int]]
    """Where: id, begin_ms, end_ms."""


@dataclass(frozen=True)
class Page:
    """Everything that can be edited, as text."""

    demand: str
    """What the caller wants."""
    items: frozenset[str]
    """Items that stay."""
    more: str
    """Name of an item to add."""
    facts: tuple[FactField, ...]
    """What is known of the caller."""
    answers: frozenset[int]
    """Places of the answers that stay."""
    opened: str
    """What stays open, a line each."""
    note: str
    """Whatever else."""
    kind: str
    """Of the case."""
    case_item: str
    """Name of the item the case is about; empty: none."""
    text: str
    """Of the case."""
    contact: str
    """The caller's number; goes into the case, and nowhere else."""
    call_back_on: str
    """A day."""


def shown(summary: Mapping[str, Any], find: Find, call_back_on: date | None) -> Page:
    """The page of a summary.

    Args:
        call_back_on: the day that was set; None: the one the draft proposes.
    """
    draft = summary["case_draft"]
    about = find(draft["item_id"]["value"])
    return Page(
        demand=summary["demand"],
        items=frozenset(summary["item_ids"]),
        more="",
        facts=tuple(_field(one) for one in summary["heard"]),
        answers=frozenset(range(len(summary["answers_given"]))),
        opened="\n".join(one["text"] for one in summary["open_questions"]),
        note=summary.get("note", ""),
        kind=draft["kind"]["value"],
        case_item=about[1] if about else "",
        text=draft["text"]["value"],
        contact="",
        call_back_on=call_back_on.isoformat() if call_back_on else draft["call_back_on"]["value"],
    )


def typed(page: Page, form: Form) -> Page:
    """The page with what an agent made of it; their numbers masked, but for the contact."""
    kept = frozenset(form.fields.get("fact", ()))
    return Page(
        demand=mask(form.text("demand", LONGEST_LINE)),
        items=frozenset(form.fields.get("item", ())),
        more=form.text("more", 128),
        facts=tuple(
            replace(one, kept=one.fact in kept, text=mask(form.text(f"fact.{one.fact}", LONGEST_LINE)))
            for one in page.facts
        ),
        answers=frozenset(int(one) for one in form.fields.get("answer", ()) if one.isdecimal()),
        opened=mask(form.text("opened", LONGEST)),
        note=mask(form.text("note", LONGEST)),
        kind=form.text("kind", 16),
        case_item=form.text("case_item", 128),
        text=mask(form.text("text", LONGEST)),
        contact=form.text("contact", 32),
        call_back_on=form.text("call_back_on", 10),
    )


def after_conflict(fresh: Page, mine: Page) -> Page:
    """What somebody typed, over a summary that has changed meanwhile: their sentences, its facts and answers."""
    sentences = ("demand", "more", "opened", "note", "kind", "case_item", "text", "contact", "call_back_on")
    return replace(fresh, **{name: getattr(mine, name) for name in sentences})


def edited(summary: Mapping[str, Any], page: Page, find: Find) -> dict[str, Any]:
    """The summary as the agent left it.

    Raises:
        BadInput: names every field that is wrong.
    """
    wrong: list[FieldError] = []
    if not page.demand:
        wrong.append(FieldError("demand", "请用一句话写来电人要办什么"))
    if page.kind not in KIND_NAMES:
        wrong.append(FieldError("kind", "请选工单类别"))
    items = [one for one in summary["items"] if one["item_id"] in page.items]
    items += _found([page.more] if page.more else [], "more", find, wrong)
    about = _found([page.case_item] if page.case_item else [], "case_item", find, wrong)
    heard = [_heard(one, field, wrong) for one, field in zip(summary["heard"], page.facts, strict=True) if field.kept]
    if wrong:
        raise BadInput("；".join(one.message for one in wrong) + "。", tuple(wrong))
    ids = list(dict.fromkeys(one["item_id"] for one in items))
    unseen = {name: value for name, value in summary["facts"].items() if all(name != f.fact for f in page.facts)}
    opened = {one["text"]: one for one in summary["open_questions"]}
    lines = [line.strip() for line in page.opened.splitlines() if line.strip()]
    draft = summary["case_draft"]
    values = {"kind": page.kind, "item_id": about[0]["item_id"] if about else "", "text": page.text}
    return {
        **summary,
        "demand": page.demand,
        "item_ids": ids,
        "items": [next(one for one in items if one["item_id"] == item_id) for item_id in ids],
        "facts": {**unseen, **{one["fact"]: one["value"] for one in heard}},
        "heard": heard,
        "answers_given": [one for at, one in enumerate(summary["answers_given"]) if at in page.answers],
        "open_questions": [opened.get(line) or _by_hand(line) for line in lines],
        "note": page.note,
        "case_draft": {**draft, **{name: {**draft[name], "value": value} for name, value in values.items()}},
    }


def call_back_day(text: str, since: date, until: date | None) -> date | None:
    """The day to ask the caller whether they are satisfied; None: nobody asks.

    Args:
        since: the earliest.
        until: the call is deleted on that day; None: it stays.

    Raises:
        BadInput: no such day, or one on which the call is not there.
    """
    day = day_of(text)
    if text and (day is None or day < since):
        raise _day_wrong(f"回访日子要在{since}或以后")
    if day is not None and until is not None and day >= until:
        raise _day_wrong(f"这通电话{until}就删了，回访要在那以前")
    return day


def _field(heard: Mapping[str, Any]) -> FactField:
    fact = askable()[heard["fact"]]
    heard_at = {"id": heard["segment_id"], "begin_ms": heard["begin_ms"], "end_ms": heard["end_ms"]}
    at = [heard_at] if heard["segment_id"] is not None else []
    text = written(heard["value"])
    return FactField(heard["fact"], heard["label"], heard["shown"], text, True, choices(fact), heard["words"], at)


def _heard(heard: Mapping[str, Any], field: FactField, wrong: list[FieldError]) -> dict[str, Any]:
    """The fact with what stands in its field; changed by hand, it is the agent's."""
    if field.text == written(heard["value"]):
        return dict(heard)
    try:
        value = read(askable()[field.fact], field.text)
    except BadInput as error:
        wrong.append(FieldError(f"fact.{field.fact}", error.sentence.rstrip("。")))
        return dict(heard)
    said = next(iter(spoken_facts({field.fact: value}).values()))
    return {**heard, "value": value, "shown": said, "by": "agent", "before": [*heard["before"], heard["value"]][-5:]}


def _found(names: Sequence[str], field: str, find: Find, wrong: list[FieldError]) -> list[dict[str, str]]:
    found = [find(name) for name in names]
    wrong += [FieldError(field, f"没有叫“{name}”的事项") for name, one in zip(names, found, strict=True) if one is None]
    return [{"item_id": one[0], "name": one[1]} for one in found if one]


def _by_hand(line: str) -> dict[str, Any]:
    return {"text": line, "item_id": "", "act": "", "segments": []}


def _day_wrong(sentence: str) -> BadInput:
    return BadInput(f"{sentence}。", (FieldError("call_back_on", sentence),))
