"""In: the outcome of an assessment: points, money, months, deadlines, doses. Out: a first line, and blocks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.answers.phrases import phrase
from bot.answers.text import say_date
from bot.messages import Block

_WAYS, _LINES = 3, 12
Data = Mapping[str, Any]


def outcome_lead(outcome: Data | None) -> str | None:
    """The sum in one sentence; None when there is none to tell."""
    if not outcome or outcome["range"] is None or outcome["range"][1] is None:
        return None
    (low, high), unit = outcome["range"], outcome["unit"] or ""
    if low != high:
        return phrase("outcome.between", low=_plain(low), high=f"{_plain(high)}{unit}") if low else None
    total = f"{_plain(low)}{unit}"
    if outcome["gap"] is None:
        return phrase("outcome.total", total=total)
    if not outcome["gap"][1]:
        return phrase("outcome.enough", total=total)
    return phrase("outcome.short", total=total, gap=f"{_plain(outcome['gap'][1])}{unit}")


def so_far(outcome: Data | None) -> list[str]:
    """The sum as it stands while questions are open, should what was not told be as usual."""
    found = (outcome or {}).get("so_far")
    if not outcome or not found:
        return []
    unit = outcome["unit"] or ""
    parts = "，".join(f"{line['text']} {_plain(line['value'])}" for line in found["lines"])
    total = f"{_plain(found['total'])}{unit}"
    if found["gap"] is None:
        return [phrase("outcome.so_far_open", total=total, parts=parts, pending="、".join(found["pending"]))]
    if found["gap"]:
        return [phrase("outcome.so_far_short", total=total, gap=f"{_plain(found['gap'])}{unit}", parts=parts)]
    return [phrase("outcome.so_far", total=total, parts=parts)]


def outcome_blocks(outcome: Data | None) -> Iterator[Block]:
    """The breakdown, ways to more, deadlines, doses."""
    if not outcome:
        return
    yield from _breakdown(outcome)
    ways = tuple(_way(way, outcome["unit"] or "") for way in outcome["ways"][:_WAYS])
    if ways:
        yield Block("points", ways, phrase("outcome.ways_title"))
    if outcome["deadlines"]:
        yield Block("points", tuple(_deadline(one) for one in outcome["deadlines"]), phrase("outcome.deadlines_title"))
    if outcome["doses"]:
        yield from _doses(outcome["doses"])


def _breakdown(outcome: Data) -> Iterator[Block]:
    """How the sum comes about; of an open one what is certain: "0 to 240" tells a person nothing."""
    exact = bool(outcome["range"]) and outcome["range"][0] == outcome["range"][1]
    told = [line for line in outcome["breakdown"] if any(line["range"]) and (exact or len(set(line["range"])) == 1)]
    if told and len(outcome["breakdown"]) > 1:
        title = phrase("outcome.breakdown_title" if exact else "outcome.certain_title")
        yield Block("points", tuple(_line(line, outcome["unit"] or "") for line in told[:_LINES]), title)


def _line(line: Data, unit: str) -> str:
    low, high = line["range"]
    amount = _plain(low) if low == high else phrase("outcome.from_to", low=_plain(low), high=_plain(high))
    return phrase("outcome.line", text=line["text"], amount=amount + unit)


def _way(way: Data, unit: str) -> str:
    key = "outcome.way_enough" if way["reaches"] else "outcome.way"
    return phrase(key, text=way["text"], adds=f"{_plain(way['adds'])}{unit}")


def _deadline(one: Data) -> str:
    values = {"text": one["text"], "date": say_date(one["date"])}
    if one["days_left"] == 0:
        return phrase("outcome.deadline_today", **values)
    key = "past" if one["days_left"] < 0 else "left"
    return phrase(f"outcome.deadline_{key}", **values, days=_plain(abs(one["days_left"])))


def _doses(doses: Data) -> Iterator[Block]:
    due = tuple(_dose(dose) for dose in doses["due"])
    if due:
        yield Block("ticks", due, phrase("outcome.due_title"))
    if doses["next"]:
        title = phrase("outcome.next_title", months=_plain(doses["next_at"]))
        yield Block("points", tuple(_dose(dose) for dose in doses["next"]), title)


def _dose(dose: Data) -> str:
    return phrase("outcome.dose", vaccine=dose["vaccine"], dose=_plain(dose["dose"]), disease=dose["disease"])


def _plain(number: Any) -> str:
    return f"{number:g}" if isinstance(number, float) else str(number)
