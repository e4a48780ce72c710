"""Charts of needs: counted by topic, place, channel and week; small counts hidden; the same in files."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest

from bot.clock import now
from services.questions.counting import week_of
from services.questions.models import Asked, Tally
from staff.figures import Chart, bars, by_size, every_week, rows
from tests.staff.conftest import Desk, desk_on

ROW = Asked(now(), "c", "web", "居住证怎么办", "ask_procedure", "residence.permit.apply", 0.9, True, "先登记",
            "residence.permit.apply", 1, "莘庄镇", "residence")  # fmt: skip


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Desk]:
    """A console whose figures nobody else changes."""
    with desk_on(f"sqlite:///{tmp_path / 'staff.db'}", tmp_path) as made:
        yield made


def test_a_small_count_cannot_be_reckoned_back() -> None:
    made = bars({"a": Tally(100, 0), "b": Tally(30, 0), "c": Tally(4, 0)})
    assert [(bar.asked, bar.words) for bar in made] == [(100, "100"), (None, "不显示"), (None, "少于 5")]
    assert [bar.length for bar in made] == [100, 0, 0]
    vain = bars({"a": Tally(100, 3), "b": Tally(100, 98), "c": Tally(100, 40), "d": Tally(100, 0)})
    assert [bar.vain for bar in vain] == [None, None, None, 0], "what remains after 98 of 100 is as small as 2"
    assert [bar.share for bar in bars({"a": Tally(50, 20)})] == ["40%"]
    assert bars({}) == ()


def test_weeks_without_questions_are_there_too() -> None:
    monday = week_of(now())
    found = every_week({monday: Tally(9, 0)}, monday - timedelta(weeks=2), monday)
    assert [tally.asked for tally in found.values()] == [0, 0, 9]
    assert list(by_size({"x": Tally(1, 0), "y": Tally(2, 0)})) == ["y", "x"]
    assert rows([Chart("周", "周", bars({"a": Tally(9, 9)}))]) == [("周", "a", "9", "9", "100%")]


def test_page_and_files_say_the_same_and_hide_the_same(own: Desk) -> None:
    vain = replace(ROW, told_item="", told="没听懂", item_id="", topic="", area="", text="=cmd|x 绿本本")
    own.console.questions.add([*[ROW] * 12, *[vain] * 8, *[replace(ROW, area="浦江镇", channel="wechat")] * 2])
    editor = own.person("editor")
    page = editor.get("/figures?weeks=4").text
    assert "莘庄镇" in page
    assert "少于 5" in page
    assert "绿本本" not in page, "no words of anybody"
    table = list(csv.reader(StringIO(editor.get("/figures/export?weeks=4").content.decode("utf-8-sig"))))
    assert ["按街镇", "莘庄镇", "12", "0", "0%"] in table
    assert ["按街镇", "浦江镇", "少于 5", "不显示", ""] in table
    assert ["按主题", "没听出事项", "8", "8", "100%"] in table
    assert editor.get("/figures/export?form=xlsx").content[:2] == b"PK"
    only = list(csv.reader(StringIO(editor.get("/figures/export?channel=wechat").content.decode("utf-8-sig"))))
    assert ["按街镇", "浦江镇", "少于 5", "不显示", ""] in only
    assert not [line for line in only if "莘庄镇" in line]
    assert "exported" in own.person("admin").get("/audit?did=exported").text


def test_hostile_filters_are_no_filters(own: Desk) -> None:
    editor = own.person("editor")
    for query in ("weeks=999", "channel=<script>", "area=%00%ed%a0%80<b>", "topic=' or 1=1", "form=exe"):
        assert editor.get(f"/figures?{query}").status_code == 200
        assert "<script>" not in editor.get(f"/figures?{query}").text
        assert editor.get(f"/figures/export?{query}").status_code == 200


def test_what_citizens_say_of_their_cases_is_counted(own: Desk) -> None:
    cases = own.console.cases
    for at in range(12):
        case = cases.open("request", "", "催一下", "13812345678", "web", conversation_id=f"c{at}")
        cases.move(case.number, 1, "agent", "answered", "请来补照片", True)
        if at < 6:
            cases.outcome(case.number, "5678", "solved")
    page = own.person("editor").get("/figures").text
    assert '<th scope="row">求助</th><td class="figure">12</td><td class="figure">6</td>' in page
