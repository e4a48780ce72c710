"""In: schemes/<id>/cases.yml. Out: which cases a scheme gets wrong, and which conditions no case tries both ways.

A case is a person whose answer a clerk has thought through: the tests run them all, and so does `make check-data`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from bot.errors import BadInput, DataError
from services.eligibility.assess import assess
from services.eligibility.facts.models import Part
from services.eligibility.scheme import Scheme
from services.knowledge.complaints import complaints
from services.knowledge.text_types import PartialDate, Text
from services.knowledge.yaml_text import read_yaml

Status = Literal["eligible", "ineligible", "undetermined"]


class Case(Part):
    """One thought-through person."""

    name: Text = Field(..., title="名称", description="一句话说这个人")
    on: PartialDate = Field(..., title="哪天", description="按哪天的规则判")
    facts: dict[str, Any] = Field({}, title="事实", description="这个人的情况；不知道的写 null")
    status: Status = Field(..., title="结论", description="eligible、ineligible 或 undetermined")
    because: tuple[str, ...] | None = Field(None, title="因为", description="不行的人：决定结论的条件编号")
    ask: str | None = Field(None, title="该问", description="下一个该问的事实")
    since: PartialDate | None = Field(None, alias="from", title="从哪天起行", description="不行的人哪天起就行了")
    needs_check: str | None = Field(None, title="要核实", description="stale、low_confidence、no_value、judged")
    total: float | tuple[float, float] | None = Field(
        None, title="合计", description="分数、金额或月数；没定的写 [低, 高]"
    )
    deadlines: dict[str, PartialDate] = Field({}, title="期限", description="期限编号: 日期")


def load_cases(path: Path) -> tuple[Case, ...]:
    """The cases of one file.

    Raises:
        DataError: with a sentence for every wrong field.
    """
    data = read_yaml(path)
    where = f"schemes/{path.parent.name}/{path.name}"
    if not isinstance(data, list) or not data:
        raise DataError(f"{where}：要一个一个地写，每个前面加“- ”。")
    found = []
    for number, entry in enumerate(data, 1):
        if not isinstance(entry, dict):
            raise DataError(f"{where} · 第{number}个：要写成“名称: 内容”的样子。")
        try:
            found.append(Case(**entry))
        except ValidationError as error:
            wrong = complaints(error, Case, entry, f"{where} · 第{number}个")
            raise DataError("\n".join(one.message for one in wrong), tuple(wrong)) from error
    return tuple(found)


def faults(scheme: Scheme, case: Case) -> list[str]:
    """What the scheme gets wrong about a case, one sentence each."""
    try:
        found = assess(scheme, case.facts, case.on.first_day())
    except BadInput as error:
        return [f"{case.name}：{error.sentence}"]
    return [f"{case.name}：{fault}" for fault in _differences(case, found)]


def _differences(case: Case, found: Mapping[str, Any]) -> Iterator[str]:
    if found["status"] != case.status:
        states = {c["id"]: c["status"] for c in found["conditions"]}
        yield f"结论是 {found['status']}，应该是 {case.status}（{states}）"
    deciding = {c["id"] for c in found["conditions"] if c["status"] == "unmet" and c["decides"]}
    if case.because is not None and deciding != set(case.because):
        yield f"决定结论的是 {sorted(deciding)}，应该是 {sorted(case.because)}"
    asked = (found["next_question"] or {}).get("fact")
    if case.ask is not None and asked != case.ask:
        yield f"接着问的是 {asked}，应该是 {case.ask}"
    since = (found["eligible_from"] or {}).get("date")
    if case.since is not None and since != case.since:
        yield f"从 {since} 起行，应该是 {case.since}"
    if case.needs_check is not None and found["needs_check"] != case.needs_check:
        yield f"要核实的原因是 {found['needs_check']}，应该是 {case.needs_check}"
    outcome = found["outcome"] or {}
    if case.total is not None:
        wanted = list(case.total) if isinstance(case.total, tuple) else [case.total, case.total]
        if outcome.get("range") != wanted:
            yield f"合计是 {outcome.get('range')}，应该是 {wanted}"
    days = {one["id"]: one["date"] for one in outcome.get("deadlines", ())}
    for name, day in case.deadlines.items():
        if days.get(name) != day:
            yield f"期限 {name} 是 {days.get(name)}，应该是 {day}"


def untried(scheme: Scheme, cases: Sequence[Case]) -> list[str]:
    """Statuses that no case has, and conditions that no case shows met or no case shows unmet."""
    seen: dict[str, set[str]] = {}
    statuses, doubtful = set(), False
    for case in cases:
        try:
            found = assess(scheme, case.facts, case.on.first_day())
        except BadInput:
            continue
        statuses.add(found["status"])
        for condition in found["conditions"]:
            unsure = condition["doubt"] in ("judged", "low_confidence", "no_value")
            doubtful = doubtful or unsure
            seen.setdefault(condition["id"], set()).add("unsure" if unsure else condition["status"])
    missing = [status for status in ("eligible", "ineligible", "undetermined") if status not in statuses]
    # Where a number is unsure or a person decides, a clear yes or no may be out of reach on purpose.
    found_missing = [f"没有结论是 {status} 的例子" for status in missing if not doubtful or status == "undetermined"]
    for name, states in seen.items():
        found_missing += [
            f"条件 {name} 没有一个例子是 {state}"
            for state in ("met", "unmet")
            if state not in states and "unsure" not in states
        ]
    return found_missing
