"""In: ways of saying a value. Out: the value meant; also the entities and the words facts are told back in."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.errors import DataError
from bot.understanding.facts import FactFinder, catalogue
from bot.understanding.facts.dates import find_dates, months_since
from bot.understanding.facts.durations import find_durations, in_unit
from bot.understanding.facts.labels import spoken_facts
from bot.understanding.facts.money import find_money
from bot.understanding.facts.numerals import parse

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("said", "low", "high"),
    [
        ("八个月", 8, 8), ("8个月", 8, 8), ("俩月", 2, 2),
        ("仨月", 3, 3), ("一年半", 18, 18), ("一年零两个月", 14, 14),
        ("两年三个月", 27, 27), ("大半年", 7, 11), ("小半年", 4, 5),
        ("半年", 6, 6), ("半年多", 6, 11), ("两年多", 24, 35),
        ("快半年了", 5, 5), ("快一年了", 10, 11),
        ("不到一年", 0, 11), ("两三年", 24, 36), ("七八个月", 7, 8),
        ("十来个月", 9, 12), ("十几个月", 11, 19),
        ("三个多月", 3, 3), ("两个半月", 2, 2), ("差不多一年", 11, 13),
        ("个把月", 1, 1), ("廿个月", 20, 20),
        ("二十多个月", 20, 29), ("半个月", 0, 0), ("六十天", 2, 2),
    ],
)  # fmt: skip
def test_lengths_in_whole_months(said: str, low: int, high: int) -> None:
    (span,) = find_durations(said)
    assert in_unit(span, "month") == (low, high)


@pytest.mark.parametrize("said", ["三年级", "8月", "2024年", "九零年代", "年底", "每月", "十二月", "几个月", "周三"])
def test_what_only_looks_like_a_length(said: str) -> None:
    dated = {place for span in find_dates(said, TODAY) for place in range(span.start, span.end)}
    assert [span for span in find_durations(said) if span.start not in dated] == []


@pytest.mark.parametrize(
    ("said", "iso"),
    [
        ("去年八月", "2025-08"), ("上个月十号", "2026-10-10"),
        ("前天", "2026-11-21"), ("九月一号", "2026-09-01"),
        ("十二月一号", "2025-12-01"), ("今年", "2026"),
        ("明年子", "2027"), ("前年", "2024"), ("2020年3月", "2020-03"),
        ("20年出生", "2020"), ("98年出生", "1998"),
        ("二零二四年三月", "2024-03"), ("2024-03-05", "2024-03-05"),
        ("上周三", "2026-11-18"), ("三个月前", "2026-08"),
        ("两天前", "2026-11-21"), ("三年前", "2023"),
        ("二〇一九年十一月五日", "2019-11-05"),
    ],
)  # fmt: skip
def test_dates_as_exact_as_said(said: str, iso: str) -> None:
    assert [span.text for span in find_dates(said, TODAY)] == [iso]


@pytest.mark.parametrize("said", ["农历八月", "正月初八", "2024年13月", "二月三十号", "属龙的", "3000年"])
def test_no_date_is_guessed(said: str) -> None:
    assert [span for span in find_dates(said, TODAY) if len(span.text) > 4] == []


def test_months_until_today() -> None:
    assert months_since("2024-03", TODAY) == (32, 32)
    assert months_since("2026-11-24", TODAY) == (0, 0)
    assert months_since("2027-01", TODAY) is None


@pytest.mark.parametrize(
    ("said", "low", "high"),
    [("八千块", 8000, 8000), ("1.2万", 12000, 12000),
     ("三千五", 3500, 3500), ("两千块", 2000, 2000), ("一万二", 12000, 12000),
     ("七千多", 7000, 7999), ("3k", 3000, 3000), ("1万5", 15000, 15000), ("500元", 500, 500), ("四五千", 4000, 5000)],
)  # fmt: skip
def test_sums_of_money(said: str, low: float, high: float) -> None:
    (span,) = find_money(said)
    assert (span.low, span.high) == (low, high)


@pytest.mark.parametrize("said", ["一共", "万一", "五险一金", "第三", "周一", "12个人平均3%"])
def test_what_is_no_money(said: str) -> None:
    assert [span for span in find_money(said) if span.kind in ("money", "big_number")] == []


@pytest.mark.parametrize("said", ["百千万", "十十", "点"])
def test_nonsense_is_no_number(said: str) -> None:
    assert parse(said) is None


def test_entities_with_usual_names_and_offsets() -> None:
    text = "我老家信阳,住莘庄,在受理中心办暂住证,五险交了8个月,前天花了三百块"
    entities = FactFinder().find(text, TODAY).entities
    assert [(e.type, e.value) for e in entities] == [
        ("place", "河南"), ("place", "莘庄镇"),
        ("organisation", "社区事务受理服务中心"), ("certificate", "居住证"),
        ("insurance", "社会保险"), ("duration", "8个月"),
        ("date", "2026-11-21"), ("money", "三百块"),
    ]  # fmt: skip
    assert text[entities[0].start : entities[0].end] == "信阳"


def test_facts_are_told_back_as_people_speak() -> None:
    facts = {
        "social_insurance_months": {"min": 24, "max": 35}, "has_residence_permit": False, "child_age": 6,
        "points_total": "unknown", "child_birth_date": "2020-03", "education_level": "college",
        "child_has_residence_permit": True, "subdistrict": "莘庄镇", "somebody_elses_fact": 3,
    }  # fmt: skip
    assert spoken_facts(facts) == {
        "社保": "24到35个月", "有居住证": "没有", "孩子年龄": "6岁", "积分": "不清楚", "孩子出生": "2020年3月",
        "学历": "大专", "孩子有居住证": "有", "住处": "莘庄镇",
    }  # fmt: skip


def test_every_fact_has_a_label_of_its_own() -> None:
    names = catalogue.by_name()
    labels = [label for name in names for label in spoken_facts({name: "unknown"})]
    assert len(labels) == len(set(labels)) == len(names)


def test_a_wrong_entry_says_where_it_is(tmp_path: Path) -> None:
    file = tmp_path / "catalogue.yml"
    file.write_text("words: {}\nfacts:\n- {name: x, label: 甲, type: number, heard: ['{没有这个词}']}\n", "utf-8")
    with pytest.raises(DataError, match=r"catalogue\.yml · x"):
        catalogue.load(file)
