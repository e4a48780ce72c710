"""In: a running server. Out: what a message costs in a long conversation, and what a quick second message waits."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from aiohttp import ClientSession

from benchmarks.load import ask_timed, client
from benchmarks.peers import Peer
from benchmarks.stats import median, percentile

SECOND_AFTER_S = 0.01


@dataclass(frozen=True)
class AfterTurns:
    """One more message in a conversation that is already long."""

    turns: int
    """Turns the conversation had."""
    p50_ms: float
    """Middle time of a message, ms; NaN when none was answered."""
    cpu_ms: float
    """CPU time of the server for a message, ms."""
    failed: int
    """Messages without an answer."""


@dataclass(frozen=True)
class SecondMessage:
    """Two messages of one conversation, the second sent 10 ms after the first."""

    pairs: int
    """How many pairs were sent."""
    alone_p50_ms: float
    """A message sent alone, just before, ms."""
    extra_p50_ms: float
    """From the first answer (or the sending of the second) to the second answer, less `alone_p50_ms`; at least 0."""
    extra_max_ms: float
    """The same, worst pair."""
    failed: int
    """Messages without an answer."""


async def after_turns(
    peer: Peer, questions: Iterator[str], turns: Sequence[int], asks: int, cpu: Callable[[], float]
) -> list[AfterTurns]:
    """Asks so many questions in one conversation each time it has reached one of the lengths.

    Args:
        peer: the server.
        questions: an endless stream.
        turns: lengths, ascending.
        asks: questions at every length.
        cpu: CPU seconds the server's processes have used so far.
    """
    texts = [next(questions) for _ in range(200)]
    results: list[AfterTurns] = []
    async with client() as http:
        for length in turns:
            await peer.give_history(http, "long", length, texts)
            before = cpu()
            asked = [await ask_timed(peer.ask, http, "long", next(questions)) for _ in range(asks)]
            used = cpu() - before
            times = [one.seconds for one in asked if not one.failure]
            failed = len(asked) - len(times)
            results.append(AfterTurns(length, median(times) * 1e3, used / len(asked) * 1e3, failed))
    return results


async def second_message(peer: Peer, questions: Iterator[str], pairs: int) -> SecondMessage:
    """Sends pairs of messages, every pair in a conversation of its own."""
    alone: list[float] = []
    waits: list[float] = []
    failed = 0
    async with client() as http:
        for number in range(pairs):
            conversation = f"pair-{number}"
            first = await ask_timed(peer.ask, http, conversation, next(questions))
            seconds, failures = await _pair(peer, http, conversation, next(questions), next(questions))
            failed += bool(first.failure) + failures
            if not first.failure:
                alone.append(first.seconds)
            if not failures:
                waits.append(seconds)
    middle = median(alone)
    extra = [max(0.0, wait - middle) * 1e3 for wait in waits]
    return SecondMessage(pairs, middle * 1e3, median(extra), percentile(extra, 1.0), failed)


async def _pair(peer: Peer, http: ClientSession, conversation: str, one: str, two: str) -> tuple[float, int]:
    """Seconds from when the second message could be served to its answer, and how many of the two failed."""

    async def timed(text: str, wait: float) -> tuple[float, float, bool]:
        await asyncio.sleep(wait)
        sent = time.perf_counter()
        asked = await ask_timed(peer.ask, http, conversation, text)
        return sent, sent + asked.seconds, bool(asked.failure)

    first, second = await asyncio.gather(timed(one, 0), timed(two, SECOND_AFTER_S))
    return max(0.0, second[1] - max(first[1], second[0])), first[2] + second[2]
