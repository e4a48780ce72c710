"""In: an ended call and its lines. Out: its summary and a draft case, each field with the utterances it rests on. Pure.

Nothing is invented: the demand is the caller's own masked words beside the item's name, facts are those that were heard
or typed, what was answered is what was marked or heard being said. The agent edits all of it before it is saved.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from bot.answers.phrases import phrase
from bot.channels.hotline.assist import facts
from bot.channels.hotline.assist.mind import Demand
from bot.channels.hotline.assist.ranking import topic
from bot.channels.hotline.state import Call
from bot.channels.hotline.transcript import Line
from services.cases.workdays import after

CALL_BACK_WORKDAYS = 3
"""Working days after which a caller is asked whether they are satisfied: a proposal, which the agent changes."""
_MOST_WORDS = 80
_MOST_NAMES = 3
_LEAST_WORDS = 4
_NUMBER = re.compile("〔(?:手机号|座机号)〕")
"""What masking leaves of a telephone number."""
Name = Callable[[str], str]
Links = list[dict[str, int]]


def summarise(call: Call, lines: Sequence[Line], name: Name, day: date) -> dict[str, Any]:
    """The summary of the contract.

    Args:
        name: item id → name.
        day: when it ended, for the call-back.
    """
    by_id = {line.id: line for line in lines}
    demand, rests_on = _demand(call, lines, name)
    heard = facts.shown(call.mind)
    open_ones = _open(call, name)
    return {
        "call_id": call.call_id,
        "demand": demand,
        "demand_segments": _links(rests_on, by_id),
        "item_ids": _items(call),
        "items": [{"item_id": one, "name": name(one)} for one in _items(call)],
        "facts": facts.values(call.mind),
        "heard": heard,
        "answers_given": [_given(one, by_id) for one in call.said],
        "open_questions": [{**one, "segments": _links(one["segments"], by_id)} for one in open_ones],
        "warnings": [vars(one) for one in call.mind.warnings],
        "case_draft": _draft(call, demand, rests_on, heard, open_ones, by_id, day),
    }


def _demand(call: Call, lines: Sequence[Line], name: Name) -> tuple[str, list[int]]:
    """One sentence, and the utterances it is made of."""
    demands = call.mind.demands
    if demands:
        names = "、".join(dict.fromkeys(f"“{name(one.item_id)}”" for one in demands[:_MOST_NAMES]))
        words = _shortened(demands[0].words)
        return phrase("call.demand", names=names, words=words), [one.segment_id for one in demands[:_MOST_NAMES]]
    first = next((one for one in lines if one.speaker == "caller" and len(one.text) >= _LEAST_WORDS), None)
    if first is None:
        return phrase("call.demand_nothing"), []
    return phrase("call.demand_unnamed", words=_shortened(first.text)), [first.id]


def _items(call: Call) -> list[str]:
    """What was asked about, what was talked of at the end, what was pinned."""
    about = topic(call.mind)[0]
    asked = [one.item_id for one in call.mind.demands]
    return list(dict.fromkeys([*asked, *([about] if about else []), *call.pinned]))


def _given(said: Any, by_id: Mapping[int, Line]) -> dict[str, Any]:
    segments = _links([said.segment_id] if said.segment_id is not None else [], by_id)
    return {**{key: value for key, value in vars(said).items() if key != "segment_id"}, "segments": segments}


def _open(call: Call, name: Name) -> list[dict[str, Any]]:
    """Demands nobody answered, and questions of rules nobody asked."""
    told = {(one.item_id, one.act) for one in call.said}
    found = [_unanswered(one, name) for one in call.mind.demands if (one.item_id, one.act) not in told]
    for scheme in (call.assist or {}).get("eligibility", ()):
        question = scheme["next_question"]
        if question:
            text = phrase("call.open_fact", question=question["text"])
            found.append({"text": text, "item_id": scheme["item_id"], "act": "check_eligibility", "segments": []})
    return found


def _unanswered(demand: Demand, name: Name) -> dict[str, Any]:
    text = phrase("call.open_item", name=name(demand.item_id), act=phrase(f"ask.{demand.act}"))
    return {"text": text, "item_id": demand.item_id, "act": demand.act, "segments": [demand.segment_id]}


def _draft(
    call: Call, demand: str, rests_on: list[int], heard: Sequence[Mapping[str, Any]],
    open_ones: Sequence[Mapping[str, Any]], by_id: Mapping[int, Line], day: date,
) -> dict[str, Any]:  # fmt: skip
    """A case as services/cases takes it; each field {"value", "segments"}. The contact is typed by the agent: of a
    number that was said, only the place is kept."""
    trouble = next((one for one in call.mind.demands if one.act == "report_problem"), None)
    first = next(iter(call.mind.demands), None)
    told = "；".join(f"{one['label']}：{one['shown']}" for one in heard)
    text = "\n".join(filter(None, [demand, told, *(one["text"] for one in open_ones)]))
    spoken = [one["segment_id"] for one in heard if one["segment_id"] is not None]
    opened = [number for one in open_ones for number in one["segments"]]
    numbers = [line.id for line in by_id.values() if line.speaker == "caller" and _NUMBER.search(line.text)]

    def field(value: Any, segments: Iterable[int]) -> dict[str, Any]:
        return {"value": value, "segments": _links(segments, by_id)}

    return {
        "kind": field("request" if trouble else "question", [trouble.segment_id] if trouble else rests_on[:1]),
        "item_id": field(first.item_id if first else "", [first.segment_id] if first else []),
        "text": field(text, [*rests_on, *spoken, *opened]),
        "contact": field("", numbers),
        "channel": field("hotline", []),
        "call_back_on": field(after(day, CALL_BACK_WORKDAYS).day.isoformat(), []),
    }


def _links(segments: Iterable[int], by_id: Mapping[int, Line]) -> Links:
    """Utterances with their times, each once."""
    known = [by_id[number] for number in dict.fromkeys(segments) if number in by_id]
    return [{"id": line.id, "begin_ms": line.begin_ms, "end_ms": line.end_ms} for line in known]


def _shortened(words: str) -> str:
    return words if len(words) <= _MOST_WORDS else words[:_MOST_WORDS] + "…"
