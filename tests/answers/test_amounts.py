"""Named amounts: the right figure on the right day."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from bot.answers.amounts import load_names, named_amounts, say_amount
from bot.answers.compose import compose
from bot.errors import DataError
from tests.answers.inventory import ITEMS, TODAY


@pytest.mark.parametrize(
    ("day", "figure"),
    [(date(2025, 6, 30), "2255"), (date(2025, 7, 1), "2305"), (date(2026, 6, 30), "2305"), (TODAY, "2340")],
)
def test_the_amount_in_force_on_the_day_asked_for(day: date, figure: str) -> None:
    lead = compose(ITEMS["employment.unemployment_benefit"], "ask_amount", day).blocks[0].lines[0]
    assert f"每月{figure}元" in lead


def test_past_amounts_are_hidden_once_a_newer_one_is_known() -> None:
    said = "".join(named_amounts(ITEMS["labour.minimum_wage"], TODAY))
    assert "2740" in said
    assert "2690" not in said


def test_a_past_amount_without_a_newer_one_says_so_and_whom_to_ask() -> None:
    answer = compose(ITEMS["medins.maternity.medical"], "ask_amount", TODAY)
    assert "2021年12月以前的数" in answer.blocks[0].lines[0]
    assert ("新的数打12393问",) in [block.lines for block in answer.blocks if block.kind == "note"]


def test_only_the_latest_of_several_past_amounts_is_kept() -> None:
    said = named_amounts(ITEMS["points.indicator.si_base"], date(2030, 1, 1))
    assert len(said) == len(set(said))
    assert len([line for line in said if line.startswith("社平80%的线")]) == 1


def test_every_name_leads_to_a_number_of_its_item() -> None:
    for item_id, names in load_names().items():
        for name in names:
            assert name.key in ITEMS[item_id]["numbers"], (item_id, name.key)
            assert re.fullmatch(r"(\d{4}-\d\d)?", name.since), name
            assert re.fullmatch(r"(\d{4}-\d\d)?", name.until), name


def test_no_amount_is_said_without_its_unit() -> None:
    for item_id in load_names():
        for line in named_amounts(ITEMS[item_id], TODAY):
            amount = line.split("：", 1)[1].split("（")[0]
            assert re.search(r"\d万?(元|%|分|倍|个月|天)$", amount), line


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (0.05, "%/日", "每日0.05%"),
        (37302, "元/月", "每月37302元"),
        (1000000, "元", "100万元"),
        (2263.8, "元/月", "每月2263.8元"),
        (12, "个月", "12个月"),
    ],
)
def test_amounts_as_people_say_them(value: float, unit: str, said: str) -> None:
    assert say_amount(value, unit) == said


def test_a_name_without_a_key_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "names.yml"
    file.write_text("labour.minimum_wage:\n  - {label: 月最低工资}\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"labour\.minimum_wage"):
        load_names(file)
