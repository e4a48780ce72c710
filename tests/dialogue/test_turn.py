"""What is done about a sentence: answer, ask back, stay with the topic, or admit being lost."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.dialogue.memory import Memory
from bot.dialogue.turn import Clarify, Lost, Tell, decide, in_context, takes_back, trouble
from bot.messages import Entity, ItemScore, Understood

PERMIT, REGISTRATION, POINTS = "residence.permit.apply", "residence.registration", "points.apply"


def heard(act: str, *scores: tuple[str, float], text: str = "随便一句") -> Understood:
    items = [ItemScore(*score) for score in scores]
    first: dict[str, Any] = {"item_id": items[0].item_id, "item_score": items[0].score} if items else {}
    return Understood(text, text, act, 0.9, alternatives=tuple(items[1:]), **first)


def test_a_sure_item_is_answered() -> None:
    assert decide(heard("ask_cost", (PERMIT, 0.9), (REGISTRATION, 0.05)), Memory()) == Tell(PERMIT, "ask_cost")


def test_two_close_items_are_asked_back() -> None:
    decision = decide(heard("ask_cost", (PERMIT, 0.4), (REGISTRATION, 0.35), (POINTS, 0.05)), Memory())
    assert decision == Clarify((PERMIT, REGISTRATION), "ask_cost")


def test_at_most_four_choices() -> None:
    scores = [(f"item.{n}", 0.2) for n in range(5)]
    decision = decide(heard("ask_time", *scores), Memory())
    assert isinstance(decision, Clarify)
    assert len(decision.item_ids) == 4


def test_without_any_item_we_admit_it() -> None:
    assert decide(heard("ask_cost"), Memory()) == Lost()


def test_a_question_without_a_name_stays_with_the_topic() -> None:
    memory = Memory(topic=PERMIT, act="ask_conditions")
    assert decide(heard("ask_materials"), memory) == Tell(PERMIT, "ask_materials")


def test_the_topic_wins_when_it_is_among_what_may_be_meant() -> None:
    memory = Memory(topic=PERMIT)
    decision = decide(heard("ask_time", (REGISTRATION, 0.5), (PERMIT, 0.3)), memory)
    assert decision == Tell(PERMIT, "ask_time")


def test_a_new_name_changes_the_topic() -> None:
    memory = Memory(topic=PERMIT)
    assert decide(heard("ask_time", (POINTS, 0.95)), memory) == Tell(POINTS, "ask_time")


def test_a_choice_answers_the_open_question() -> None:
    memory = Memory(choices={PERMIT: ["居住证"], REGISTRATION: ["居住登记"]}, open_act="ask_cost")
    assert decide(heard("out_of_scope", text="第二个"), memory) == Tell(REGISTRATION, "ask_cost")


def test_none_of_the_choices_is_admitted() -> None:
    memory = Memory(choices={PERMIT: ["居住证"], REGISTRATION: ["居住登记"]}, open_act="ask_cost")
    assert decide(heard("deny", text="都不是"), memory) == Lost()


def test_a_new_question_is_not_taken_for_a_choice() -> None:
    memory = Memory(choices={PERMIT: ["居住证"], REGISTRATION: ["居住登记"]}, open_act="ask_cost")
    decision = decide(heard("ask_materials", (POINTS, 0.9), text="积分要什么材料"), memory)
    assert decision == Tell(POINTS, "ask_materials")


@pytest.mark.parametrize("act", ["affirm", "inform"])
def test_an_act_without_a_part_asks_for_the_last_part_again(act: str) -> None:
    memory = Memory(topic=PERMIT, act="ask_time")
    assert decide(heard(act), memory) == Tell(PERMIT, "ask_time")


def test_more_is_the_rest_of_the_last_answer() -> None:
    memory = Memory(topic=PERMIT, act="ask_materials", more=True)
    said = heard("out_of_scope", text="更多")
    assert in_context(said, memory) == "ask_more"
    assert decide(said, memory) == Tell(PERMIT, "ask_materials", rest=True)


def test_more_means_nothing_when_there_is_no_more() -> None:
    assert in_context(heard("inform", text="更多"), Memory(topic=PERMIT)) == "inform"


def test_danger_goes_before_an_open_choice() -> None:
    memory = Memory(choices={PERMIT: ["居住证"], REGISTRATION: ["居住登记"]}, open_act="ask_cost")
    said = Understood("第二个", "第二个", "inform", 0.9, alert="suicide")
    assert in_context(said, memory) == "danger"


def test_a_choice_can_be_described() -> None:
    memory = Memory(choices={PERMIT: ["居住证"], REGISTRATION: ["居住登记"]}, open_act="ask_cost")
    said = Understood(
        "就是满半年换的那张卡", "就是满半年换的那张卡", "inform", 0.9, alternatives=(ItemScore(PERMIT, 0.3),)
    )
    assert decide(said, memory) == Tell(PERMIT, "ask_cost")


def test_a_description_that_fits_both_is_no_choice() -> None:
    memory = Memory(choices={PERMIT: ["居住证"], REGISTRATION: ["居住登记"]}, open_act="ask_cost")
    both = (ItemScore(PERMIT, 0.3), ItemScore(REGISTRATION, 0.28))
    assert in_context(Understood("住的那个", "住的那个", "inform", 0.9, alternatives=both), memory) == "inform"


def test_a_statement_that_asks_goes_on_with_the_topic() -> None:
    memory = Memory(topic=PERMIT, act="ask_cost")
    said = Understood("听人讲要五十,对不对", "听人讲要五十,对不对", "inform", 0.9)
    assert in_context(said, memory) == "ask_on"
    assert decide(said, memory) == Tell(PERMIT, "ask_cost")


def test_a_statement_that_asks_about_something_else_changes_the_topic() -> None:
    memory = Memory(topic=PERMIT, act="ask_cost")
    said = Understood("积分的呢", "积分的呢", "inform", 0.9, alternatives=(ItemScore(POINTS, 0.6),))
    assert decide(said, memory) == Tell(POINTS, "ask_cost")


def test_a_plain_statement_stays_one() -> None:
    assert in_context(Understood("我河南的", "我河南的", "inform", 0.9), Memory(topic=PERMIT)) == "inform"


def test_an_unclear_sentence_in_the_middle_of_a_talk_stays_with_it() -> None:
    memory = Memory(topic=PERMIT, act="ask_materials")
    decision = decide(heard("check_eligibility", (REGISTRATION, 0.45), (POINTS, 0.12)), memory)
    assert decision == Tell(PERMIT, "check_eligibility")


def statement(*scores: tuple[str, float], acts: tuple[tuple[str, float], ...] = ()) -> Understood:
    guesses = tuple(ItemScore(*score) for score in scores)
    return Understood("x", "x", "inform", 0.6, alternatives=guesses, acts=(("inform", 0.6), *acts))


def test_trouble_at_the_start_is_answered() -> None:
    said = statement((PERMIT, 0.2), (POINTS, 0.01), acts=(("report_problem", 0.3),))
    assert trouble(said, Memory()) == Tell(PERMIT, "report_problem")


def test_trouble_that_may_be_two_things_is_asked_back() -> None:
    said = statement((PERMIT, 0.09), (REGISTRATION, 0.07), acts=(("report_problem", 0.3),))
    assert trouble(said, Memory()) == Clarify((PERMIT, REGISTRATION), "report_problem")


def test_a_plain_fact_hints_at_nothing() -> None:
    assert trouble(statement((PERMIT, 0.01), acts=(("report_problem", 0.3),)), Memory()) == Lost()
    assert trouble(statement((PERMIT, 0.4)), Memory()) == Lost()


def test_a_fact_in_the_middle_of_a_talk_is_only_noted() -> None:
    assert trouble(statement((PERMIT, 0.4)), Memory(topic=POINTS)) == Lost()


def test_a_guess_at_small_talk_in_the_middle_of_a_talk_is_about_the_topic() -> None:
    said = Understood(
        "能告吗", "能告吗", "capabilities", 0.34, acts=(("capabilities", 0.34), ("check_eligibility", 0.3))
    )
    assert in_context(said, Memory(topic=PERMIT)) == "ask_on"
    assert decide(said, Memory(topic=PERMIT)) == Tell(PERMIT, "check_eligibility")


def test_a_sentence_that_follows_on_stays_unless_the_new_item_is_clear() -> None:
    memory = Memory(topic=PERMIT, act="ask_cost")
    assert decide(heard("ask_time", (POINTS, 0.6), text="那什么时候报名"), memory) == Tell(PERMIT, "ask_time")
    assert decide(heard("ask_time", (POINTS, 0.7), text="那积分什么时候办"), memory) == Tell(POINTS, "ask_time")


def test_a_correction_that_names_another_item_goes_there() -> None:
    memory = Memory(topic=PERMIT, act="ask_cost")
    said = heard("correct", (REGISTRATION, 0.7), text="我问的不是居住证,是居住登记")
    assert in_context(said, memory) == "ask_on"
    assert decide(said, memory) == Tell(REGISTRATION, "ask_cost")


def test_a_bare_place_after_a_search_searches_there() -> None:
    said = Understood("七宝", "七宝", "inform", 0.7, entities=(Entity("place", "七宝镇", 0, 2),))
    assert in_context(said, Memory(looking_for="最近的图书馆")) == "find_place"
    assert in_context(said, Memory()) == "inform"


@pytest.mark.parametrize(("text", "does"), [("不对，是10个月", True), ("哎讲错了", True), ("是10个月", False)])
def test_taking_back(text: str, does: bool) -> None:
    assert takes_back(text) is does


@pytest.mark.parametrize(
    ("text", "score", "topic"),
    [
        ("社保中间断过，得行不", 0.8, REGISTRATION),
        ("房东不给盖章，行吗", 0.8, REGISTRATION),
        ("居住证过期了，还能申请不", 0.95, PERMIT),
        ("我的居住证行不行", 0.8, PERMIT),
    ],
)
def test_a_question_without_an_object_is_about_the_topic(text: str, score: float, topic: str) -> None:
    decision = decide(heard("check_eligibility", (PERMIT, score), text=text), Memory(topic=REGISTRATION))
    assert decision == Tell(topic, "check_eligibility")


@pytest.mark.parametrize(
    ("text", "topic", "act"),
    [
        ("干活的时候摔断了腿", "labour.work_injury_recognition", "inform"),
        ("干活的时候摔断了腿", "labour.wage_arrears", "danger"),
        ("干活的时候摔断了腿", None, "danger"),
        ("他从脚手架上摔下来没反应了", "labour.work_injury_recognition", "danger"),
    ],
)
def test_an_injury_told_while_claims_are_talked_of_is_no_cry_for_help(text: str, topic: str | None, act: str) -> None:
    said = Understood(text, text, "inform", 0.9, alert="serious_injury")
    assert in_context(said, Memory(topic=topic)) == act


def test_a_piece_that_names_another_thing_leaves_the_topic_even_when_it_sounds_like_it() -> None:
    asked = heard("ask_materials", (PERMIT, 0.64), (REGISTRATION, 0.35))
    piece = replace(asked, text="那居住登记呢", normalized="办居住登记要带什么")
    assert decide(piece, Memory(topic=PERMIT)) == Tell(REGISTRATION, "ask_materials")
    assert decide(asked, Memory(topic=PERMIT)) == Tell(PERMIT, "ask_materials")
