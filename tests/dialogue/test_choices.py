"""What people answer to "which of these do you mean?"."""

from __future__ import annotations

import pytest

from bot.dialogue.choices import Pick, pick

CHOICES = {
    "housing.public_rental.city": ["市筹公共租赁住房", "公租房", "市里的公租房"],
    "housing.affordable_rental": ["保障性租赁住房", "保租房"],
    "housing.youth_station": ["青年驿站", "免费短住"],
}


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("1", 0), ("第一个", 0), ("一", 0), ("选2", 1), ("第二个吧", 1), ("我要第三个", 2), ("最后一个", 2),
        ("头一个", 0), ("公租房那个", 0), ("保租房", 1), ("保租房的", 1), ("青年驿站", 2), ("后面那个", 2),
    ],
)  # fmt: skip
def test_a_choice_is_recognised(said: str, place: int) -> None:
    assert pick(said, CHOICES) == list(CHOICES)[place]


@pytest.mark.parametrize("said", ["都不是", "都不对啊", "没有一个是"])
def test_none_of_them(said: str) -> None:
    assert pick(said, CHOICES) is Pick.NONE_OF_THEM


@pytest.mark.parametrize(
    "said", ["", "4", "第四个", "我想问工资不发找谁", "租", "孩子上学要什么材料", "一年级报名", "三个月没发工资了"]
)
def test_anything_else_is_not_an_answer(said: str) -> None:
    assert pick(said, CHOICES) is Pick.NOT_AN_ANSWER


def test_a_name_that_fits_two_choices_is_not_an_answer() -> None:
    assert pick("公租房", {"a": ["市公租房"], "b": ["区公租房"]}) is Pick.NOT_AN_ANSWER
