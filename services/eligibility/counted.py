"""In: a scheme on a day and what is known. Out: its outcome as data: total, lines, what is missing, ways to get it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.eligibility.explain import filled
from services.eligibility.facts.known import Known, Range, Value
from services.eligibility.facts.models import FactRef
from services.eligibility.models import Bound, Way
from services.eligibility.outcome.counter import CountedLine, Counter
from services.eligibility.outcome.doses import AGE_FACT, ASKED_FACT, SEX_FACT, doses
from services.eligibility.rules.compiler import facts_of
from services.eligibility.rules.parameters import neat
from services.eligibility.rules.verdict import NO
from services.eligibility.scheme import OnDay, Scheme, line_facts

_MOST_PENDING = 3
"""With more lines open than these a sum tells nothing."""


@dataclass(frozen=True)
class Counted:
    """An outcome."""

    kind: str
    """points, amount, months, deadline or doses."""
    unit: str | None
    """Of the total."""
    total: Range
    """Lowest and highest."""
    lines: tuple[dict[str, Any], ...]
    """One a line."""
    gap: Range | None
    """Missing to the threshold; zero when it is reached."""
    ways: tuple[dict[str, Any], ...]
    """What a person can do, with what it adds."""
    deadlines: tuple[dict[str, Any], ...]
    """Days to keep."""
    so_far: dict[str, Any] | None
    """The total should everything not told be as usual, less the few lines that are still open; None when more are,
    or when all was told."""
    doses: dict[str, Any] | None
    """Doses due to a child, of the outcome of that kind."""
    open: list[str]
    """Facts without which the total is not exact."""

    def to_dict(self) -> dict[str, Any]:
        """As JSON of the contract."""
        exact = self.total[0] == self.total[1]
        total = neat(self.total[0]) if exact and self.lines else None
        return {
            "kind": self.kind,
            "unit": self.unit,
            "points": total if self.kind == "points" else None,
            "amount": total if self.kind == "amount" else None,
            "months": total if self.kind == "months" else None,
            "range": [neat(end) for end in self.total] if self.lines else None,
            "breakdown": list(self.lines),
            "gap": None if self.gap is None else [neat(end) for end in self.gap],
            "ways": list(self.ways),
            "deadlines": list(self.deadlines),
            "so_far": self.so_far,
            "doses": self.doses,
        }


def counted(scheme: Scheme, today: OnDay, known: Known) -> Counted:
    """The outcome of a scheme that has one."""
    counter = today.counter
    assert counter is not None
    total, threshold = counter.total(known.values), counter.threshold()
    gap = None if threshold is None else (max(0.0, threshold - total[1]), max(0.0, threshold - total[0]))
    found = [line for line in counter.lines if line.when is None or line.when.judge(known.values) != NO]
    return Counted(
        counter.outcome.kind,
        counter.outcome.unit,
        total,
        tuple(_line(scheme, today, known, line) for line in counter.lines),
        gap,
        tuple(_ways(scheme, counter, known, total)) if gap and gap[1] else (),
        tuple(_deadlines(scheme, today, counter, known)),
        _so_far(scheme, today, counter, known, total),
        _doses(scheme, counter, known),
        _open(scheme, counter, found, known),
    )


def _open(scheme: Scheme, counter: Counter, lines: list[CountedLine], known: Known) -> list[str]:
    """Facts that keep a line from being exact."""
    names: dict[str, None] = {}
    for counted_line in lines:
        low, high = counted_line.value(known.values)
        if low != high:
            names.update(dict.fromkeys(line_facts(counted_line.line)))
    for due in counter.deadlines:
        if due.when is None or due.when.judge(known.values) != NO:
            names[due.deadline.since] = None
            names.update(dict.fromkeys(facts_of(due.deadline.when) if due.deadline.when else ()))
    if counter.outcome.kind == "doses" and not _exact(known.values.get(AGE_FACT)):
        names[ASKED_FACT] = None
    wanted = [name for name in names if name in scheme.facts and name not in known.dont_know]
    return [name for name in wanted if not _exact(known.values.get(name))]


def _so_far(scheme: Scheme, today: OnDay, counter: Counter, known: Known, total: Range) -> dict[str, Any] | None:
    """Only of points: money is not guessed at."""
    if counter.outcome.kind != "points" or total[0] == total[1]:
        return None
    values = {**known.values, **_usual(scheme, known.values)}
    lines = [(filled(line.line.text, today.worths), *line.value(values)) for line in counter.lines]
    certain = [{"text": text, "value": neat(low)} for text, low, high in lines if low == high and low]
    pending = [text for text, low, high in lines if low != high]
    if not certain or len(pending) > _MOST_PENDING:
        return None
    low, threshold = counter.total(values)[0], counter.threshold()
    unsure = bool(pending) and threshold is not None and low < threshold
    gap = None if threshold is None or unsure else neat(max(0.0, threshold - low))
    return {"total": neat(low), "gap": gap, "lines": certain, "pending": pending}


def _usual(scheme: Scheme, values: Mapping[str, Value]) -> dict[str, Value]:
    """What is usual of the facts nobody told."""
    found: dict[str, Value] = {}
    for name in scheme.order:
        usual = scheme.facts[name].usual
        if usual is None or _exact(values.get(name)):
            continue
        if isinstance(usual, FactRef):
            same = values.get(usual.same_as)
            if same is not None:
                found[name] = same
        else:
            found[name] = _value(usual)
    return found


def _doses(scheme: Scheme, counter: Counter, known: Known) -> dict[str, Any] | None:
    if counter.outcome.kind != "doses" or scheme.schedule is None:
        return None
    age = known.values.get(AGE_FACT)
    return doses(scheme.schedule, age if isinstance(age, tuple) else None, known.values.get(SEX_FACT), known.as_of)


def _exact(value: Value | None) -> bool:
    return value is not None and (not isinstance(value, tuple) or value[0] == value[1])


def _line(scheme: Scheme, today: OnDay, known: Known, counted_line: CountedLine) -> dict[str, Any]:
    low, high = counted_line.value(known.values)
    line = counted_line.line
    return {
        "id": line.id,
        "text": filled(line.text, today.worths),
        "value": neat(low) if low == high else None,
        "range": [neat(low), neat(high)],
        "group": line.group,
        "source": scheme.sources.get(line.cite),
        "sure": counted_line.sure,
    }


def _ways(scheme: Scheme, counter: Counter, known: Known, total: Range) -> list[dict[str, Any]]:
    """Each way with what it adds at least, as the author ordered them; those that add nothing are left out."""
    threshold = counter.threshold()
    found = []
    for way in counter.outcome.ways:
        after = counter.total({**known.values, **_set(way)})
        added = after[0] - total[0]
        if added > 0:
            reaches = threshold is not None and after[0] >= threshold
            source = scheme.sources.get(way.cite)
            found.append({"text": way.text, "adds": neat(added), "reaches": reaches, "source": source})
    return found


def _set(way: Way) -> Mapping[str, Value]:
    return {name: _value(bound) for name, bound in way.sets.items()}


def _value(bound: Bound) -> Value:
    if isinstance(bound, bool | str):
        return bound
    return float(bound), float(bound)


def _deadlines(scheme: Scheme, today: OnDay, counter: Counter, known: Known) -> list[dict[str, Any]]:
    found = []
    for due in counter.deadlines:
        day = due.day(known.values)
        if day is None:
            continue
        found.append(
            {
                "id": due.deadline.id,
                "text": filled(due.deadline.text, today.worths),
                "date": day[0].isoformat(),
                "exact": day[1],
                "days_left": (day[0] - known.as_of).days,
                "source": scheme.sources.get(due.deadline.cite),
                "sure": due.sure,
            }
        )
    return found
