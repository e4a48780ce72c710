"""In: nothing. Out: what the console needs of the running server, as a protocol; bot/operation/parts.py fits it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

from bot.messages import Channel, Understood

if TYPE_CHECKING:
    from services.handover.store import HandoverStore
    from services.knowledge.models import Item
    from services.knowledge.search import SearchHit
    from services.knowledge.snapshot import Snapshot


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

    def announce(self) -> None:
        """Tell every replica that published knowledge has changed."""
        ...
