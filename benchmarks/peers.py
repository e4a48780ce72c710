"""In: nothing. Out: what a server under test must offer; ours.py and stock.py fill it in."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from aiohttp import ClientSession

from benchmarks.processes import Command

FIRST_QUESTION = "居住证要带什么"
"""What a starting server is asked until it answers."""


class Refused(Exception):
    """The server answered with an error status; the text says which."""


class Peer(ABC):
    """A server under test."""

    name: str
    """Short word for reports: "ours" or "stock"."""

    @abstractmethod
    def commands(self) -> list[Command]:
        """What to start."""

    @abstractmethod
    async def ask(self, http: ClientSession, conversation: str, text: str) -> str:
        """One message of one conversation.

        Returns:
            What a person would read, empty when there is nothing.

        Raises:
            Refused: an error status.
        """

    @abstractmethod
    async def answers(self, http: ClientSession) -> bool:
        """Whether it answers FIRST_QUESTION with more than an excuse."""

    @abstractmethod
    async def ready(self, http: ClientSession) -> bool:
        """Whether every part is loaded."""

    @abstractmethod
    async def give_history(self, http: ClientSession, conversation: str, turns: int, texts: list[str]) -> None:
        """Brings a conversation to so many turns; never asked to shorten one."""

    async def degraded(self, http: ClientSession) -> int:
        """Answers so far that were given without the full engine."""
        return 0


async def post_json(http: ClientSession, url: str, body: dict[str, Any]) -> Any:
    """The JSON a server answers to a JSON body.

    Raises:
        Refused: an error status.
    """
    async with http.post(url, json=body) as response:
        if response.status != 200:
            raise Refused(f"http {response.status}")
        return await response.json()
