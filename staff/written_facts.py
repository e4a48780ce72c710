"""In: a fact's value, or what somebody typed for it. Out: the text to type over; the value as understanding has it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.errors import BadInput, FieldError
from bot.understanding.facts.answers import UNKNOWN
from bot.understanding.facts.catalogue import FactType

NOT_KNOWN = "不清楚"
YES_NO = {"true": "是", "false": "不是"}
_NUMBER = r"\d{1,9}(?:\.\d{1,4})?"
_RANGE = re.compile(rf"({_NUMBER})[-–~到]({_NUMBER})")
_DAY = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?")
_LONGEST = 60


def written(value: Any) -> str:
    """As it is typed: ranges "24-35", yes and no as the key of their choice.

    >>> written({"min": 24, "max": 35}), written(True), written(8)
    ('24-35', 'true', '8')
    """
    if value == UNKNOWN:
        return NOT_KNOWN
    if isinstance(value, Mapping):
        return f"{value['min']:g}-{value['max']:g}"
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def choices(fact: FactType) -> dict[str, str]:
    """What a value can be, with its name; empty: it is typed."""
    if fact.type == "bool":
        return {**YES_NO, NOT_KNOWN: NOT_KNOWN}
    if fact.type == "enum" and fact.choices:
        return {**{str(value): label for value, label in fact.choices.items()}, NOT_KNOWN: NOT_KNOWN}
    return {}


def read(fact: FactType, text: str) -> Any:
    """The value.

    Raises:
        BadInput: it is none of the fact's.
    """
    text = text.strip()
    if text == NOT_KNOWN:
        return UNKNOWN
    found = _KINDS.get(fact.type, _text)(fact, text)
    if found is None:
        raise BadInput(f"“{fact.label}”写的“{text[:_LONGEST]}”看不懂。", (FieldError(fact.name, "写法不对"),))
    return found


def _bool(fact: FactType, text: str) -> bool | None:
    return {"true": True, "false": False}.get(text)


def _enum(fact: FactType, text: str) -> Any:
    return next((value for value in fact.choices if str(value) == text), None)


def _number(fact: FactType, text: str) -> Any:
    if re.fullmatch(_NUMBER, text):
        return _plain(text)
    ranged = _RANGE.fullmatch(text)
    low, high = (_plain(ranged[1]), _plain(ranged[2])) if ranged else (1, 0)
    return {"min": low, "max": high} if low <= high else None


def _date(fact: FactType, text: str) -> str | None:
    found = _DAY.fullmatch(text)
    try:
        day = date(int(found[1]), int(found[2] or 1), int(found[3] or 1)) if found else None
    except ValueError:
        return None
    return day.isoformat()[: 4 if not found[2] else 7 if not found[3] else 10] if day and found else None


def _text(fact: FactType, text: str) -> str | None:
    return text[:_LONGEST] or None


def _plain(text: str) -> int | float:
    return float(text) if "." in text else int(text)


_KINDS = {"bool": _bool, "enum": _enum, "number": _number, "int": _number, "date": _date}
