"""What holds of every rule and every person: facts settle verdicts and never unsettle them."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import BadInput
from services.eligibility.assess import assess, judge
from services.eligibility.facts.known import known
from services.eligibility.facts.models import Fact
from services.eligibility.files import shipped_book
from services.eligibility.rules.verdict import UNKNOWN
from services.eligibility.scheme import Scheme
from services.eligibility.screen import screen
from tests.services.eligibility.rules.test_exact import CHOICES, tree
from tests.services.eligibility.world import DAY, FACTS, scheme

BOOK = shipped_book()
SCHEMES = list(BOOK.schemes.values())


def told(name: str, value: Any) -> Any:
    """A value of the random rules' facts as a program gives it."""
    return int(value[0]) if isinstance(value, tuple) else value


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_question_is_asked_exactly_as_long_as_an_answer_can_change_the_status(rule_seed: int, seed: int) -> None:
    """Random rules without doubt: all completions agree if and only if nothing is asked any more."""
    draw = random.Random(seed)
    made = scheme(tree(random.Random(rule_seed), 3, [0]))
    person = {name: told(name, draw.choice(pool)) for name, pool in CHOICES.items() if draw.random() < 0.5}
    judged = judge(made, known(person, FACTS, DAY))
    assert (judged.verdict == UNKNOWN) == bool(judged.open())
    assert not set(judged.open()) & set(person), "asked again"
    while (found := judge(made, known(person, FACTS, DAY))).open():
        name = found.open()[0]
        person[name] = told(name, draw.choice(CHOICES[name]))
    assert found.verdict != UNKNOWN
    assert judged.verdict in (UNKNOWN, found.verdict)


def anything(fact: Fact, draw: random.Random) -> Any:
    """Some answer to a question."""
    if fact.type == "bool":
        return draw.random() < 0.5
    if fact.type == "enum":
        return draw.choice(list(fact.choices))
    if fact.type == "date":
        return f"{draw.randint(1965, 2026)}-0{draw.randint(1, 9)}-1{draw.randint(0, 9)}"
    assert fact.range is not None
    return draw.randint(int(fact.range[0]), int(min(fact.range[1], fact.range[0] + 130)))


@pytest.mark.parametrize("made", SCHEMES, ids=lambda made: str(made.file.id))
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_of_shipped_schemes_no_fact_reverses_a_verdict_and_order_does_not_matter(made: Scheme, seed: int) -> None:
    draw, day = random.Random(seed), max(DAY, made.since)
    person: dict[str, Any] = {}
    settled = UNKNOWN
    for name in draw.sample(list(made.order), len(made.order)):
        more = {**person, name: anything(made.facts[name], draw)}
        try:
            verdict = judge(made, known(more, made.facts, day)).verdict
        except BadInput:  # two random answers contradict each other
            continue
        assert settled in (UNKNOWN, verdict), f"{name} reversed it"
        shuffled = {key: more[key] for key in draw.sample(list(more), len(more))}
        assert judge(made, known(shuffled, made.facts, day)).verdict == verdict
        person, settled = more, verdict


@pytest.mark.parametrize("made", SCHEMES, ids=lambda made: str(made.file.id))
def test_of_shipped_schemes_unknown_without_a_question_has_a_reason_no_answer_removes(made: Scheme) -> None:
    draw, day = random.Random(made.file.id), max(DAY, made.since)
    for _ in range(20):
        person: dict[str, Any] = {}
        while question := assess(made, person, day)["next_question"]:
            name = question["fact"]
            person[name] = None if name in person else anything(made.facts[name], draw)
            try:
                known(person, made.facts, day)
            except BadInput:
                person[name] = None
        found = assess(made, person, day)
        if found["status"] == "undetermined":
            assert found["needs_check"] or None in person.values()


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_shipped_schemes_screened_together_say_what_each_says_alone(seed: int) -> None:
    draw = random.Random(seed)
    person: dict[str, Any] = {}
    for name in draw.sample(list(BOOK.facts), 12):
        more = {**person, name: anything(BOOK.facts[name], draw)}
        try:
            known(more, BOOK.facts, DAY)
        except BadInput:
            continue
        person = more
    for entry in screen(BOOK, person, DAY)["results"]:
        alone = assess(BOOK.scheme(entry["scheme_id"]), person, DAY)
        assert entry["status"] == alone["status"]
        assert entry["met"] <= sum(c["status"] == "met" for c in alone["conditions"])
        assert entry["unknown"] == sum(c["status"] == "unknown" for c in alone["conditions"])


def test_shipped_facts_can_be_asked_and_looked_up() -> None:
    for fact in BOOK.facts.values():
        assert all((fact.question, fact.example, fact.where, fact.why)), fact.id
