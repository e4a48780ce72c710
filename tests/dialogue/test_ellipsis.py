"""A piece of a sentence after a question becomes the whole sentence it stands for; whole ones stay as they are."""

from __future__ import annotations

import pytest

from bot.dialogue.ellipsis import LONGEST_QUESTION, completed, kept_question, moves_on
from bot.dialogue.memory import Memory
from bot.messages import Understood

PERMIT = Memory(topic="residence.permit.apply", question="办居住证要带什么", named="居住证")
UMBRELLA = Memory(topic="venue.shared_umbrella", question="借伞要不要押金", named="借伞")
PENSION = Memory(topic="labour.pension_transfer", question="养老保险能转回老家不", named="转回老家")
SUBSIDY = Memory(question="补贴咋领", choices={"a": ["育儿补贴"], "b": ["技能提升补贴"]}, open_act="ask_procedure")


def heard(text: str, act: str = "ask_overview", item_score: float = 0.0, **more: object) -> Understood:
    return Understood(text, text, act, 0.5, item_id="x.y" if item_score else None, item_score=item_score, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "memory", "whole"),
    [
        ("那居住登记呢", PERMIT, "办居住登记要带什么"),
        ("积分的呢?", PERMIT, "办积分要带什么"),
        ("小孩呢", PERMIT, "小孩办居住证要带什么"),
        ("没工作的呢", PERMIT, "没工作办居住证要带什么"),
        ("医保里的呢", PENSION, "医保能转回老家不"),
        ("图书馆的书呢", UMBRELLA, "图书馆的书要不要押金"),
        ("积分呢", Memory(topic="a.b", question="要不要钱"), "积分要不要钱"),
    ],
)
def test_the_piece_takes_the_place_of_what_was_asked_for(text: str, memory: Memory, whole: str) -> None:
    assert completed(heard(text), memory) == whole


@pytest.mark.parametrize(
    "text",
    [
        "怎么办呢",
        "要多少钱呢",
        "还有呢",
        "然后呢",
        "为什么呢",
        "这个呢",
        "要带户口本吗",
        "我想问下居住登记，还有公租房呢",
    ],
)
def test_a_whole_question_stays_as_it_is(text: str) -> None:
    assert completed(heard(text), PERMIT) is None


def test_nothing_is_completed_without_a_question_or_while_one_of_ours_is_open() -> None:
    asking = Memory(topic="a.b", question="办居住证要带什么", asked={"fact": "applicant_age"})
    looking = Memory(topic="a.b", question="莘庄社区中心在哪", looking_for="莘庄社区中心在哪")
    assert [completed(heard("那积分呢"), memory) for memory in (Memory(), asking, looking)] == [None] * 3
    assert completed(heard("我要是没了呢", supposed={"points_total": 1}), PERMIT) is None
    assert completed(heard("我不想活了呢", alert="suicide"), PERMIT) is None


def test_what_tells_the_choice_is_read_with_the_question() -> None:
    assert completed(heard("考了电工证的", "inform"), SUBSIDY) == "考了电工证的，补贴咋领"
    assert completed(heard("生了娃的那种", item_score=0.2), SUBSIDY) == "生了娃的那种，补贴咋领"


def test_a_pick_and_a_new_question_are_left_alone() -> None:
    assert completed(heard("第二个", "inform"), SUBSIDY) is None
    assert completed(heard("都不是", "deny"), SUBSIDY) is None
    assert completed(heard("居住证在哪办", "ask_place", 0.98), SUBSIDY) is None


def test_of_a_long_story_the_end_is_kept() -> None:
    kept = kept_question("我从河南来的，" * 40 + "公租房能申请吗")
    assert kept.endswith("公租房能申请吗")
    assert len(kept) <= LONGEST_QUESTION


def test_another_thing_is_moved_on_to_another_person_is_not() -> None:
    assert moves_on(Understood("那居住登记呢", "办居住登记要带什么", "ask_materials", 0.9))
    assert not moves_on(Understood("小孩呢", "小孩办居住证要带什么", "ask_materials", 0.9))
    assert not moves_on(Understood("那居住登记呢", "那居住登记呢", "ask_overview", 0.9))
