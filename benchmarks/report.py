"""In: what was measured on the servers. Out: one table of figures with ratios, as JSON data and as Markdown."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.machine import Machine
from benchmarks.results import Level, PeerResult
from benchmarks.stats import share, times_better


@dataclass(frozen=True)
class Row:
    """One figure of both servers."""

    name: str
    """What it is, with its unit, for a reader."""
    ours: float
    """NaN when not measured."""
    stock: float
    """NaN when not measured."""
    less_is_better: bool = True
    """Which way is good."""

    @property
    def ratio(self) -> float:
        """How many times better ours is; NaN when it cannot be said."""
        return times_better(self.ours, self.stock, self.less_is_better)


def figures(result: PeerResult) -> Iterator[tuple[str, float, bool]]:
    """Name, value and whether less is better, for every figure of one server."""
    for level in result.levels:
        where = f"{level.people} 人同时问" + ("，句句不同" if level.distinct else "")
        yield f"{where}：每秒答几句", level.per_second, False
        yield f"{where}：p50 毫秒", level.p50_ms, True
        yield f"{where}：p95 毫秒", level.p95_ms, True
        yield f"{where}：p99 毫秒", level.p99_ms, True
        yield f"{where}：每句用 CPU 毫秒", level.cpu_ms, True
        yield f"{where}：没答上的占 %", share(sum(level.failures.values()), level.asked) * 100, True
    for long in result.after_turns:
        yield f"聊过 {long.turns} 轮后再问一句：p50 毫秒", long.p50_ms, True
        yield f"聊过 {long.turns} 轮后再问一句：CPU 毫秒", long.cpu_ms, True
    yield "隔 10 毫秒连发两句，第二句多等：p50 毫秒", result.second.extra_p50_ms, True
    yield "隔 10 毫秒连发两句，第二句多等：最多 毫秒", result.second.extra_max_ms, True
    yield "从启动到答出第一句：秒", result.first_answer_s, True
    yield "从启动到全部就绪：秒", result.ready_s, True
    yield "内存（全部进程，热身后）：MB", sum(process.rss_mb for process in result.memory_before), True
    yield "内存（全部进程，测完后）：MB", sum(process.rss_mb for process in result.memory_after), True


def rows(results: Mapping[str, PeerResult]) -> list[Row]:
    """One row for every figure measured on either server."""
    known = {name: {label: value for label, value, _ in figures(result)} for name, result in results.items()}
    labels = {label: less for result in results.values() for label, _, less in figures(result)}
    ours, stock = known.get("ours", {}), known.get("stock", {})
    return [Row(label, ours.get(label, math.nan), stock.get(label, math.nan), less) for label, less in labels.items()]


def as_json(machine: Machine, results: Mapping[str, PeerResult], notes: Mapping[str, Any]) -> dict[str, Any]:
    """Everything measured, ready for json.dumps: what is not a number becomes null."""
    table = [asdict(row) | {"ratio": row.ratio} for row in rows(results)]
    peers = {name: asdict(result) for name, result in results.items()}
    data: dict[str, Any] = _plain({"machine": asdict(machine), "notes": dict(notes), "rows": table, "servers": peers})
    return data


def as_markdown(machine: Machine, results: Mapping[str, PeerResult], notes: Mapping[str, Any]) -> str:
    """The page for docs/reference/benchmarks.md."""
    lines = ["# 速度：来沪通和原版 Rasa 3.6.21", "", "<!-- 由 make bench 生成（加 --write），请不要手改。 -->", ""]
    lines += ["两边在同一台机器上先后跑，问同样的话。怎么量、哪里不公平，见 `benchmarks/README.md`。", ""]
    lines += [f"- 机器：{machine.cpu}，{machine.cores} 核，{machine.memory_gb:.0f} GB 内存；{machine.system}"]
    lines += [f"- 时间：{machine.day}；开始前系统负载 {machine.load_before:.1f}；{machine.versions}"]
    lines += [f"- {name}：{value}" for name, value in notes.items()]
    lines += ["", "| 指标 | 来沪通 | 原版 Rasa | 好几倍 |", "|---|---:|---:|---:|"]
    lines += [f"| {r.name} | {number(r.ours)} | {number(r.stock)} | {number(r.ratio)} |" for r in rows(results)]
    for name, result in results.items():
        lines += [
            "",
            f"## {'来沪通' if name == 'ours' else '原版 Rasa'}：每一档的情形",
            "",
            *_levels(result.levels),
            "",
        ]
        processes = "、".join(f"{process.name} {process.rss_mb:.0f} MB" for process in result.memory_after)
        lines += [f"测完后的进程：{processes}"]
    return "\n".join(lines) + "\n"


def number(value: float) -> str:
    """A figure with three digits that count, or a dash.

    >>> number(1234.5), number(12.34), number(0.1234), number(0.0), number(math.nan)
    ('1234', '12.3', '0.123', '0', '—')
    """
    if math.isnan(value):
        return "—"
    if abs(value) >= 100 or value == 0:
        return f"{value:.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.3g}"


def _levels(levels: tuple[Level, ...]) -> Iterator[str]:
    yield "| 同时几人 | 问了几句 | 问过的话占 % | 没答上 | 引擎没答、兜底答的 | 客户端占核 | 旁的程序占核 |"
    yield "|---:|---:|---:|---|---:|---:|---:|"
    for level in levels:
        failed = "、".join(f"{kind} {count}" for kind, count in level.failures.items()) or "0"
        yield (
            f"| {level.people}{'（句句不同）' if level.distinct else ''} | {level.asked} "
            f"| {level.repeated_share * 100:.0f} | {failed} | {level.degraded} "
            f"| {level.client_cores:.2f} | {level.other_cores:.2f} |"
        )


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
