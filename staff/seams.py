"""In: nothing. Out: what the console needs of the running server, as a protocol; bot/operation/parts.py fits it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

from bot.messages import Channel, Understood

if TYPE_CHECKING:
    from services.handover.store import HandoverStore
    from services.knowledge.models import Item
    from services.knowledge.search import SearchHit
    from services.knowledge.snapshot import Snapshot


CALL_ID = re.compile(r"[A-Za-z0-9._:@-]{1,128}")
"""What may name a call."""


class CallInfo(Protocol):
    """A call, in one line."""

    @property
    def call_id(self) -> str:
        """Its name."""
        ...

    @property
    def started_at(self) -> str:
        """When it began; ISO 8601 with offset."""
        ...

    @property
    def state(self) -> str:
        """live, or ended: a short while ago."""
        ...

    @property
    def last_words(self) -> str:
        """What was said last, masked; empty: nothing yet."""
        ...

    @property
    def top_item(self) -> str:
        """What the first card is called; empty: none."""
        ...


class Calls(Protocol):
    """The hotline's calls, whichever process listens to them."""

    async def live(self) -> Sequence[CallInfo]:
        """Calls going on, and those that ended a short while ago."""
        ...

    def watch(self, call_id: str) -> AsyncIterator[Mapping[str, Any]]:
        """Messages for a screen: a snapshot first, then what happens (docs/reference/hotline_screen.md)."""
        ...

    async def act(self, call_id: str, agent: str, message: Mapping[str, Any]) -> None:
        """What a screen sends. Raises BadInput."""
        ...

    async def forget(self, call_id: str) -> None:
        """Drops what is at hand of an ended call. Raises Conflict while it goes on."""
        ...


class Serving(Protocol):
    """Knowledge, search and understanding of this process. Each raises Unavailable while it is loading."""

    def snapshot(self) -> Snapshot:
        """The published knowledge in force."""
        ...

    def search(self, q: str, topic: str | None = None, limit: int = 10, day: date | None = None) -> list[SearchHit]:
        """Items for what was typed."""
        ...

    def understand_many(self, texts: Sequence[str], channel: Channel) -> list[Understood]:
        """What sentences say."""
        ...

    def what_if(self, items: Sequence[Item]) -> Callable[[Sequence[str]], list[Understood]]:
        """What sentences would say if these were the items."""
        ...

    def explain(self, text: str) -> dict[str, Any]:
        """How a sentence is understood, as bot/understanding/explain.py tells it."""
        ...

    def handover(self) -> HandoverStore:
        """Conversations that people of staff take over."""
        ...

    async def wechat_left(self, conversation_id: str) -> tuple[int, int] | None:
        """Customer messages WeChat still allows, and for how many seconds; None: not known. May raise RedisError."""
        ...

    def conversation_hash(self, conversation_id: str) -> str:
        """The name under which a conversation's questions are kept."""
        ...

    def announce(self) -> None:
        """Tell every replica that published knowledge has changed."""
        ...
