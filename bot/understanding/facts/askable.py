"""In: the facts rules ask for, and those we hear unasked. Out: how to read a bare answer to a question about each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from bot.settings import ROOT
from bot.understanding.facts.answers import bare
from bot.understanding.facts.catalogue import DONE, FactType, by_name
from bot.understanding.normalize import normalize
from services.eligibility.facts.files import load_facts
from services.eligibility.facts.models import Fact

FILE = ROOT / "schemes" / "facts.yml"
_UNITS = {"个月": "month", "岁": "year", "年": "year", "周": "week", "天": "day", "小时": "hour", "元": "yuan"}
_KINDS = {"month": "duration", "week": "duration", "day": "duration", "hour": "duration", "yuan": "money"}
_VERBS = frozenset("签交缴办领做登干住租买")
"""What a question asks whether one did: its answer may be "没…"."""
_OF_PAPERS = "办领拿"
"""What one does to get a paper: "有没有居住证" – "办了"."""
_SPLIT = re.compile(r"[（）()、/，,]|或者?|和")
"""What stands between the words of a choice's label: "五级（初级工）", "高中或中专"."""


@lru_cache(maxsize=2)
def askable(file: Path = FILE) -> Mapping[str, FactType]:
    """Every fact that can be asked for, by name.

    Raises:
        DataError: the file is wrong.
    """
    heard = by_name()
    return {**heard, **{name: _askable(fact, heard.get(name)) for name, fact in load_facts(file).items()}}


def _askable(fact: Fact, heard: FactType | None) -> FactType:
    known = {str(value) for value, _ in heard.words} if heard else set()
    choices = {str(value): label for value, label in heard.choices.items()} if heard else {}
    return replace(
        heard or _only_asked(fact),
        choices={**fact.choices, **choices},
        words=(*(heard.words if heard else ()), *(pair for pair in _words(fact) if pair[0] not in known)),
        labels={bare(normalize(label)): value for value, label in fact.choices.items()},
        sayings=fact.sayings,
        verbs="".join(sorted(set(DONE) & set(fact.question + (_OF_PAPERS if "证" in fact.question else "")))),
        zero="有" + "".join(sorted(_VERBS & set(fact.question))) if fact.range and fact.range[0] == 0 else "",
    )


def _only_asked(fact: Fact) -> FactType:
    """A fact nobody tells unasked."""
    unit = _UNITS.get(fact.unit or "", fact.unit or "")
    return FactType(
        name=fact.id,
        label=fact.label,
        type="number" if fact.type in ("int", "number") else fact.type,
        unit=unit,
        value=_kind(fact, unit),
        about="anyone",
        child=None,
        heard=(),
        near=(),
        unless=None,
        choices={},
        gate=None,
        between=None,
    )


def _kind(fact: Fact, unit: str) -> str:
    """Which kind of span carries an answer: "两年" is an age where years of life are asked for."""
    if fact.type == "date":
        return "date"
    if unit == "month" and fact.counted_from:
        return "months_old" if fact.counted_from.date == "child_birth_date" else "duration"
    if unit == "year":
        return "age" if fact.unit == "岁" else "duration"
    return _KINDS.get(unit, "number")


def _words(fact: Fact) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The words of each choice; longer ones first, so that "高级技师" is not taken for "技师"."""
    pairs = [(value, word) for value, label in fact.choices.items() for word in _SPLIT.split(label) if word]
    pairs.sort(key=lambda pair: -len(pair[1]))
    return tuple((value, re.compile(re.escape(word))) for value, word in pairs)
