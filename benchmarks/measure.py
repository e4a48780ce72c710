"""In: a server that is not running, questions and a plan. Out: everything measured on it, from its start to its end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Iterator
from dataclasses import dataclass
from pathlib import Path

from aiohttp import ClientError

from benchmarks.load import client, drive
from benchmarks.peers import Peer, Refused
from benchmarks.probes import after_turns, second_message
from benchmarks.processes import Servers, machine_busy_seconds
from benchmarks.questions import distinct, repeated_share, repeating
from benchmarks.results import Level, PeerResult, summary

LONGEST_START_S = 300.0
POLL_S = 0.1


@dataclass(frozen=True)
class Plan:
    """How much is measured."""

    people: tuple[int, ...] = (1, 8, 32, 128)
    """Conversations at once, a level each."""
    seconds: float = 20.0
    """Length of a level."""
    distinct_people: int = 8
    """Conversations at once where no text repeats."""
    turns: tuple[int, ...] = (10, 100, 1000)
    """Lengths of the long conversation."""
    asks: int = 8
    """Messages at each of these lengths."""
    pairs: int = 10
    """Pairs of quick messages."""
    warm_seconds: float = 8.0
    """Questions before anything counts."""


QUICK = Plan(seconds=6.0, asks=4, pairs=5, warm_seconds=4.0)


def measure(peer: Peer, texts: list[str], all_texts: list[str], plan: Plan, logs: Path) -> PeerResult:
    """Starts the server, measures, stops it.

    Args:
        texts: the pool the repeating stream draws from.
        all_texts: every question there is, for the stream without repetition.
        logs: folder for the server's logs.

    Raises:
        RuntimeError: the server does not come up; the sentence names the log.
    """
    return asyncio.run(_Measuring(peer, texts, all_texts, plan, logs).run())


class _Measuring:
    def __init__(self, peer: Peer, texts: list[str], all_texts: list[str], plan: Plan, logs: Path) -> None:
        self.peer, self.texts, self.all_texts, self.plan, self.logs = peer, texts, all_texts, plan, logs
        self.known: set[str] = set()

    async def run(self) -> PeerResult:
        plan, peer = self.plan, self.peer
        begun = time.perf_counter()
        with Servers(peer.commands(), self.logs) as servers:
            self.servers = servers
            first, ready = await self._start(begun)
            warm = await drive(peer.ask, repeating(self.texts, 0), 4, plan.warm_seconds, "warm")
            repeated_share((one.text for one in warm.asked), self.known)
            before = tuple(servers.tree())
            levels = [await self._level(people, repeating(self.texts, people)) for people in plan.people]
            unheard = (text for text in distinct(self.all_texts, 2) if text not in self.known)
            levels.append(await self._level(plan.distinct_people, unheard, distinct_texts=True))
            long = await after_turns(peer, repeating(self.texts, 1001), plan.turns, plan.asks, self._cpu)
            second = await second_message(peer, repeating(self.texts, 1002), plan.pairs)
            after = tuple(servers.tree())
        return PeerResult(first, ready, before, tuple(levels), tuple(long), second, after)

    def _cpu(self) -> float:
        return sum(process.cpu_seconds for process in self.servers.tree())

    async def _start(self, begun: float) -> tuple[float, float]:
        first = 0.0
        async with client() as http:
            while time.perf_counter() - begun < LONGEST_START_S:
                ended = self.servers.ended()
                if ended:
                    raise RuntimeError(f"{ended} 自己退出了，看 {self.logs / ended}.log")
                if not first and await _yes(self.peer.answers(http)):
                    first = time.perf_counter() - begun
                if first and await _yes(self.peer.ready(http)):
                    return first, time.perf_counter() - begun
                await asyncio.sleep(POLL_S)
        raise RuntimeError(f"{self.peer.name} 等了 {LONGEST_START_S:.0f} 秒还没有起来，看 {self.logs}")

    async def _level(self, people: int, questions: Iterator[str], distinct_texts: bool = False) -> Level:
        label = f"{'distinct' if distinct_texts else 'level'}-{people}"
        cpu, busy, degraded = self._cpu(), machine_busy_seconds(), await self._degraded()
        load = await drive(self.peer.ask, questions, people, self.plan.seconds, label)
        cpu, busy, degraded = self._cpu() - cpu, machine_busy_seconds() - busy, await self._degraded() - degraded
        repeated = repeated_share((one.text for one in load.asked), self.known)
        level = summary(load, people, distinct_texts, cpu, busy, degraded, repeated)
        print(
            f"  {self.peer.name:5} {label:12} {level.per_second:7.1f}/s  p50 {level.p50_ms:7.0f} ms  {level.failures}",
            flush=True,
        )
        return level

    async def _degraded(self) -> int:
        async with client() as http:
            return await self.peer.degraded(http)


async def _yes(asking: Awaitable[bool]) -> bool:
    """The answer; no when there is none, as from a server that is still starting."""
    try:
        return await asking
    except (ClientError, Refused, asyncio.TimeoutError):
        return False
