"""In: counts of needs, cases and checks. Out: bars and columns to draw, small counts hidden, and rows for a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from services.questions.models import Tally

SMALL = 5
"""Counts from 1 to below this are not shown: few people could be known by them."""
FEW = f"少于 {SMALL}"
COVERED = "不显示"
"""Shown instead of a count that would give a hidden one away."""
HEAD = ("图表", "名称", "问了几次", "没直接答上", "没直接答上的比例")


@dataclass(frozen=True)
class Bar:
    """One line of a chart."""

    label: str
    """What it is about."""
    asked: int | None
    """How often; None: hidden."""
    vain: int | None
    """How many of them were not answered for certain; None: hidden."""
    length: float
    """0–100, of the longest bar."""
    vain_length: float
    """The part of it that was asked in vain."""
    few: bool
    """`asked` is hidden because it is small, not to cover another one."""

    @property
    def share(self) -> str:
        """In percent, as text; empty when it is hidden or nothing was asked."""
        return f"{100 * self.vain / self.asked:.0f}%" if self.asked and self.vain is not None else ""

    @property
    def words(self) -> str:
        """`asked` as text."""
        return str(self.asked) if self.asked is not None else FEW if self.few else COVERED

    @property
    def vain_words(self) -> str:
        """`vain` as text."""
        return str(self.vain) if self.vain is not None else COVERED


@dataclass(frozen=True)
class Chart:
    """What is drawn, and stands beside it as a table."""

    title: str
    """Its heading."""
    what: str
    """What the lines are: 主题, 街镇."""
    bars: tuple[Bar, ...]
    """From top to bottom, or from left to right."""
    columns: bool = False
    """Drawn upright, as time is."""


def hidden(counts: Sequence[int]) -> set[int]:
    """Places of the counts not to be shown: the small ones, and one more where a single one could be reckoned back.

    >>> sorted(hidden([90, 3, 8])), hidden([90, 8]), sorted(hidden([90, 3, 2]))
    ([1, 2], set(), [1, 2])
    """
    small = {at for at, count in enumerate(counts) if 0 < count < SMALL}
    others = [at for at, count in enumerate(counts) if count >= SMALL]
    if len(small) == 1 and others:
        small.add(min(others, key=lambda at: counts[at]))
    return small


def bars(tallies: Mapping[Any, Tally], label: Callable[[Any], str] = str) -> tuple[Bar, ...]:
    """One for each key, in their order."""
    keys = list(tallies)
    covered = hidden([tallies[key].asked for key in keys])
    # what was answered is what remains: it must not be small either
    vain_covered = hidden([tallies[key].vain for key in keys]) | {
        at for at, key in enumerate(keys) if 0 < tallies[key].asked - tallies[key].vain < SMALL
    }
    longest = max((tallies[key].asked for key in keys), default=0) or 1
    made = []
    for at, key in enumerate(keys):
        tally, no = tallies[key], at in covered
        vain = None if no or (at in vain_covered and tally.vain) else tally.vain
        length = 0.0 if no else 100 * tally.asked / longest
        vain_length = 100 * vain / longest if vain else 0.0
        made.append(Bar(label(key), None if no else tally.asked, vain, length, vain_length, tally.asked < SMALL))
    return tuple(made)


def by_size(tallies: Mapping[Any, Tally]) -> dict[Any, Tally]:
    """The most asked first."""
    return dict(sorted(tallies.items(), key=lambda pair: (-pair[1].asked, str(pair[0]))))


def every_week(tallies: Mapping[date, Tally], since: date, until: date) -> dict[date, Tally]:
    """Weeks from one Monday to another, also those in which nobody asked."""
    weeks = range((until - since).days // 7 + 1)
    return {day: tallies.get(day, Tally(0, 0)) for day in (since + timedelta(weeks=at) for at in weeks)}


def rows(charts: Iterable[Chart]) -> list[Sequence[str]]:
    """As a file holds them, in the order of HEAD."""
    return [(chart.title, bar.label, bar.words, bar.vain_words, bar.share) for chart in charts for bar in chart.bars]
