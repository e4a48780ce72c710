"""In: a key of the phrase book, or what was found. Out: an Answer that rests on no item and needs no service."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.answers.phrases import phrase
from bot.messages import Alert, Answer, Block

_FAR_MINUTES = 30
"""Nobody walks longer: from here on the distance is said instead."""
_OPENINGS = frozenset(
    ["greet", "capabilities", "restarted", "repeat_nothing", "noted_nothing", "out_of_scope", "not_understood"]
)
"""After these nobody knows what comes next: three of the most usual questions are offered."""


def say(key: str, quick_replies: Sequence[str] = (), **values: Any) -> Answer:
    """A phrase as an answer: its first line is the lead, the others stand below.

    Args:
        key: in the phrase book.
        quick_replies: what may be tapped next; for an opening, usual questions when none are given.
        values: what the phrase leaves open.

    >>> say("thanks").blocks[0].kind
    'lead'
    """
    lead, *others = phrase(key, **values).splitlines()
    below = (Block("note", tuple(others)),) if others else ()
    if not quick_replies and key in _OPENINGS:
        quick_replies = phrase("first_questions").splitlines()
    return Answer((Block("lead", (lead,)), *below), tuple(quick_replies))


def danger(alert: Alert) -> Answer:
    """The number to ring at once, what to do now, and that somebody should come."""
    return say(f"danger.{alert}")


def not_understood(hotline: str) -> Answer:
    """Nothing fits: say it another way, or ring."""
    return say("not_understood", hotline=hotline)


def service_down(hotline: str) -> Answer:
    """A service does not answer: the number goes out all the same."""
    return say("service_down", hotline=hotline)


def clarify(names: Sequence[str]) -> Answer:
    """Which of these is meant? The names without their brackets, as long as that keeps them apart."""
    short = [re.sub(r"（[^（）]*）$", "", name) or name for name in names]
    choices = tuple(short if len(set(short)) == len(names) else names)
    blocks = (Block("lead", (phrase("clarify"),)), Block("steps", choices))
    return Answer(blocks, (*choices, phrase("none_of_them")))


def noted(labels: Mapping[str, str]) -> Answer:
    """What was heard, said back.

    >>> noted({"社保": "8个月"}).blocks[0].lines
    ('记下了：社保 8个月。',)
    >>> noted({"孩子有居住证": "没有"}).blocks[0].lines
    ('记下了：孩子没有居住证。',)
    """
    return say("noted_fact", facts=said_back(labels))


def said_back(labels: Mapping[str, str]) -> str:
    """Facts as one says them back.

    >>> said_back({"社保": "8个月", "上海户口": "不是", "有居住证": "有"})
    '社保 8个月，不是上海户口，有居住证'
    >>> said_back({"爱人是上海户口": "不是"})
    '爱人不是上海户口'
    """
    return "，".join(_said_back(label, value) for label, value in labels.items())


_NOUNS = ("户口", "人", "单位", "房")
"""How a label ends that may follow "是": "是上海户口", but "结婚 是"."""


def _said_back(label: str, value: str) -> str:
    if value in ("是", "不是"):
        if "是" in label:
            return label.replace("是", value, 1)
        return value + label if label.endswith(_NOUNS) else f"{label} {value}"
    return label.replace("有", value, 1) if "有" in label and value in ("有", "没有") else f"{label} {value}"


def found_places(places: Sequence[Mapping[str, Any]]) -> Answer:
    """Places, nearest first; the first with how to find it. An empty list says that nothing was found."""
    if not places:
        return say("place_none")
    nearest, *others = places
    lines = [*_details(nearest), *(_named("place_other", place) for place in others[:3])]
    blocks = [Block("lead", (_named("place_found", nearest),))]
    if lines:
        blocks.append(Block("points", tuple(lines)))
    if any(place.get("verification") != "verified" for place in places):
        blocks.append(Block("state", (phrase("place_unverified"),)))
    return Answer(tuple(blocks), verification=nearest.get("verification"))


def _named(key: str, place: Mapping[str, Any]) -> str:
    if not place.get("walking_minutes"):  # unknown, or in the same sub-district, whose seat is all we know
        return phrase(f"{key}_plain", name=place["name"])
    if place["walking_minutes"] > _FAR_MINUTES and place.get("distance_m"):
        return phrase(f"{key}_far", name=place["name"], km=round(place["distance_m"] / 1000, 1))
    return phrase(key, name=place["name"], minutes=place["walking_minutes"])


def _details(place: Mapping[str, Any]) -> list[str]:
    told = [str(place["how_to_find"])] if place.get("how_to_find") else []
    hours = [phrase("place_hours", hours=place["hours"])] if place.get("hours") else []
    phone = [phrase("place_phone", phone=place["phone"])] if place.get("phone") else []
    return [*told, *hours, *phone]
