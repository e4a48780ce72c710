"""In: weeks, channel, sub-district, topic. Out: what people need, how well they were answered: charts and files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from fastapi import APIRouter, Request, Response

from bot.clock import SHANGHAI, now, today
from services.cases.followups import Outcomes
from services.cases.models import KIND_NAMES
from services.knowledge.snapshot import Published
from services.knowledge.topics import TOPIC_NAMES
from services.questions.counting import week_of
from services.questions.models import Dimension
from staff.act_names import CHANNEL_NAMES
from staff.console import Console
from staff.figures import HEAD, Chart, bars, by_size, every_week, hidden, rows
from staff.gate import Visit, need
from staff.pages import render
from staff.sheets import download

WEEKS = {"4": "四周", "13": "一个季度", "26": "半年", "52": "一年"}
MOST_AREAS = 30


@dataclass(frozen=True)
class Wanted:
    """What is to be counted."""

    weeks: str
    """One of WEEKS."""
    chosen: Mapping[Dimension, str]
    """Only these."""

    @classmethod
    def read(cls, weeks: str, channel: str, area: str, topic: str) -> Wanted:
        """From an address; what makes no sense counts as not asked for."""
        given: dict[Dimension, str] = {
            "channel": channel if channel in CHANNEL_NAMES else "",
            "area": area[:32].replace("\x00", "").encode("utf-8", "replace").decode(),
            "topic": topic if topic in TOPIC_NAMES else "",
        }
        return cls(weeks if weeks in WEEKS else "13", {key: value for key, value in given.items() if value})

    @property
    def query(self) -> dict[str, str]:
        """For an address."""
        return {"weeks": self.weeks, **{str(name): value for name, value in self.chosen.items()}}


def router(console: Console) -> APIRouter:
    """The pages."""
    routes = APIRouter(prefix="/figures")

    @routes.get("")
    def figures(
        request: Request, weeks: str = "", channel: str = "", area: str = "", topic: str = "",
        visit: Visit = need("editor"),
    ) -> Response:  # fmt: skip
        wanted = Wanted.read(weeks, channel, area, topic)
        charts = _charts(console, wanted)
        areas = [name for name in console.questions.counted("area", _since(wanted), {}) if name][:MOST_AREAS]
        values: dict[str, Any] = {"charts": charts, "wanted": wanted, "areas": areas, "weeks": WEEKS}
        values |= {"channels": CHANNEL_NAMES, "outcomes": _outcomes(console, wanted), "kinds": KIND_NAMES}
        snapshot = console.serving.snapshot()
        return render(request, "figures.html", visit, coverage=console.checks.coverage(snapshot, today()), **values)

    @routes.get("/export")
    def export(
        request: Request, form: str = "csv", weeks: str = "", channel: str = "", area: str = "", topic: str = "",
        visit: Visit = need("editor"),
    ) -> Response:  # fmt: skip
        """What the page shows, nothing more: what is hidden there is hidden here."""
        wanted = Wanted.read(weeks, channel, area, topic)
        console.audit.note(visit.user, "exported", "figures", **wanted.query)
        found = [*rows(_charts(console, wanted)), *_outcome_rows(_outcomes(console, wanted))]
        found += [
            ("核对进度", TOPIC_NAMES[one.topic], str(one.total), f"已核对 {one.verified}", "")
            for one in console.checks.coverage(console.serving.snapshot(), today())
        ]
        return download(form, "figures", "统计", HEAD, found)

    return routes


def _since(wanted: Wanted) -> Any:
    return week_of(now()) - timedelta(weeks=int(wanted.weeks) - 1)


def _charts(console: Console, wanted: Wanted) -> list[Chart]:
    since, asked = _since(wanted), console.questions.counted
    weeks = every_week(asked("week", since, wanted.chosen), since, week_of(now()))
    made = [Chart("每周", "星期一", bars(weeks, lambda day: f"{day:%m-%d}"), columns=True)]
    names: tuple[tuple[Dimension, str, str, Mapping[str, str]], ...] = (
        ("topic", "按主题", "主题", {**TOPIC_NAMES, "": "没听出事项"}), ("area", "按街镇", "街镇", {"": "没说街镇"}),
        ("channel", "按渠道", "渠道", CHANNEL_NAMES),
    )  # fmt: skip
    for by, title, what, known in names:
        found = by_size(asked(by, since, wanted.chosen))
        made.append(Chart(title, what, bars(found, lambda key, known=known: known.get(key, key))))  # type: ignore[misc]
    if not wanted.chosen:
        current = console.serving.snapshot().current
        found = console.questions.top_items(since)
        made.append(Chart("问得最多的事项", "事项", bars(found, lambda key: _name(current, key))))
    return made


def _outcomes(console: Console, wanted: Wanted) -> dict[str, tuple[Outcomes, tuple[str, ...]]]:
    """By kind: the numbers, and them as words with small ones hidden."""
    since = datetime.combine(_since(wanted), time.min, SHANGHAI)
    made = {}
    for kind, one in console.follow_ups.outcomes(since).items():
        numbers = (one.answered, one.solved, one.unsolved, one.not_yet, one.silent)
        covered = {at + 1 for at in hidden(numbers[1:])} | ({0} if 0 < one.answered < 5 else set())
        made[kind] = (one, tuple("不显示" if at in covered else str(number) for at, number in enumerate(numbers)))
    return made


def _name(current: Mapping[str, Published], item_id: str) -> str:
    return current[item_id].item.name if item_id in current else item_id


def _outcome_rows(outcomes: Mapping[str, tuple[Outcomes, tuple[str, ...]]]) -> list[tuple[str, ...]]:
    names = ("已反馈", "办成了", "没办成", "还没去", "没有回话")
    return [
        (f"办成了吗：{KIND_NAMES[kind]}", name, number, "", "")
        for kind, (_, numbers) in outcomes.items() for name, number in zip(names, numbers, strict=True)
    ]  # fmt: skip
