"""In: results of one or both servers. Out: rows, JSON without NaN, and a Markdown page."""

from __future__ import annotations

import json
import math
from dataclasses import replace

from benchmarks.machine import this_machine
from benchmarks.ours import degraded_in
from benchmarks.probes import AfterTurns, SecondMessage
from benchmarks.processes import Process
from benchmarks.report import as_json, as_markdown, rows
from benchmarks.results import Level, PeerResult

LEVEL = Level(8, False, 100, 50.0, 10.0, 20.0, 30.0, 8.0, {"empty": 25}, 1, 0.4, 0.05, 0.1)
OURS = PeerResult(
    first_answer_s=2.0,
    ready_s=10.0,
    memory_before=(Process(1, "python", 5.0, 300.0), Process(2, "valkey", 1.0, 10.0)),
    levels=(LEVEL, replace(LEVEL, distinct=True)),
    after_turns=(AfterTurns(100, 10.0, 8.0, 0),),
    second=SecondMessage(5, 10.0, 2.0, 4.0, 0),
    memory_after=(Process(1, "python", 9.0, 320.0),),
)
STOCK = replace(OURS, levels=(replace(LEVEL, per_second=5.0, p50_ms=120.0),), ready_s=100.0)


def test_rows_pair_the_same_figure_of_both() -> None:
    by_name = {row.name: row for row in rows({"ours": OURS, "stock": STOCK})}
    assert by_name["8 人同时问：每秒答几句"].ratio == 10
    assert by_name["8 人同时问：p50 毫秒"].ratio == 12
    assert by_name["8 人同时问：没答上的占 %"].ours == 25
    assert by_name["从启动到全部就绪：秒"].ratio == 10
    assert by_name["内存（全部进程，热身后）：MB"].ours == 310
    assert math.isnan(by_name["8 人同时问，句句不同：p50 毫秒"].stock)


def test_one_side_alone_has_no_ratios() -> None:
    assert all(math.isnan(row.ratio) and math.isnan(row.ours) for row in rows({"stock": STOCK}))


def test_json_has_null_where_nothing_was_measured() -> None:
    silent = replace(OURS, second=SecondMessage(5, math.nan, math.nan, math.nan, 15))
    text = json.dumps(as_json(this_machine(), {"ours": silent, "stock": STOCK}, {"甲": 1}), allow_nan=False)
    data = json.loads(text)
    assert data["servers"]["ours"]["second"]["alone_p50_ms"] is None
    assert data["servers"]["ours"]["levels"][0]["failures"] == {"empty": 25}
    assert data["notes"] == {"甲": 1}


def test_the_page_has_every_row_and_names_failures() -> None:
    page = as_markdown(this_machine(), {"ours": OURS, "stock": STOCK}, {"问题": "四百句"})
    assert all(f"| {row.name} |" in page for row in rows({"ours": OURS, "stock": STOCK}))
    assert "empty 25" in page
    assert "nan" not in page
    assert "四百句" in page


def test_degraded_answers_are_read_from_metrics() -> None:
    text = "# HELP laihutong_degraded_answers_total x\n" + "\n".join(
        [
            'laihutong_degraded_answers_total{reason="engine_slow"} 3.0',
            'laihutong_degraded_answers_total{reason="failed"} 1.0',
            "other_total 7.0",
        ]
    )
    assert degraded_in(text) == 4
    assert degraded_in("") == 0
