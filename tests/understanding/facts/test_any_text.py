"""In: any text at all. Out: the finder never fails, its offsets are right, and time grows with length only."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.understanding.facts import FactFinder
from bot.understanding.facts.catalogue import by_name
from bot.understanding.facts.labels import spoken_facts

TODAY = date(2026, 11, 23)
FINDER = FactFinder()
_WORDS = (
    "我 娃 社保 居住证 合同 交了 没 有 八 两 十 百 千 万 零 廿 几 多 半 年 个 月 天 岁 号 日 分 块 元 不对 "
    "不是 是 老家 河南 莘庄 在 住 , 。 ? 吗 2024 3 12 1.2 去年 上个 前天 欠 工资 连续 断 从 到现在 "
    "年级 初 高 周 点 之 内 前 怀孕 一个月"
)
_PIECES = st.sampled_from([*_WORDS.split(), "\ue000", "\ue003"])
ANY_TEXT = st.one_of(st.text(max_size=3_000), st.lists(_PIECES, max_size=120).map("".join))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ANY_TEXT, st.sampled_from([None, "no_such_fact", *sorted(by_name())]))
def test_never_fails_and_says_only_what_can_be_told(text: str, asked: str | None) -> None:
    heard = FINDER.find(text, TODAY, asked)
    assert set(heard.facts) <= set(by_name())
    assert all(value is not None for value in heard.facts.values())
    assert all(spoken_facts(heard.facts).values())
    end = 0
    for entity in heard.entities:
        assert end <= entity.start < entity.end <= len(text)
        assert entity.value
        end = entity.end


@settings(max_examples=60, deadline=None)
@given(st.lists(_PIECES, max_size=60).map("".join))
def test_intervals_are_intervals(text: str) -> None:
    for value in FINDER.find(text, TODAY).facts.values():
        if isinstance(value, dict):
            assert value["min"] < value["max"]


@settings(max_examples=40, deadline=None)
@given(
    st.dates(date(2000, 2, 29), date(2060, 1, 1)),
    st.sampled_from(["去年二月二十九号受伤的", "上个月31号被辞退", "社保从前年三月交到现在"]),
)
def test_every_today_will_do(today: date, text: str) -> None:
    for name, value in FINDER.find(text, today).facts.items():
        if name.endswith("_date"):
            assert "-" in value or len(value) == 4


@pytest.mark.parametrize(
    "piece",
    [
        "社保交了8个月,居住证办了,合同没签,",
        "一二三四五六七八九十",
        "1",
        "不对",
        "有",
        "去年",
        "八个月不对",
        "我娃",
        "年",
    ],
)
def test_a_long_text_is_read_in_a_moment(piece: str) -> None:
    text = (piece * 3_000)[:3_000]
    FINDER.find(text, TODAY)
    took = min(_seconds(text) for _ in range(3))
    assert took < 0.1 * _slowness(), f"{took:.3f} s"


def _seconds(text: str) -> float:
    start = time.process_time()
    FINDER.find(text, TODAY)
    return time.process_time() - start


def _slowness() -> float:
    """How much slower this machine is just now than the one the budget was written for."""
    start = time.process_time()
    sum(number * number for number in range(300_000))
    return max(1.0, (time.process_time() - start) / 0.03)
