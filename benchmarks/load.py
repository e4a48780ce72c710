"""In: a server that can be asked, and questions. Out: how long each answer took, with so many people asking at once.

Closed loop: every person sends the next question the moment the last one is answered, as long as the time lasts;
what is under way then is waited for. A person begins a new conversation every few turns, as people do: what long
conversations cost is measured apart (probes.py).
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector

from benchmarks.peers import Refused

TURNS = 8
"""Questions of one conversation."""
LONGEST_WAIT_S = 90.0

Ask = Callable[[ClientSession, str, str], Awaitable[str]]
"""Session, conversation, text → reply."""


@dataclass(frozen=True)
class Asked:
    """One question and how it went."""

    text: str
    """What was asked."""
    seconds: float
    """From sending to the whole answer."""
    failure: str
    """Empty when a person would have read something; else "empty", "http 500", "timeout" or an error's name."""


@dataclass(frozen=True)
class Load:
    """All questions of one run of the driver."""

    asked: tuple[Asked, ...]
    """In the order of their answers."""
    seconds: float
    """From the first question to the last answer."""
    client_cpu_seconds: float
    """CPU time this driver itself used meanwhile."""

    @property
    def answered(self) -> list[float]:
        """Seconds of the questions that got an answer."""
        return [one.seconds for one in self.asked if not one.failure]

    @property
    def failures(self) -> dict[str, int]:
        """How many failed, by kind."""
        return dict(Counter(one.failure for one in self.asked if one.failure))


@asynccontextmanager
async def client() -> AsyncIterator[ClientSession]:
    """An HTTP client with as many kept-alive connections as are needed."""
    timeout = ClientTimeout(total=LONGEST_WAIT_S)
    async with ClientSession(connector=TCPConnector(limit=0), timeout=timeout) as http:
        yield http


async def ask_timed(ask: Ask, http: ClientSession, conversation: str, text: str) -> Asked:
    """Asks one question; a failure is part of the result, not an exception."""
    begun = time.perf_counter()
    try:
        reply = await ask(http, conversation, text)
        failure = "" if reply.strip() else "empty"
    except Refused as error:
        failure = str(error)
    except asyncio.TimeoutError:
        failure = "timeout"
    except ClientError as error:
        failure = type(error).__name__
    return Asked(text, time.perf_counter() - begun, failure)


async def drive(ask: Ask, questions: Iterator[str], people: int, seconds: float, label: str) -> Load:
    """Lets so many people ask at once for so long.

    Args:
        ask: the server.
        questions: shared by all people; the run ends early when they do.
        people: conversations at any moment.
        seconds: no question is sent after that.
        label: begins the names of the conversations; one label names one run.
    """
    numbers = count()
    asked: list[Asked] = []
    begun, cpu_begun = time.perf_counter(), time.process_time()

    async def person() -> None:
        conversation, left = "", 0
        while time.perf_counter() - begun < seconds:
            text = next(questions, None)
            if text is None:
                return
            if not left:
                conversation, left = f"{label}-{next(numbers)}", TURNS
            asked.append(await ask_timed(ask, http, conversation, text))
            left -= 1

    async with client() as http:
        await asyncio.gather(*(person() for _ in range(people)))
    return Load(tuple(asked), time.perf_counter() - begun, time.process_time() - cpu_begun)
