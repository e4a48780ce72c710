"""In: an item's `phone` field ("12333（社保）／12366（缴费）"). Out: the numbers, and lines that say whom to ring."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.answers.phrases import hotline_name, phrase
from bot.answers.text import is_empty

CITIZEN_HOTLINE = "12345"
"""Passes on to every office; the way out when an item names no number."""
_BETWEEN = re.compile(r"\s*[／/;；、]\s*|(?<=[\d）])\s*或\s*")
_EMERGENCY = frozenset({"110", "119", "120"})
_NUMBER = re.compile(r"\d[\d-]{2,}")


def phones_of(item: Mapping[str, Any]) -> list[str]:
    """The item's numbers with what they are for, as written; the citizen hotline when it names none.

    >>> phones_of({"phone": "12333（社保）／12366（缴费；开票）"}), phones_of({"phone": None})
    (['12333（社保）', '12366（缴费；开票）'], ['12345'])
    """
    field = item.get("phone")
    if is_empty(field):
        return [CITIZEN_HOTLINE]
    pieces, depth, current = [], 0, ""
    for piece in re.split(r"([（）])", str(field)):
        depth += {"（": 1, "）": -1}.get(piece, 0)
        if depth or piece in "（）":
            current += piece
            continue
        first, *more = _BETWEEN.split(piece)
        current += first
        for one in more:
            pieces.append(current)
            current = one
    return [found for found in (piece.strip() for piece in [*pieces, current]) if found]


def phone_to_ask(item: Mapping[str, Any]) -> str:
    """The bare number for a question: the item's first that is not for emergencies.

    >>> phone_to_ask({"phone": "120（急）/ 12320"}), phone_to_ask({"phone": "34972601（2022年公布）；12345"})
    ('12320', '34972601')
    """
    numbers = [number for piece in phones_of(item) for number in _NUMBER.findall(piece.split("（")[0])]
    return next((number for number in numbers if number not in _EMERGENCY), CITIZEN_HOTLINE)


def contact_lines(item: Mapping[str, Any]) -> list[str]:
    """Whom to ring: the item's numbers in their order, the citizen hotline last."""
    if is_empty(item.get("phone")):
        return [phrase("contact.only_fallback")]
    numbers = phones_of(item)
    lines = [_line("contact.lead", numbers[0]), *(_line("contact.also", number) for number in numbers[1:])]
    if not any(CITIZEN_HOTLINE in number for number in numbers):
        lines.append(phrase("contact.fallback"))
    return lines


def _line(key: str, number: str) -> str:
    if not number[0].isdigit():  # "危急时 110" is a sentence of its own
        return number
    name = hotline_name(number)
    if name is None:
        return phrase(key, phone=number)
    return phrase("contact.named" if key == "contact.lead" else "contact.also_named", phone=number, name=name)
