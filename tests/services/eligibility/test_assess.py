"""One assessment: reasons, doubts, the next question, days before and after the rules."""

from __future__ import annotations

import random
from typing import Any

import pytest

from bot.errors import BadInput
from services.eligibility.assess import assess, how_to_ask, judge
from services.eligibility.facts.known import known
from services.eligibility.facts.models import Fact
from services.eligibility.rules.questions import most_telling
from services.eligibility.rules.verdict import NO, UNKNOWN, YES
from tests.services.eligibility.world import DAY, FACTS, leaf, scheme

NEEDS: dict[str, Any] = {
    "all": [
        {
            "id": "who",
            "any": [
                leaf("local", "local", **{"is": True}),
                {
                    "all": [
                        leaf("permit", "permit_months", at_least="long"),
                        leaf("insured", "insured_months", at_least=6),
                    ]
                },
            ],
        },
        leaf("space", "area", under=15, remedy="换大一点的"),
    ]
}  # fmt: skip
LONG = {"long": {"unit": "个月", "values": [{"from": "2020-01-01", "value": 24, "cite": "s1"}]}}
MADE = scheme(NEEDS, parameters=LONG, ask=["area", "local"])


def of(found: dict[str, Any], name: str) -> dict[str, Any]:
    return next(c for c in found["conditions"] if c["id"] == name)


def test_the_author_decides_what_is_asked_first() -> None:
    assert assess(MADE, {}, DAY)["next_question"]["fact"] == "area"
    assert assess(MADE, {"area": 3}, DAY)["next_question"]["fact"] == "local"
    assert assess(MADE, {"area": 3, "local": False}, DAY)["next_question"]["fact"] == "permit_months"


def test_nothing_is_asked_once_it_is_settled() -> None:
    assert assess(MADE, {"area": 30}, DAY)["next_question"] is None
    assert assess(MADE, {"area": 3, "local": True}, DAY)["status"] == "eligible"


def test_do_not_know_is_not_asked_again_and_never_a_no() -> None:
    found = assess(MADE, {"area": None}, DAY)
    assert found["next_question"]["fact"] == "local"
    assert of(found, "space")["doubt"] == "dont_know"
    found = assess(MADE, {"area": None, "local": True}, DAY)
    assert (found["status"], found["next_question"]) == ("undetermined", None)


def test_what_was_told_too_roughly_is_asked_last_and_shown() -> None:
    found = assess(MADE, {"area": {"min": 10, "max": 20}}, DAY)
    assert found["next_question"]["fact"] == "local"
    found = assess(MADE, {"area": {"min": 10, "max": 20}, "local": True}, DAY)
    assert found["next_question"]["fact"] == "area"
    assert found["next_question"]["told"] == {"min": 10, "max": 20}
    assert of(found, "space")["doubt"] == "too_rough"


def test_only_the_conditions_the_verdict_rests_on_decide() -> None:
    found = assess(MADE, {"area": 30, "local": True}, DAY)
    assert [c["id"] for c in found["conditions"] if c["decides"]] == ["space"]
    assert of(found, "local")["status"] == "met"
    assert of(found, "space")["remedy"] == "换大一点的"
    assert (of(found, "permit")["actual"], of(found, "permit")["required"]) == (None, 24)
    assert of(found, "permit")["groups"] == ["who"]
    assert of(found, "space")["source"]["title"] == "办法"


@pytest.mark.parametrize("doubt", [{"confidence": "low"}, {}])
def test_a_doubtful_number_never_refuses_and_is_not_asked_for(doubt: dict[str, str]) -> None:
    values = [{"from": "2020-01-01", "to": None if doubt else "2025-12-31", "value": 9, "cite": "s1", **doubt}]
    made = scheme(leaf("a", "area", under="limit"), parameters={"limit": {"unit": "平方米", "values": values}})
    for facts in ({}, {"area": 1}, {"area": 100}):
        found = assess(made, facts, DAY)
        assert found["status"] == "undetermined"
        assert found["needs_check"] == ("low_confidence" if doubt else "no_value")
        assert found["next_question"] is None


def test_what_a_person_decides_stays_open() -> None:
    made = scheme(
        {"all": [leaf("a", "local", **{"is": True}), {"id": "b", "text": "看名额", "cite": "s1", "judged_by": "学校"}]}
    )
    found = assess(made, {"local": True}, DAY)
    assert (found["status"], found["needs_check"], of(found, "b")["doubt"]) == ("undetermined", "judged", "judged")
    assert assess(made, {"local": False}, DAY)["status"] == "ineligible"


@pytest.mark.parametrize(
    "end", [{"check_before": "2026-11-22"}, {"in_force": {"from": "2020-01-01", "to": "2026-11-22"}}]
)
def test_past_its_day_a_rule_says_needs_checking(end: dict[str, Any]) -> None:
    made = scheme(leaf("a", "local", **{"is": True}), **end)
    for facts in ({"local": True}, {"local": False}, {}):
        found = assess(made, facts, DAY)
        assert (found["status"], found["needs_check"], found["next_question"]) == ("undetermined", "stale", None)
    before = DAY.replace(day=22)
    assert assess(made, {"local": True}, before)["status"] == "eligible"


def test_before_it_existed_is_an_error_that_says_so() -> None:
    with pytest.raises(BadInput, match="从 2020-01-01 起才有") as error:
        assess(MADE, {}, DAY.replace(year=2019))
    assert error.value.fields[0].field == "as_of"


def test_adding_a_fact_never_reverses_a_settled_verdict_and_order_does_not_matter() -> None:
    draw = random.Random(3)
    complete = {"local": [True, False], "permit_months": [0, 12, 30], "insured_months": [0, 6, 20], "area": [3, 15, 40]}
    for _ in range(400):
        person = {name: draw.choice(pool) for name, pool in complete.items()}
        names = draw.sample(list(person), len(person))
        told: dict[str, object] = {}
        settled = UNKNOWN
        for name in names:
            told[name] = person[name]
            verdict = judge(MADE, known(told, FACTS, DAY)).verdict
            assert settled in (UNKNOWN, verdict)
            settled = verdict
            shuffled = {n: told[n] for n in draw.sample(list(told), len(told))}
            assert judge(MADE, known(shuffled, FACTS, DAY)).verdict == verdict
        assert settled in (YES, NO), "who told everything is told something"


def test_answering_every_question_always_ends_in_a_verdict() -> None:
    draw = random.Random(5)
    complete = {"local": [True, False], "permit_months": [0, 12, 30], "insured_months": [0, 6, 20], "area": [3, 15, 40]}
    for _ in range(200):
        person = {name: draw.choice(pool) for name, pool in complete.items()}
        told: dict[str, object] = {}
        while (found := assess(MADE, told, DAY))["next_question"]:
            name = found["next_question"]["fact"]
            assert name not in told, "asked twice"
            told[name] = person[name]
        assert found["status"] != "undetermined"


def test_what_an_exception_rests_on_is_asked_too() -> None:
    needs = {
        "all": [leaf("a", "local", **{"is": True})],
        "except": [{"when": leaf("b", "insured_months", at_least=12), "then": "met"}],
    }
    made = scheme(needs)
    assert assess(made, {"local": False}, DAY)["next_question"]["fact"] == "insured_months"
    assert assess(made, {"insured_months": 3}, DAY)["next_question"]["fact"] == "local"
    assert assess(made, {"local": True}, DAY)["next_question"] is None, "met either way"
    found = assess(made, {"local": False, "insured_months": 12}, DAY)
    assert (found["status"], found["next_question"]) == ("eligible", None)
    assert [c["id"] for c in found["conditions"] if c["decides"]] == ["b"]


def test_a_question_says_everything_an_answer_needs() -> None:
    made = scheme({"all": [leaf("a", "degree", one_of=["college", "master"]), leaf("b", "area", under=9)]})
    assert assess(made, {}, DAY)["next_question"] == {
        "fact": "degree",
        "text": "问",
        "type": "enum",
        "unit": None,
        "spoken": "问",
        "choices": [
            {"value": "none", "text": "没有"},
            {"value": "college", "text": "大专"},
            {"value": "master", "text": "硕士"},
        ],
        "example": None,
        "where": "查",
        "why": "因为",
        "told": None,
    }
    asked = assess(made, {"degree": "master"}, DAY)["next_question"]
    assert (asked["fact"], asked["choices"], asked["told"]) == ("area", None, None)
    heard = Fact(**{**FACTS["area"].dict(by_alias=True), "spoken": "电话里问"})
    assert how_to_ask(heard)["spoken"] == "电话里问"


def test_a_rough_date_is_shown_as_dates() -> None:
    made = scheme(leaf("a", "injury", within=6, unit="month"))
    asked = assess(made, {"injury": "2026-05"}, DAY)["next_question"]
    assert asked["told"] == {"min": "2026-05-01", "max": "2026-05-31"}


@pytest.mark.parametrize(
    ("condition", "required"),
    [
        (leaf("a", "local", **{"is": True}), True),
        (leaf("a", "local", **{"is": False}), False),
        (leaf("a", "degree", **{"is": "college"}), "大专"),
        (leaf("a", "degree", one_of=["college", "master"]), "大专、硕士"),
        (leaf("a", "insured_months", one_of=[3, 5]), "3、5"),
        (leaf("a", "insured_months", at_least=12), 12),
        (leaf("a", "area", under=2.5), 2.5),
        (leaf("a", "birth", on_or_after="2020-01"), "2020-01"),
        (leaf("a", "injury", within=6, unit="month"), 6),
        ({"id": "a", "text": "名额", "cite": "s1", "judged_by": "学校"}, "学校"),
    ],
)
def test_what_is_required_is_told_as_people_write_it(condition: dict[str, Any], required: Any) -> None:
    found = assess(scheme(condition), {}, DAY)["conditions"][0]
    assert (found["required"], type(found["required"])) == (required, type(required))


@pytest.mark.parametrize("told", [{"local": True}, {"local": False}, {}])
def test_a_choice_of_low_confidence_is_doubted_whatever_is_told(told: dict[str, bool]) -> None:
    found = assess(scheme(leaf("a", "local", **{"is": True}, confidence="low")), told, DAY)
    assert (found["status"], found["needs_check"]) == ("undetermined", "low_confidence")
    assert found["conditions"][0]["doubt"] == "low_confidence"


@pytest.mark.parametrize(
    ("ends", "first"),
    [
        ({"check_before": "2026-06-30"}, "2026-07-01"),
        ({"check_before": "2026-06", "in_force": {"from": "2020", "to": "2026-03-31"}}, "2026-04-01"),
        ({"check_before": "2026-03-31", "in_force": {"from": "2020", "to": "2026"}}, "2026-04-01"),
    ],
)
def test_the_first_day_on_which_a_scheme_needs_checking(ends: dict[str, Any], first: str) -> None:
    assert scheme(leaf("a", "local", **{"is": True}), **ends).stale_since().isoformat() == first


def test_the_fact_that_settles_most_is_asked_first() -> None:
    assert most_telling({}) is None
    assert most_telling({"a": ["x", "y", "z"], "b": ["y"]}) == "y"
    assert most_telling({"a": ["x"], "b": ["y", "z"], "c": ["y", "z"]}) == "z", "all the same: by name"
    assert most_telling({"a": ["x"], "b": ["x", "w", "v"], "c": ["y", "u"], "d": ["y", "w"]}) == "x"
