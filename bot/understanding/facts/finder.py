"""In: one normalised sentence, today's date, the fact that was asked for. Out: the facts and named things in it."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from bot.messages import Entity
from bot.understanding.facts import catalogue
from bot.understanding.facts.ages import find_ages, find_grades
from bot.understanding.facts.answers import read_answer, takes
from bot.understanding.facts.askable import askable
from bot.understanding.facts.attach import durations_from_dates, read_facts
from bot.understanding.facts.breaks import with_breaks
from bot.understanding.facts.dates import find_dates
from bot.understanding.facts.durations import find_durations
from bot.understanding.facts.entities import to_entities
from bot.understanding.facts.money import find_money
from bot.understanding.facts.names import Names
from bot.understanding.facts.numerals import parted_from_unit
from bot.understanding.facts.spans import FactsHeard, Span
from bot.understanding.facts.suppose import supposition
from bot.understanding.facts.view import make_view, without_overlap

READ_CHARS = 3_000
"""No more of a text is read."""
_NAMES_A_THING = re.compile("社保|保险|养老|医保|公积金|居住证|登记|合同|工资|房租|积分|失业")
"""What a sentence that tells more than a bare answer names."""
_NUMERIC = re.compile("[0-9零〇一二两三四五六七八九十百千万俩仨廿卅半前昨今上这下去]")


class FactFinder:
    """Hears facts in Chinese sentences. Made once; safe to share between threads.

    Args:
        names: places, certificates, insurances and organisations; default: those of the project's files.
    """

    def __init__(self, names: Names | None = None) -> None:
        self._names = names or Names.load()
        self._catalogue = catalogue.load()
        self._askable = askable()

    def find(self, text: str, today: date, asked: str | None = None) -> FactsHeard:
        """Facts and entities of a sentence.

        Args:
            text: as bot.understanding.normalize leaves it; offsets of entities are into it.
            today: what "last year" and "until now" are counted from.
            asked: name of the fact the person was just asked for, so that "两年多" or "没得" is an answer.

        Returns:
            Facts by the name rules use; whole numbers, {"min", "max"} with both ends included, ISO dates, names,
            true or false, "unknown" when the person does not know what was asked. Never fails.
        """
        text = text[:READ_CHARS]
        what_if = supposition(text)
        facts, entities = self._read(text, today, None if what_if else asked)
        supposed = self._read(what_if, today, asked)[0] if what_if else {}
        return FactsHeard(facts, entities, supposed)

    def _read(self, text: str, today: date, asked: str | None) -> tuple[dict[str, Any], tuple[Entity, ...]]:
        named = self._names.find(text)
        values = self._values(text, today) if _NUMERIC.search(text) else []
        spans = without_overlap([named.places, values])
        view = with_breaks(make_view(text, spans))
        fact = self._askable.get(asked) if asked else None
        # "交了三年" is the length that was asked for, whatever else one may pay for three years.
        mine = {place for place, span in view.spans.items() if fact and takes(span, fact)}
        own = mine if fact and not _NAMES_A_THING.search(text) and read_answer(text, spans, fact) is not None else set()
        facts, used = read_facts(view, self._catalogue, today, own)
        if fact and asked and asked not in facts:
            free = [span for place, span in sorted(view.spans.items()) if place in own or place not in used]
            answer = read_answer(text, free, fact)
            if answer is not None:
                facts[asked] = answer
        return facts, to_entities(text, spans, named.others)

    def _values(self, text: str, today: date) -> list[Span]:
        text = parted_from_unit(text)
        spans = without_overlap(
            [find_ages(text), find_dates(text, today), find_grades(text), find_durations(text), find_money(text)]
        )
        return list(durations_from_dates(text, spans, today))


def facts_in(text: str, today: date) -> dict[str, Any]:
    """The facts of a sentence, for a quick look.

    >>> facts_in("我社保交了8个月,娃六岁半", date(2026, 11, 23))
    {'social_insurance_months': 8, 'child_age': 6}
    """
    return dict(FactFinder().find(text, today).facts)
