"""What a sentence is while our own question is open."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.dialogue.interview import (
    ABOUT,
    ANSWER,
    STOP,
    asks_where,
    by_place,
    for_rules,
    meaning,
    only_fitting,
    supposes,
    told_again,
    wants_outcome,
    wants_verdict_again,
)
from bot.dialogue.memory import Memory
from bot.dialogue.turn import in_context
from bot.messages import Understood

DAY = date(2026, 11, 23)
OPEN = Memory(topic="a.b", scheme="a.b", asked={"fact": "residence_permit_months", "text": "多久了？"})


def heard(text: str, act: str, confidence: float = 0.9, **facts: Any) -> Understood:
    return Understood(text, text, act, confidence, facts=facts)


@pytest.mark.parametrize(
    ("said", "is_"),
    [
        (heard("两年", "ask_time", 0.9, residence_permit_months=24), ANSWER),
        (heard("不知道", "deny", residence_permit_months="unknown"), ANSWER),
        (heard("反正很久", "inform"), ANSWER),
        (heard("有", "affirm"), ANSWER),
        (heard("蓝汪汪", "out_of_scope"), ANSWER),
        (heard("两年吧", "ask_cost", 0.3), ANSWER),
        (heard("为什么要问这个", "out_of_scope"), ABOUT),
        (heard("问这个干嘛", "out_of_scope"), ABOUT),
        (heard("在哪里查", "ask_place"), ABOUT),
        (heard("算了", "goodbye"), STOP),
        (heard("不问了", "deny"), STOP),
        (heard("公租房要带什么材料", "ask_materials"), None),
        (heard("那要多少钱", "ask_cost"), None),
        (heard("转人工", "request_human"), None),
        (heard("你好", "greet"), None),
        (heard("老板不发工资怎么办", "report_problem"), None),
    ],
)
def test_an_answer_is_told_from_a_question(said: Understood, is_: str | None) -> None:
    assert meaning(said, OPEN) == is_
    assert in_context(said, OPEN) == (is_ or in_context(said, Memory(topic="a.b")))


def test_more_is_the_rest_of_an_answer_also_while_a_question_is_open() -> None:
    assert in_context(heard("更多", "out_of_scope"), replace(OPEN, more=True)) == "ask_more"
    assert in_context(heard("更多", "out_of_scope"), OPEN) == ANSWER, "the question is asked again, nothing is misheard"


LEVEL = {"fact": "skill", "type": "enum", "choices": [{"value": "5"}, {"value": "4"}, {"value": "3"}]}
MARRIED = {"fact": "married", "type": "bool"}
MONTHS = {"fact": "months", "type": "int"}


@pytest.mark.parametrize(
    ("said", "question", "means"),
    [
        ("2", LEVEL, {"skill": "4"}),
        ("第三个", LEVEL, {"skill": "3"}),
        ("我选第一个吧", LEVEL, {"skill": "5"}),
        ("4", LEVEL, {"skill": "unknown"}),
        ("5", LEVEL, {}),
        ("第五个", LEVEL, {}),
        ("第一个", MARRIED, {"married": True}),
        ("第二个", MARRIED, {"married": False}),
        ("第三个", MARRIED, {"married": "unknown"}),
        ("2", MARRIED, {}),
        ("2", MONTHS, {}),
        ("第二个月", LEVEL, {}),
        ("12", LEVEL, {}),
        ("", LEVEL, {}),
        ("第二个", {}, {}),
    ],
)
def test_an_answer_may_be_named_by_its_place(said: str, question: dict[str, Any], means: dict[str, Any]) -> None:
    assert by_place(said, question) == means
    if means:
        assert meaning(heard(said, "find_place"), replace(OPEN, asked={**question, "text": "哪样？"})) == ANSWER


def test_without_an_open_question_nothing_is_an_answer() -> None:
    assert meaning(heard("两年", "inform", residence_permit_months=24), Memory()) is None


def test_a_danger_goes_before_everything() -> None:
    said = Understood("不想活了", "不想活了", "inform", 0.9, alert="suicide")
    assert in_context(said, OPEN) == "danger"


def test_why_and_where_are_two_questions() -> None:
    assert asks_where(heard("去哪查", "ask_place"))
    assert not asks_where(heard("为什么要查这个", "out_of_scope"))


POINTS = {"outcome": "points", "facts": ["education_level"]}
DOSES = {"outcome": "doses", "facts": ["child_age", "child_months_old"]}


@pytest.mark.parametrize(
    ("said", "scheme", "is_"),
    [
        (heard("帮我算算积分", "ask_amount"), POINTS, True),
        (heard("大专加多少分", "ask_amount", education_level="college"), POINTS, True),
        (heard("高温费是多少", "ask_amount"), POINTS, False),
        (heard("积分怎么算分", "ask_amount"), POINTS, False),
        (heard("我的积分什么时候能批", "ask_time"), POINTS, False),
        (heard("帮我算算", "ask_amount"), {"outcome": None, "facts": []}, False),
        (heard("娃一岁半该打什么针", "ask_overview", child_months_old=18), DOSES, True),
        (heard("小孩要打什么针", "ask_overview"), DOSES, False),
    ],
)
def test_the_own_sum_or_the_table_for_everybody(said: Understood, scheme: dict[str, Any], is_: bool) -> None:
    assert wants_outcome(said.act, said, scheme) is is_


COUNTING = {"id": "points", "facts": ["applicant_age", "education_level"]}
EXAM = {"id": "exam", "facts": ["child_age", "education_level"]}


@pytest.mark.parametrize(
    ("schemes", "facts", "is_"),
    [
        ([COUNTING, COUNTING], {}, COUNTING),
        ([COUNTING, EXAM], {}, None),
        ([COUNTING, EXAM, None], {"applicant_age": 36, "education_level": "senior"}, COUNTING),
        ([COUNTING, EXAM], {"education_level": "senior"}, None),
        ([COUNTING, EXAM], {"sex": "male"}, None),
        ([None, None], {"applicant_age": 36}, None),
    ],
)
def test_the_only_scheme_that_asks_for_what_was_told(
    schemes: list[dict[str, Any] | None], facts: dict[str, Any], is_: dict[str, Any] | None
) -> None:
    assert only_fitting(schemes, facts) is is_


CATALOGUE = {"age": {"type": "int"}, "area": {"type": "number"}, "level": {"type": "enum"}, "local": {"type": "bool"}}


def test_a_home_province_elsewhere_is_no_shanghai_registration() -> None:
    known = {**CATALOGUE, "hukou_is_shanghai": {"type": "bool"}}
    assert for_rules({"hukou_province": "河南"}, known, DAY) == {"hukou_is_shanghai": False}
    assert for_rules({"hukou_province": "上海"}, known, DAY) == {}
    assert for_rules({"hukou_province": "河南", "hukou_is_shanghai": True}, known, DAY) == {"hukou_is_shanghai": True}


@pytest.mark.parametrize(
    ("said", "again"),
    [
        ("那我什么时候够", True),
        ("还差多少分", True),
        ("那要等到几月", True),
        ("什么时候报名", False),
        ("要多久办好", False),
    ],
)
def test_going_on_from_a_verdict(said: str, again: bool) -> None:
    assert wants_verdict_again(heard(said, "ask_time")) is again


@pytest.mark.parametrize(
    ("facts", "given"),
    [
        ({"age": 6.5}, {"age": 6}),
        ({"age": {"min": 5.5, "max": 7}}, {"age": {"min": 5, "max": 7}}),
        ({"area": 6.5}, {"area": 6.5}),
        ({"level": 4}, {"level": "4"}),
        ({"local": False}, {"local": False}),
        ({"local": "unknown"}, {"local": None}),
        ({"subdistrict": "莘庄镇"}, {}),
    ],
)
def test_facts_as_heard_become_facts_as_rules_take_them(facts: dict[str, Any], given: dict[str, Any]) -> None:
    assert for_rules(facts, CATALOGUE, DAY) == given


def test_the_newer_word_counts_but_do_not_know_wipes_nothing_out() -> None:
    assert told_again({"age": 5, "local": True}, {"age": 6, "local": "unknown"}) == {"age": 6, "local": True}
    assert told_again({}, {"local": "unknown"}) == {"local": "unknown"}


@pytest.mark.parametrize(
    ("act", "confidence", "memory", "is_"),
    [
        ("ask_amount", 0.9, OPEN, True),
        ("check_eligibility", 0.9, Memory(topic="a.b", scheme="a.b"), True),
        ("ask_procedure", 0.4, OPEN, True),
        ("ask_materials", 0.9, OPEN, False),  # "如果合同断了要带什么"
        ("ask_amount", 0.9, Memory(topic="a.b"), False),
    ],
)
def test_a_supposition_is_one_about_a_verdict(act: str, confidence: float, memory: Memory, is_: bool) -> None:
    said = Understood("要是合同三年呢", "要是合同三年呢", act, confidence, supposed={"labour_contract_months": 36})
    assert supposes(said, memory) is is_
    assert (in_context(said, memory) == "what_if") is is_
    assert not supposes(Understood("那呢", "那呢", act, confidence), memory)
