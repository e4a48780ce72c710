"""Assessments in words: of every shipped scheme, for random people, on three days."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest

from bot.answers.chat import to_reply
from bot.answers.fixed import say
from bot.answers.spoken import to_spoken
from bot.answers.verdict import asking, back_to, not_before, rules_about, settled, supposed, taps
from bot.errors import BadInput
from services.eligibility.assess import assess
from services.eligibility.facts.models import Fact
from services.eligibility.files import shipped_book
from tests.answers.inventory import item

DAY = date(2026, 11, 23)
BOOK = shipped_book()


def item_of(scheme_id: str) -> dict[str, Any]:
    return item(BOOK.schemes[scheme_id].file.item)


def answer_of(fact: Fact, draw: random.Random) -> Any:
    if fact.type == "bool":
        return draw.random() < 0.5
    if fact.type == "enum":
        return draw.choice(list(fact.choices))
    if fact.type == "date":
        return date(draw.randint(1960, 2026), draw.randint(1, 10), draw.randint(1, 28)).isoformat()
    assert fact.range is not None
    return draw.randint(int(fact.range[0]), int(min(fact.range[1], fact.range[0] + 130)))


def interviews(scheme_id: str, count: int) -> list[dict[str, Any]]:
    """Assessments of random people, each at the end of its interview; some stop half-way."""
    scheme, draw = BOOK.schemes[scheme_id], random.Random(scheme_id)
    found = []
    for _ in range(count):
        told: dict[str, Any] = {}
        while True:
            assessment = assess(scheme, told, max(DAY, scheme.since))
            question = assessment["next_question"]
            if question is None or draw.random() < 0.03:
                break
            name = question["fact"]
            told[name] = None if draw.random() < 0.15 or name in told else answer_of(scheme.facts[name], draw)
            try:
                assess(scheme, told, max(DAY, scheme.since))
            except BadInput:  # two random answers that contradict each other: the second was not known, then
                told[name] = None
        found.append(assessment)
    return found


@pytest.mark.parametrize("scheme_id", list(BOOK.schemes))
def test_every_verdict_has_its_words_and_unknown_is_never_a_refusal(scheme_id: str) -> None:
    for assessment in interviews(scheme_id, 25):
        answer = settled(assessment, item_of(scheme_id), ["某事"], DAY)
        text = to_reply(answer, "web").text
        lead = answer.blocks[0].lines[0]
        assert "None" not in text, text
        assert "{" not in text, text
        assert to_spoken(answer)
        if assessment["status"] == "undetermined":
            assert "不够条件" not in text, text
        if assessment["status"] == "ineligible" and not assessment["outcome"]:
            assert "不够条件" in lead
        assert answer.citations


@pytest.mark.parametrize("scheme_id", list(BOOK.schemes))
def test_every_question_can_be_asked_and_tapped(scheme_id: str) -> None:
    scheme = BOOK.schemes[scheme_id]
    question = assess(scheme, {}, max(DAY, scheme.since))["next_question"]
    answer = asking(question, ["记下了：社保 8个月。"])
    assert answer.blocks[-1].lines[-1] == question["text"]
    assert "不知道" in taps(question)


def test_a_no_says_what_is_missing_from_when_and_what_to_do() -> None:
    facts = {
        "hukou_is_shanghai": False, "residence_permit_months": 20, "social_insurance_consecutive_months": 36,
        "labour_contract_months": 36, "home_area_per_person_m2": 0, "has_other_housing_help": False,
    }  # fmt: skip
    name = "housing.public_rental.city"
    text = to_reply(settled(assess(BOOK.schemes[name], facts, DAY), item_of(name), [], DAY), "web").text
    first, *others = text.splitlines()
    assert "2027年3月23日" in first
    assert any("居住证满 24 个月" in line and "单位出面" in line for line in others)
    assert "上海户口" not in text, "nobody can become a native"
    assert "居住证按时签注" in text


def test_a_yes_says_what_to_bring_and_where() -> None:
    facts = {"hukou_is_shanghai": True, "labour_contract_months": 12, "home_area_per_person_m2": 3, "has_other_housing_help": False}  # fmt: skip  # noqa: E501
    name = "housing.public_rental.city"
    text = to_reply(settled(assess(BOOK.schemes[name], facts, DAY), item_of(name), [], DAY), "web").text
    assert "够条件" in text.splitlines()[0]
    assert "□ " in text
    assert "随申办" in text


def test_points_are_told_with_their_parts_and_ways_to_more() -> None:
    name = "points.score_table"
    scheme = BOOK.schemes[name]
    cases = [a for a in interviews(name, 60) if a["outcome"]["points"] is not None and a["status"] == "ineligible"]
    assert cases
    text = to_reply(settled(cases[0], item_of(name), [], DAY), "web").text
    assert "还差" in text.splitlines()[0]
    assert "怎么算的" in text
    assert scheme.file.outcome is not None


def test_after_something_else_the_question_comes_again() -> None:
    question = assess(BOOK.schemes["housing.public_rental.city"], {}, DAY)["next_question"]
    answer = back_to(say("thanks"), question)
    assert question["text"] in answer.blocks[-1].lines[0]
    assert answer.quick_replies == taps(question)


@pytest.mark.parametrize("scheme_id", sorted(BOOK.schemes))
def test_a_supposition_says_that_it_is_one(scheme_id: str) -> None:
    for assessment in interviews(scheme_id, 4):
        answer = supposed(assessment, item_of(scheme_id), "合同 36个月", DAY)
        text = to_reply(answer, "web").text
        assert text.startswith("要是合同 36个月，")
        assert "没有记下来" in text
        plain = settled(assessment, item_of(scheme_id), (), DAY)
        assert answer.blocks[2:] == plain.blocks[1:]


def test_what_is_not_met_yet_is_told_with_its_day_while_the_rest_is_asked() -> None:
    told = {"hukou_is_shanghai": False, "residence_permit_months": 20}
    open_ = assess(BOOK.schemes["housing.public_rental.city"], told, DAY)
    assert open_["status"] != "eligible"
    lines = not_before(open_)
    assert [line for line in lines if "居住证满 24 个月" in line and "2027年3月23日" in line]
    assert not_before(open_, {"residence_permit_months"}) == lines
    assert not_before(open_, {"labour_contract_months"}) == []
    assert not_before(assess(BOOK.schemes["housing.public_rental.city"], {}, DAY)) == []


def test_the_rule_on_what_a_question_names_is_told_first() -> None:
    blank = assess(BOOK.schemes["schooling.primary_entry.nonlocal"], {}, DAY)
    assert "累计交满 6 个月" in "".join(rules_about(blank, "社保断过行不行"))
    assert rules_about(blank, "我家娃能读吗") == []
    # What is the scheme's own name says nothing about which of its conditions is meant.
    permit = assess(BOOK.schemes["residence.permit.apply"], {}, DAY)
    assert rules_about(permit, "居住证我能办吗") == []
