"""Lines as one says them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers.fixed import danger, say
from bot.answers.say_numbers import say_numbers
from bot.answers.spoken import speak, to_spoken
from bot.messages import Answer, Block


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("打12345", "打幺二三四五"),
        ("马上打120或110", "马上打幺二零或幺幺零"),
        ("达到120分", "达到一百二十分"),
        ("加起来看够不够120", "加起来看够不够一百二十"),
        ("电话34972601", "电话三四九七二六零幺"),
        ("每月12345.5元", "每月一万二千三百四十五点五元"),
        ("满2年", "满两年"),
        ("12个月", "十二个月"),
        ("2026年7月1日起", "二零二六年七月一日起"),
        ("4/14–4/27登记", "四月十四日到四月二十七日登记"),
        ("周一9:00-11:30", "周一九点到十一点三十分"),
        ("50%～100%", "百分之五十到百分之一百"),
        ("0.05%", "百分之零点零五"),
        ("12/18/24个月", "十二、十八、二十四个月"),
        ("2024—2026年", "二零二四到二零二六年"),
    ],
)
def test_figures_in_words(line: str, said: str) -> None:
    assert say_numbers(line) == said


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("劳动（工作）合同", "劳动合同"),
        ("满半年（或社保连续6个月）后办", "满半年，或社保连续六个月后办"),
        ("《上海市居住证》", "上海市居住证"),
        ("沪府规〔2025〕9号", "沪府规，二零二五，九号"),
        ("“一网通办”（zwdt.sh.gov.cn）专栏", "一网通办专栏"),
        ("①先登记②再办", "第一，先登记第二，再办"),
    ],
)
def test_marks_become_pauses(line: str, said: str) -> None:
    assert speak(line) == said


def test_sources_and_states_are_not_read_out() -> None:
    answer = Answer((Block("lead", ("免费",)), Block("source", ("依据：《办法》",)), Block("state", ("没核对",))))
    assert to_spoken(answer) == "免费。"


def test_the_lead_is_said_even_when_long() -> None:
    answer = Answer((Block("lead", ("长" * 200,)), Block("points", ("第二句",))))
    assert to_spoken(answer) == "长" * 200 + "。"
    assert to_spoken(answer, full=True).endswith("第二句。")


def test_a_danger_begins_with_its_number() -> None:
    assert to_spoken(danger("fire")).startswith("马上打幺幺九。")
    assert "二十四小时" in to_spoken(say("not_understood", hotline="12345"))


@given(st.text(max_size=300))
def test_any_text_can_be_said_and_keeps_no_digit(text: str) -> None:
    assert not re.search(r"[0-9（）()《》〔〕\[\]]", speak(text))
