"""In: the tables beside the items. Out: records that fit each other and Minhang, or complaints."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import DataError
from bot.settings import ROOT
from services.knowledge import reference_files as tables

PLACES, POLICY = ROOT / "places", ROOT / "policy"


def test_minhang_has_fourteen_sub_districts_each_with_its_own_code_and_seat() -> None:
    found = tables.load_subdistricts(PLACES)
    assert len(found) == 14
    assert len({one.code for one in found}) == 14
    assert len({(one.lat, one.lon) for one in found}) == 14
    assert sorted({one.kind for one in found}) == ["工业区", "街道", "镇"]


def test_one_number_an_entry() -> None:
    numbers = {one.number: one for one in tables.load_hotlines(PLACES)}
    assert {"110", "119", "120", "12345", "12356"} <= set(numbers)
    assert numbers["120"].name == "急救电话"


def test_no_two_kinds_of_venue_share_a_name() -> None:
    kinds = tables.load_venue_kinds(PLACES)
    names = [name for kind in kinds for name in (kind.name, *kind.aliases)]
    assert len(names) == len(set(names))
    assert "community_affairs_center" in {kind.kind for kind in kinds}


def test_opening_hours_name_kinds_that_exist() -> None:
    known = {kind.kind for kind in tables.load_venue_kinds(PLACES)}
    assert {kind for entry in tables.load_opening_hours(PLACES) for kind in entry.kinds} <= known


def test_what_is_not_known_is_listed() -> None:
    assert len(tables.load_gaps(POLICY)) == 86


def test_doses_of_a_vaccine_follow_each_other() -> None:
    schedule = tables.load_immunisation(POLICY)
    assert len(schedule.rows) == 38
    for series in {(row.code, row.group) for row in schedule.rows}:
        doses = sorted((row.dose, row.age_months) for row in schedule.rows if (row.code, row.group) == series)
        assert [age for _, age in doses] == sorted(age for _, age in doses), series
    assert not any("需核实" in (row.note or "") + row.basis for row in schedule.rows)


def test_the_age_table_of_the_point_system_follows_its_formula() -> None:
    table = tables.load_points_table(POLICY)
    age = table.base_indicators.age
    assert sorted(age.lookup) == list(range(table.applicant_age.min, table.applicant_age.max + 1))
    assert all(points == min(30, 5 + 2 * max(0, 56 - years)) for years, points in age.lookup.items())


def test_worked_persons_add_up() -> None:
    examples = tables.load_points_examples(POLICY)
    assert len(examples) == 14
    for example in examples:
        total = sum(value for value in example.breakdown.values() if isinstance(value, int))
        if example.expected.total is not None:
            assert example.expected.total == max(total, 0), example.id
            assert example.expected.reaches_120 == (example.expected.total >= 120)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("a: b\n", "要一条一条地写"),
        ("- number: 12345\n", "号码：12345 被当成了数字"),
        ("- number: '12-3'\n", "要像 '12345' 这样"),
        ("- nummer: '110'\n", "是不是想写 number（号码）"),
        ("- {number: '110', name: a, what: b, confidence: high, evidence: guess}\n", "“guess”不行"),
        ("- {number: '110', name: a, what: b, confidence: high, evidence: secondary}\n" * 2, "“110”前面已经有了"),
        ("- 5\n", "名称: 内容"),
    ],
)
def test_mistakes_in_a_table_are_explained(tmp_path: Path, text: str, part: str) -> None:
    (tmp_path / "hotlines.yml").write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        tables.load_hotlines(tmp_path)
    assert part in caught.value.sentence


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ("lat: 31.112", "lat: 21.112", "纬度：“21.112”不行"),
        ("'310112101'", "'310115101'", "区划代码"),
        ("kind: 工业区", "kind: 开发区", "只能写 镇、街道、工业区"),
    ],
)
def test_a_sub_district_outside_minhang_is_refused(tmp_path: Path, old: str, new: str, part: str) -> None:
    text = (PLACES / "subdistricts.yml").read_text(encoding="utf-8")
    (tmp_path / "subdistricts.yml").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(DataError, match="第") as caught:
        tables.load_subdistricts(tmp_path)
    assert part in caught.value.sentence


def test_a_dose_ends_after_it_begins(tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    text = (POLICY / "tables" / "immunisation_schedule.yml").read_text(encoding="utf-8")
    broken = text.replace("complete_before_age_months: 3\n", "complete_before_age_months: -1\n")
    (tmp_path / "tables" / "immunisation_schedule.yml").write_text(broken, encoding="utf-8")
    with pytest.raises(DataError, match="剂次 第1条 最晚月龄：“-1”不行，要写一个数"):
        tables.load_immunisation(tmp_path)
