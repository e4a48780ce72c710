"""In: the view of a sentence. Out: the facts it states, each value given to the first fact whose phrase fits it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from datetime import date
from typing import Any

from bot.understanding.facts.catalogue import FactType, Pattern
from bot.understanding.facts.clauses import Mood, Subject
from bot.understanding.facts.dates import months_since
from bot.understanding.facts.durations import in_unit
from bot.understanding.facts.spans import Span
from bot.understanding.facts.view import LETTERS, View

_LETTER_KINDS = {
    "duration": LETTERS["duration"],
    "money": LETTERS["money"] + LETTERS["big_number"] + LETTERS["number"],
    "age": LETTERS["age"] + LETTERS["number"],
    "number": LETTERS["number"] + LETTERS["big_number"],
    "months_old": LETTERS["age"] + LETTERS["duration"],
}
_NEAR = 14
"""How far from a phrase `unless` is looked for: a recogniser's text may have no punctuation at all."""
_LETTERS = frozenset(LETTERS.values())
_SINCE = re.compile(
    r"^[^,。!?了]{0,6}(?:到现在|至今|到今天|到如今|就?开始|起|份?(?:办|拿|领)(?:下来|到手|好|到)?的(?!离职|辞))"
)

_TWO_CHILDREN = re.compile("(?:大的|老大|大宝).*(?:小的|老二|二宝)")
_FROM = re.compile(f"{_SINCE.pattern}|^份?(?:交|缴|买|上|办|领|拿|干|做|住)(?:的|了|$)")


def read_facts(
    view: View, catalogue: Iterable[FactType], today: date, taken: AbstractSet[int] = frozenset()
) -> tuple[dict[str, Any], set[int]]:
    """Facts by name, and the places of the letters they took their values from; those `taken` already are left."""
    mood = Mood(view.text)
    facts: dict[str, Any] = {}
    used = set(taken)
    letters = {letter for letter in view.text if letter in _LETTERS}
    possible = [fact for fact in catalogue if _possible(fact, view.text, letters)]
    for fact in possible:
        facts.update(_said(fact, fact.heard, view, mood, used, today))
    for fact in possible:
        if fact.near and fact.name not in facts:
            facts.update(_said(fact, fact.near, view, mood, used, today))
    return facts, used


def _possible(fact: FactType, text: str, letters: set[str]) -> bool:
    """A quick look before any pattern is tried."""
    if fact.value:
        return not letters.isdisjoint(letters_of(fact))
    return fact.gate is None or fact.gate.search(text) is not None


def letters_of(fact: FactType) -> str:
    """Letters of a View that can carry the value of a fact."""
    return _LETTER_KINDS.get(fact.value) or LETTERS[fact.value]  # type: ignore[index]


def _said(
    fact: FactType, patterns: Iterable[Pattern], view: View, mood: Mood, used: set[int], today: date
) -> Iterator[tuple[str, Any]]:
    heard: list[tuple[int, str, Any, int | None]] = []
    for pattern in patterns:
        for match in pattern.regex.finditer(view.text):
            found = _one(fact, pattern, match, view, mood, used, today)
            if found:
                heard.append((match.start(), *found))
                if found[2] is not None:
                    used.add(found[2])
    if fact.type == "bool":
        heard = _no_goes_first(heard)
    # Of two ages the first is the one the question is about; of two lengths or grades the last is today's.
    first = fact.value == "age" or (fact.value in ("grade", "date") and _TWO_CHILDREN.search(view.text) is not None)
    for _, name, value, _ in sorted(heard, key=lambda one: one[0], reverse=first):
        yield name, value


def _no_goes_first(heard: list[tuple[int, str, Any, int | None]]) -> list[tuple[int, str, Any, int | None]]:
    """ "没有居住证" also holds "有居住证": near a no, a yes does not count."""
    noes = [place for place, _, value, _ in heard if value is False]
    return [one for one in heard if one[2] is False or all(abs(one[0] - no) > 6 for no in noes)]


def _one(
    fact: FactType, pattern: Pattern, match: re.Match[str], view: View, mood: Mood, used: set[int], today: date
) -> tuple[str, Any, int | None] | None:
    place = _value_place(fact, match, view) if fact.value else match.start() + match[0].startswith(",")
    if place is None or (fact.value and place in used):
        return None
    first, last = mood.clause(place)
    around = max(min(first, match.start()), match.start() - _NEAR), min(max(last, match.end()), match.end() + _NEAR)
    if fact.unless and fact.unless.search(view.text, *around):
        return None
    subject = mood.subject(match.end())
    if fact.value == "age":
        subject = mood.named_after(match.end()) or subject
    name = _name_for(fact, subject, carried=not mood.named_in(first, match.end()))
    if name is None:
        return None
    if fact.value and fact.value != "date" and _to_come(view, first, place, today):
        return None
    if not fact.value:
        return (name, pattern.value, None) if mood.states(match.start(), match.end()) else None
    value = value_of(fact, view.spans[place])
    if value is None or not believable(fact, value, today) or not mood.states_value(match.start(), place, match.end()):
        return None
    return name, value, place


def _to_come(view: View, first: int, place: int, today: date) -> bool:
    """Whether the value is for a later day ("明年上一年级")."""
    dates = (view.spans[at].text for at in range(max(first, place - 6), place) if view.text[at] == LETTERS["date"])
    return any(said > today.isoformat()[: len(said)] for said in dates)


def _value_place(fact: FactType, match: re.Match[str], view: View) -> int | None:
    letters = letters_of(fact)
    places = [place for place in range(match.start(), match.end()) if view.text[place] in letters]
    return places[-1] if places else None


def _name_for(fact: FactType, subject: Subject, carried: bool) -> str | None:
    """The fact's name for the person spoken of; None when it is not theirs to have."""
    if fact.about == "anyone":
        return fact.name
    if fact.about == "myself":
        return fact.name if subject == "self" else None
    if fact.about == "couple":
        return fact.name if subject in ("self", "spouse", "child") else None
    if fact.about == "family":
        return fact.name if subject != "other" else None
    if subject == "child" and not (carried and fact.about == "self" and not fact.child):
        return fact.child or (fact.name if fact.about in ("child", "child_or_self") else None)
    if subject in ("self", "child"):
        return fact.name if fact.about in ("self", "child_or_self") else None
    return None


def value_of(fact: FactType, span: Span) -> Any:
    """A span's value in the fact's unit: a number, {"min", "max"}, an ISO date or a name; None when it does not fit."""
    if fact.value in ("date", "place", "home"):
        return span.text
    if fact.value == "months_old" and span.kind == "age":
        return interval(*span.months) if span.months else None
    if fact.value in ("duration", "months_old"):
        bounds = in_unit(span, fact.unit)
        none = 0 if fact.value == "months_old" and span.low > 0 else 1
        return interval(*bounds) if bounds and bounds[1] >= none else None
    return interval(span.low, span.high)


def believable(fact: FactType, value: Any, today: date) -> bool:
    """Whether a value lies where such a value can lie: a worker is no child, an hour does not pay 5,000 yuan."""
    if fact.between is None:
        return True
    low, high = fact.between
    if fact.value == "date":
        return low <= today.year - int(str(value)[:4]) <= high
    ends = value.values() if isinstance(value, dict) else (value,)
    return all(low <= end <= high for end in ends)


def interval(low: float, high: float) -> Any:
    """One number when both ends are the same, else {"min", "max"}."""
    low, high = (int(end) if float(end).is_integer() else end for end in (low, high))
    return low if low == high else {"min": low, "max": high}


def durations_from_dates(text: str, spans: Iterable[Span], today: date) -> Iterator[Span]:
    """ "2024年3月交到现在" tells how long, not when: such dates become durations."""
    for span in spans:
        bounds = None
        since = _FROM if text[max(0, span.start - 1) : span.start] in ("从", "打", "自") else _SINCE
        if span.kind == "date" and span.text and since.match(text[span.end : span.end + 10]):
            bounds = (
                months_since(span.text, today)
                if re.search("交|缴|办|领|干|住|登记|从", text[max(0, span.start - 6) : span.end + 8])
                else None
            )
        yield Span("duration", span.start, span.end, *bounds, "month") if bounds and bounds[1] > 0 else span
