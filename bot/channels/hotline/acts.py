"""In: what an agent pressed on a screen, as JSON. Out: the call after it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol

from bot.channels.hotline.assist import facts, ranking
from bot.channels.hotline.assist.mind import Clue, Mind
from bot.channels.hotline.state import MOST_SAID, Call, Said
from bot.channels.masking import mask
from bot.errors import BadInput, FieldError, Unavailable
from bot.understanding.facts.answers import UNKNOWN
from bot.understanding.facts.askable import askable

MOST_PINNED = 8
_MOST_ID, _MOST_VALUE = 128, 60
_BIG = 10**9
_MEANT = 0.95
"""Strength of an item that the agent says is meant."""


class _Feedback(Protocol):
    def wrong(self, call_id: str, words: str, shown: str, meant: str, agent: str) -> Any: ...


def read(message: Mapping[str, Any]) -> dict[str, Any]:
    """A screen's message, checked.

    Raises:
        BadInput: another type, or a field that is wrong.
    """
    kind = message.get("type")
    if kind == "end":
        return {"type": "end"}
    if kind in ("said", "pin", "wrong"):
        item_id = _item_id(message.get("item_id"), "item_id")
        if kind == "pin":
            if not isinstance(message.get("on"), bool):
                raise _wrong("on", "要写 true 或 false")
            return {"type": kind, "item_id": item_id, "on": message["on"]}
        meant = message.get("meant")
        return {"type": kind, "item_id": item_id, "meant": _item_id(meant, "meant") if meant is not None else None}
    if kind == "fact":
        return {"type": "fact", **_fact(message)}
    raise _wrong("type", "只能是 said、pin、wrong、fact、end")


def carried_out(call: Call, agent: str, done: Mapping[str, Any], at: str) -> Call:
    """The call after it.

    Args:
        done: of `read`.
        at: now, ISO 8601.
    """
    call = replace(call, agent=agent or call.agent)
    if done["type"] == "said":
        return _said(call, agent, done["item_id"], at)
    if done["type"] == "pin":
        others = tuple(one for one in call.pinned if one != done["item_id"])
        return replace(call, pinned=(*others, done["item_id"])[-MOST_PINNED:] if done["on"] else others)
    if done["type"] == "fact":
        return replace(call, mind=facts.edited(call.mind, done["fact"], done["value"]))
    return _corrected(call, done["item_id"], done["meant"])


async def keep_wrong(feedback: _Feedback, call: Call, agent: str, done: Mapping[str, Any]) -> None:
    """Writes a wrong card down, with the caller's words, for those who mend the understanding.

    Args:
        call: before the card was taken away.

    Raises:
        Unavailable: the database does not answer.
    """
    words = words_behind(call.mind, done["item_id"])
    try:
        await asyncio.to_thread(feedback.wrong, call.call_id, words, done["item_id"], done["meant"] or "", agent)
    except Unavailable as error:
        raise Unavailable("卡片已经拿掉，只是没能记下来给维护知识的人看。") from error


def words_behind(mind: Mind, item_id: str) -> str:
    """What the caller said that led to a card: the sentence that asked for it, else the last ones."""
    asked = [one.words for one in mind.demands if one.item_id == item_id]
    return asked[-1] if asked else " ".join(mind.recent)


def _said(call: Call, agent: str, item_id: str, at: str) -> Call:
    cards = (call.assist or {}).get("items", [])
    card = next((one for one in cards if one["item_id"] == item_id), None)
    if card is None:
        raise _wrong("item_id", "屏幕上没有这个事项")
    told = [one for one in call.said if (one.item_id, one.act) != (item_id, card["act"])]
    mark = Said(item_id, card["name"], card["version"], at, agent, act=card["act"])
    return replace(call, said=(*told, mark)[-MOST_SAID:])


def _corrected(call: Call, item_id: str, meant: str | None) -> Call:
    mind = ranking.without_item(call.mind, item_id)
    pinned = tuple(one for one in call.pinned if one != item_id)
    if meant is not None:
        mind = replace(mind, not_meant=tuple(one for one in mind.not_meant if one != meant))
        segment_id = mind.last[1] if mind.last else -1
        act = next((clue.act for clue in reversed(call.mind.clues) if item_id in clue.items and clue.act), None)
        clues = (
            *(clue for clue in mind.clues if clue.segment_id != segment_id),
            Clue(segment_id, {meant: _MEANT}, act),
        )
        mind = replace(mind, clues=clues)
    return replace(call, mind=mind, pinned=pinned)


def _fact(message: Mapping[str, Any]) -> dict[str, Any]:
    name, value = message.get("fact"), message.get("value")
    if not isinstance(name, str) or name not in askable():
        raise _wrong("fact", "没有这一项情况")
    if isinstance(value, str):
        value = mask(value.strip())[:_MOST_VALUE]
    ranged = isinstance(value, Mapping) and set(value) == {"min", "max"} and all(map(_is_number, value.values()))
    if not (value is None or isinstance(value, str | bool) or _is_number(value) or ranged):
        raise _wrong("value", "要写数字、文字、true、false 或 null")
    if value is not None and value != UNKNOWN and not _fits(askable()[name].type, value):
        raise _wrong("value", "和这一项情况对不上")
    return {"fact": name, "value": dict(value) if isinstance(value, Mapping) else value}


def _fits(kind: str, value: object) -> bool:
    if kind == "bool":
        return isinstance(value, bool)
    if kind in ("number", "int"):
        return _is_number(value) or isinstance(value, Mapping)
    return isinstance(value, str) or (kind == "enum" and _is_number(value))


def _is_number(value: object) -> bool:
    # Compared, never converted: a whole number of a thousand digits is no float; "not a number" compares as false.
    return isinstance(value, int | float) and not isinstance(value, bool) and -_BIG <= value <= _BIG


def _item_id(value: object, field: str) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= _MOST_ID:
        raise _wrong(field, "要写事项编码")
    return value


def _wrong(field: str, sentence: str) -> BadInput:
    return BadInput(f"{field} {sentence}。", (FieldError(field, sentence),))
