"""In: inventories with one thing wrong. Out: the finding that tells a clerk, and the exit code."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.settings import ROOT
from services.knowledge import findings
from services.knowledge.check import check, item_mentions, main
from services.knowledge.findings import Finding
from services.knowledge.yaml_text import dump_yaml
from tests.services.knowledge.inventory_samples import item, item_data, write_policy

DAY = date(2026, 11, 23)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project with right data."""
    shutil.copytree(ROOT / "places", tmp_path / "places")
    write_policy(tmp_path / "policy")
    shutil.copytree(ROOT / "policy" / "tables", tmp_path / "policy" / "tables")
    shutil.copy(ROOT / "policy" / "gaps.yml", tmp_path / "policy")
    return tmp_path


def housing(project: Path, **changes: Any) -> None:
    """Changes the one item of policy/housing.yml."""
    text = dump_yaml([item_data(id="housing.test_room", **changes)])
    (project / "policy" / "housing.yml").write_text(text, encoding="utf-8")


def messages(project: Path, level: str) -> str:
    """All findings of a level."""
    return "\n".join(one.message for one in check(project, DAY).found if one.level == level)


def test_the_data_of_this_project_is_free_of_errors() -> None:
    report = check(ROOT, DAY)
    assert [one.message for one in report.found if one.level == "error"] == []
    assert report.items == 180


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"notes": ["需核实：金额"]}, "注意事项 第1条：“需核实”要写进内部备注"),
        ({"numbers": {"a": {"value": 1, "unit": "元", "note": "需核实"}}}, "数量标准 a：“需核实”"),
        ({"notes": ["找张三，身份证 310112199001011234"]}, "里面好像有身份证号"),
        ({"clerk_notes": ["王姐 13812345678"]}, "内部备注 第1条：里面好像有手机号"),
        ({"notes": ["卡号6222021234567890123"]}, "里面好像有卡号"),
        ({"notes": ["见 housing.no_such_thing"]}, "没有 housing.no_such_thing 这个事项"),
        ({"conditions": [{"text": "x", "rule": "x", "source_ref": "s2"}]}, "来源 s2 在这里没有"),
        ({"numbers": {"a": {"value": 1, "unit": "块"}}}, "没有“块”这个单位"),
        ({"audience": ""}, "服务对象：是空的"),
    ],
)
def test_errors_are_found(project: Path, changes: dict[str, Any], part: str) -> None:
    housing(project, **changes)
    assert part in messages(project, "error")


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"phone": "98765"}, "咨询方式：号码 98765 不在 places/hotlines.yml 里"),
        ({"notes": ["不清楚就拨99887"]}, "号码 99887"),
        ({"sources": [{"ref": "s1", "title": "旧办法", "effective_to": "2026-11-22"}]}, "“旧办法”2026-11-22 已经到期"),
        ({"aliases": ["labour房"]}, "常用叫法“labour房”同时写在"),
        (
            {"sources": [{"ref": r, "title": "同一份", "effective_from": "2020"} for r in ("s1", "s2")]},
            "s1 和 s2 是同一份文件，有效时间重叠",
        ),
    ],
)
def test_reminders_are_found(project: Path, changes: dict[str, Any], part: str) -> None:
    housing(project, **changes)
    assert messages(project, "error") == ""
    assert part in messages(project, "warning")


@pytest.mark.parametrize(
    "phone",
    [
        "12345",
        "12333／12345",
        "64985020",
        "021-12348",
        "34972601（2022年公布）；12345",
        "120（急）/ 12320",
        "021-64985020",
    ],
)
def test_known_and_plausible_numbers_are_left_alone(phone: str) -> None:
    known = ["12345", "12333", "12348", "120", "12320"]
    assert list(findings.odd_phones([item(phone=phone)], known)) == []


def test_a_document_that_ends_today_has_not_ended() -> None:
    source = {"ref": "s1", "title": "x", "effective_to": "2026-11-23"}
    assert list(findings.ended_sources([item(sources=[source])], DAY)) == []


@pytest.mark.parametrize(("start", "overlaps"), [("2025-01-01", False), ("2024-12-31", True)])
def test_versions_of_a_document_may_follow_but_not_overlap(start: str, overlaps: bool) -> None:
    listed = [
        {"ref": "s1", "title": "办法", "effective_from": start},
        {"ref": "s2", "title": "办法", "effective_from": "2020-01-01", "effective_to": "2024-12-31"},
    ]
    assert bool(list(findings.overlapping_sources([item(sources=listed)]))) is overlaps


def test_other_files_that_name_items_are_read(project: Path) -> None:
    file = project / "data" / "nlu" / "housing" / "x.yml"
    file.parent.mkdir(parents=True)
    file.write_text('nlu:\n- examples:\n  - {text: "a", metadata: {item: housing.gone}}\n', encoding="utf-8")
    assert item_mentions(project)["data/nlu/housing/x.yml"] == ["housing.gone"]
    assert "data/nlu/housing/x.yml：没有 housing.gone 这个事项" in messages(project, "error")


def test_places_that_do_not_fit_are_found(project: Path) -> None:
    hours = project / "places" / "opening_hours_patterns.yml"
    hours.write_text(hours.read_text("utf-8").replace("- library", "- libary"), encoding="utf-8")
    lines = project / "places" / "hotlines.yml"
    lines.write_text(lines.read_text("utf-8").replace("'64985020'", "'64985021'"), encoding="utf-8")
    assert "venue_kinds.yml 里没有 libary" in messages(project, "error")
    assert "电话 64985020 不在 hotlines.yml 里" in messages(project, "warning")


def test_every_broken_table_is_told(project: Path) -> None:
    (project / "policy" / "gaps.yml").write_text("- what:\n", encoding="utf-8")
    (project / "places" / "subdistricts.yml").unlink()
    (project / "policy" / "tables" / "residence_points.yml").write_text("standard_score: a\n", encoding="utf-8")
    found = messages(project, "error")
    for part in ("policy/gaps.yml · 第1条", "places/subdistricts.yml：读不到", "tables/residence_points.yml"):
        assert part in found


def test_the_command_prints_counts_and_fails_on_errors(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--root", str(project), "--day", "2026-11-23"]) == 0
    assert "查了 12 个事项：错误 0 条，提醒 0 条。" in capsys.readouterr().out
    housing(project, notes=["需核实：x"])
    assert main(["--root", str(project)]) == 1
    assert capsys.readouterr().out.startswith("错误  policy/housing.yml")


def test_errors_stand_before_reminders(project: Path) -> None:
    housing(project, notes=["需核实：x"], phone="98765")
    levels = [one.level for one in check(project, DAY).found]
    assert levels == ["error", "warning"]
    assert isinstance(check(project, DAY).found[0], Finding)
