"""In: an assessment of the eligibility service. Out: what a card shows of it: status, what is missing, the question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.answers.spoken import speak
from bot.answers.verdict import taps
from bot.channels.hotline.assist.ranking import Ranked

MOST_SCHEMES = 3
MOST_MISSING = 4
_ASKING = frozenset({"check_eligibility", "ask_conditions", "ask_amount"})
"""What somebody asks who wants to know about themselves."""


def in_play(one: Ranked, scheme: Mapping[str, Any], facts: Mapping[str, Any]) -> bool:
    """Whether a scheme is worth judging: it was asked for, or something it asks for was told."""
    return one.act in _ASKING or bool(facts.keys() & set(scheme["facts"]))


def shown(assessment: Mapping[str, Any]) -> dict[str, Any]:
    """An assessment as the screens get it."""
    question = assessment["next_question"]
    return {
        "scheme_id": assessment["scheme_id"],
        "item_id": assessment["item_id"],
        "name": assessment["name"],
        "status": assessment["status"],
        "missing": _missing(assessment),
        "next_question": _question(question) if question else None,
    }


def _missing(assessment: Mapping[str, Any]) -> list[str]:
    """What is not met, or still open, of the conditions that decide."""
    wanted = {"ineligible": "unmet", "undetermined": "unknown"}.get(assessment["status"])
    texts = [str(one["text"]) for one in assessment["conditions"] if one["status"] == wanted and one["decides"]]
    return list(dict.fromkeys(texts))[:MOST_MISSING]


def _question(question: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "fact": question["fact"], "text": question["text"], "spoken": f"{speak(question['text'].rstrip('？?'))}？",
        "type": question["type"], "choices": list(question.get("choices") or ()), "taps": list(taps(question)),
    }  # fmt: skip
