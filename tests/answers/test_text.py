"""Cutting fields into lines."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers.phones import contact_lines, phone_to_ask, phones_of
from bot.answers.text import is_empty, lines_of, say_date, sentences, sentences_of, unsaid


@given(st.text(alphabet="登记免费。；（）“”，1 \n", max_size=200))
def test_cutting_loses_only_marks_and_blanks(text: str) -> None:
    def bare(said: str) -> str:
        return re.sub(r"[。；;！\s]", "", said)

    assert bare("".join(sentences(text))) == bare(text)
    assert all(piece in text for piece in sentences(text))


def test_short_fields_stay_whole() -> None:
    assert lines_of("免费；自愿项目自理。") == ["免费；自愿项目自理"]


def test_long_fields_are_cut_and_long_notes_only_at_full_stops() -> None:
    long = "甲" * 40 + "；" + "乙" * 40 + "。" + "丙"
    assert len(lines_of(long)) == 3
    assert sentences_of(long) == ["甲" * 40 + "；" + "乙" * 40, "丙"]


@pytest.mark.parametrize("nothing", [None, "", "  ", "不适用", "无"])
def test_a_field_that_says_nothing(nothing: str | None) -> None:
    assert is_empty(nothing)
    assert lines_of(nothing) == []


def test_what_was_said_is_not_said_again() -> None:
    assert unsaid(["5个工作日内审核", "7日内送达", "先带身份证去"], "审核5个工作日") == ["7日内送达", "先带身份证去"]


@pytest.mark.parametrize(("day", "said"), [("2018", "2018年"), ("2025-03", "2025年3月"), (None, ""), ("", "")])
def test_dates_of_any_precision(day: str | None, said: str) -> None:
    assert say_date(day) == said


@pytest.mark.parametrize(
    ("field", "numbers", "ask"),
    [
        (
            "12333（社保）／12366（税务缴费）／12393（医保）",
            ["12333（社保）", "12366（税务缴费）", "12393（医保）"],
            "12333",
        ),
        ("12320 或 12345", ["12320", "12345"], "12320"),
        ("12356；危急时 110 / 120", ["12356", "危急时 110", "120"], "12356"),
        ("120；纠纷投诉 12345", ["120", "纠纷投诉 12345"], "12345"),
        ("12345 转区卫健委", ["12345 转区卫健委"], "12345"),
        ("问单位", ["问单位"], "12345"),
        (None, ["12345"], "12345"),
    ],
)
def test_telephone_fields(field: str | None, numbers: list[str], ask: str) -> None:
    assert phones_of({"phone": field}) == numbers
    assert phone_to_ask({"phone": field}) == ask


def test_the_citizen_hotline_comes_last_and_once() -> None:
    assert contact_lines({"phone": "12333"}) == ["打12333（人社热线）", "打不通或说不清，打12345（市民热线，24小时）"]
    assert contact_lines({"phone": "12320 或 12345"}) == ["打12320（卫生热线）", "也可以打12345（市民热线）"]
