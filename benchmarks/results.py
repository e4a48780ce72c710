"""In: one run of the load driver with the CPU used meanwhile. Out: the results measured on one server, as data."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.load import Load
from benchmarks.probes import AfterTurns, SecondMessage
from benchmarks.processes import Process
from benchmarks.stats import percentile, share


@dataclass(frozen=True)
class Level:
    """One run of the load driver."""

    people: int
    """Conversations at once."""
    distinct: bool
    """Whether no text was asked twice."""
    asked: int
    """Messages sent."""
    per_second: float
    """Messages answered a second."""
    p50_ms: float
    """Times of the answered ones, ms."""
    p95_ms: float
    p99_ms: float
    cpu_ms: float
    """CPU time of the server's process tree for a message, answered or not, ms."""
    failures: dict[str, int]
    """Messages without an answer, by kind."""
    degraded: int
    """Answers given without the full engine."""
    repeated_share: float
    """Share of texts this server had been asked before, 0–1."""
    client_cores: float
    """CPU the driver took from the server, in cores."""
    other_cores: float
    """CPU that programs outside the test took meanwhile, in cores."""


@dataclass(frozen=True)
class PeerResult:
    """All that was measured on one server."""

    first_answer_s: float
    """From start to the first answer worth the name, perhaps by a part that is already loaded."""
    ready_s: float
    """From start to the first answer with everything loaded."""
    memory_before: tuple[Process, ...]
    """Its processes after the warm-up."""
    levels: tuple[Level, ...]
    """By number of people; the last one with distinct texts."""
    after_turns: tuple[AfterTurns, ...]
    """By length of the conversation."""
    second: SecondMessage
    """Quick second messages."""
    memory_after: tuple[Process, ...]
    """Its processes at the end."""


def summary(
    load: Load, people: int, distinct_texts: bool, cpu: float, busy: float, degraded: int, repeated: float
) -> Level:
    """The figures of one run of the driver.

    Args:
        cpu, busy: CPU seconds used meanwhile by the server, and by the whole machine.
    """
    times = [seconds * 1e3 for seconds in load.answered]
    p50, p95, p99 = (percentile(times, part) for part in (0.5, 0.95, 0.99))
    return Level(
        people=people,
        distinct=distinct_texts,
        asked=len(load.asked),
        per_second=share(len(times), load.seconds),
        p50_ms=p50,
        p95_ms=p95,
        p99_ms=p99,
        cpu_ms=share(cpu, len(load.asked)) * 1e3,
        failures=load.failures,
        degraded=degraded,
        repeated_share=repeated,
        client_cores=share(load.client_cpu_seconds, load.seconds),
        other_cores=max(0.0, share(busy - cpu - load.client_cpu_seconds, load.seconds)),
    )
