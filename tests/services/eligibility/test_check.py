"""The command `make check-data` runs."""

from __future__ import annotations

import runpy
import shutil
import sys
from pathlib import Path

import pytest

from bot.errors import DataError
from bot.settings import ROOT
from services.eligibility import check
from services.eligibility.files import SchemeBook, shipped_book
from tests.services.eligibility.world import FACTS, fact, leaf, scheme

CITY = "housing.public_rental.city"


def test_what_is_shipped_is_right(capsys: pytest.CaptureFixture[str]) -> None:
    assert check.main([]) == 0
    count = len(shipped_book().schemes)
    assert capsys.readouterr().out.splitlines()[-1] == f"查了 {count} 个方案：错误 0 条。"


def test_cases_that_are_missing_broken_or_wrong(tmp_path: Path) -> None:
    book = shipped_book()
    names = [CITY, "points.apply", "labour.arbitration"]
    for name in names[1:]:
        shutil.copytree(ROOT / "schemes" / name, tmp_path / name)
    (tmp_path / "points.apply" / "cases.yml").write_text("[1]", "utf-8")
    cases = tmp_path / "labour.arbitration" / "cases.yml"
    cases.write_text(cases.read_text("utf-8").replace("status: eligible", "status: undetermined", 1), "utf-8")
    found = {name: check.complaints_about(book, tmp_path, [name]) for name in names}
    assert found[CITY] == [f"schemes/{CITY}：缺 cases.yml。"]
    assert found["points.apply"] == ["schemes/points.apply/cases.yml · 第1个：要写成“名称: 内容”的样子。"]
    assert found["labour.arbitration"]
    assert all(one.startswith("schemes/labour.arbitration/cases.yml · ") for one in found["labour.arbitration"])


def test_one_scheme_by_name_and_a_fact_nobody_uses(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["check", CITY])
    assert check.main() == 0
    shipped = shipped_book()
    idle = SchemeBook({**shipped.facts, "shoe_size": fact("shoe_size", "bool")}, shipped.schemes)
    monkeypatch.setattr(check, "shipped_book", lambda: idle)
    assert check.main([]) == 1
    assert "schemes/facts.yml · shoe_size：没有方案用它。" in capsys.readouterr().out


def test_files_that_cannot_be_read_are_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> SchemeBook:
        raise DataError("schemes/x：坏了。")

    monkeypatch.setattr(check, "shipped_book", broken)
    assert check.main([]) == 1
    assert capsys.readouterr().out.splitlines() == ["schemes/x：坏了。", "查了 0 个方案：错误 1 条。"]


def test_a_fact_is_used_when_it_is_counted_or_implied() -> None:
    book = SchemeBook(FACTS, {"made.up": scheme(leaf("a", "age", at_least=18))})
    unused = check.unused_facts(book)
    assert "schemes/facts.yml · birth：没有方案用它。" not in unused
    assert "schemes/facts.yml · age：没有方案用它。" not in unused
    assert "schemes/facts.yml · area：没有方案用它。" in unused
    book = SchemeBook(FACTS, {"made.up": scheme(leaf("a", "has_permit", **{"is": True}))})
    assert "schemes/facts.yml · permit_months：没有方案用它。" not in check.unused_facts(book)


def test_as_a_program_it_ends_with_its_status(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["check", CITY])
    monkeypatch.delitem(sys.modules, "services.eligibility.check")
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("services.eligibility.check", run_name="__main__")
    assert ended.value.code == 0
