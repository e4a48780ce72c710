"""Whatever may be tapped as an answer to one of our questions is understood as that answer."""

from __future__ import annotations

from datetime import date

import pytest

from bot.answers.verdict import taps
from bot.settings import ROOT
from bot.understanding.facts import FactFinder
from bot.understanding.facts.answers import UNKNOWN
from bot.understanding.normalize import normalize
from services.eligibility.assess import question
from services.eligibility.facts.files import load_facts
from services.eligibility.facts.known import known

DAY = date(2026, 11, 23)
FACTS = load_facts(ROOT / "schemes" / "facts.yml")
FINDER = FactFinder()


@pytest.mark.parametrize("name", FACTS)
def test_every_tap_is_its_answer(name: str) -> None:
    fact = FACTS[name]
    offered = taps(question(fact, known({}, FACTS, DAY)))
    meant = list(fact.choices) or ([True, False] if fact.type == "bool" else [])
    for said, value in zip(offered, [*meant, UNKNOWN], strict=True):
        found = FINDER.find(normalize(said), DAY, name).facts.get(name)
        assert (str(found) if fact.type == "enum" else found) == value, said
