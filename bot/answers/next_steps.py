"""In: an item and what was just answered. Out: two or three short questions that make sense next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.answers.parts import has_figures
from bot.answers.phrases import phrase
from bot.answers.text import is_empty

_AFTER: Mapping[str, tuple[str, ...]] = {
    "ask_overview": ("check_eligibility", "ask_materials", "ask_procedure"),
    "ask_conditions": ("ask_materials", "ask_procedure", "ask_amount"),
    "check_eligibility": ("ask_materials", "ask_procedure", "ask_amount"),
    "ask_materials": ("ask_place", "ask_time", "ask_cost"),
    "ask_procedure": ("ask_materials", "ask_place", "ask_time"),
    "ask_place": ("ask_materials", "ask_contact", "ask_time"),
    "ask_time": ("ask_procedure", "ask_materials", "ask_place"),
    "ask_cost": ("ask_materials", "ask_place", "ask_procedure"),
    "ask_amount": ("check_eligibility", "ask_procedure", "ask_materials"),
    "ask_contact": ("ask_place", "ask_materials", "ask_time"),
    "ask_basis": ("ask_conditions", "ask_amount", "ask_contact"),
    "report_problem": ("ask_materials", "ask_place", "ask_time"),
    "check_progress": ("ask_contact", "ask_place", "report_problem"),
}
_ELSE = ("ask_procedure", "ask_conditions", "ask_place", "ask_contact", "ask_basis", "ask_overview")
_FIELD = {
    "ask_materials": "materials",
    "ask_procedure": "steps",
    "ask_place": "where",
    "ask_cost": "fee",
    "ask_contact": "phone",
}
_MOST = 3


def next_questions(item: Mapping[str, Any], act: str, as_of: date, *, more: bool) -> tuple[str, ...]:
    """Questions to offer after an answer.

    Args:
        item: the item answered about.
        act: what was answered.
        as_of: the day asked for.
        more: True when lines were left over; "更多" then comes first.
    """
    acts = [other for other in (*_AFTER[act], *_ELSE) if other != act and _has(item, other, as_of)]
    asked = [phrase(f"ask.{other}") for other in dict.fromkeys(acts)]
    return tuple(([phrase("more_question")] if more else []) + asked)[:_MOST]


def _has(item: Mapping[str, Any], act: str, as_of: date) -> bool:
    """Whether the item answers that; nobody is sent to an empty part."""
    if act in _FIELD:
        field = item.get(_FIELD[act])
        return bool(field) if isinstance(field, list | tuple) else not is_empty(field)
    if act == "ask_time":
        return not (is_empty(item.get("when")) and is_empty(item.get("time_limit")))
    if act == "ask_amount":
        return has_figures(item, as_of)
    return True
