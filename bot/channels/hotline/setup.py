"""In: settings, Redis, the parts of a process. Out: the running hotline, joined."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import structlog
from redis.asyncio import Redis

from bot.channels.ahead import Ahead
from bot.channels.hotline.afterwards import Afterwards
from bot.channels.hotline.assistant import Assistant, Understanding
from bot.channels.hotline.calls import Calls
from bot.channels.hotline.door import Door
from bot.channels.hotline.keep import Keep
from bot.channels.hotline.wire import Wire
from bot.channels.order import Order
from bot.settings import Settings
from services.calls.store import CallStore
from services.clients import EligibilityClient

log = structlog.get_logger(__name__)

Item = Callable[[str, date], Mapping[str, Any] | None]


def door(chosen: Settings) -> Door:
    """Who may use the hotline's addresses."""
    return Door(chosen.hotline_key.get_secret_value(), chosen.host)


@dataclass(frozen=True)
class Hotline:
    """The hotline in this process."""

    calls: Calls
    """Takes segments, serves screens."""
    afterwards: Afterwards
    """What comes after a call."""
    store: CallStore
    """Ended calls."""
    wire: Wire
    """Tells watchers."""

    async def stop(self) -> None:
        """Ends what runs beside requests."""
        await self.afterwards.stop()
        await self.wire.stop()


def start(
    chosen: Settings,
    redis: Redis[bytes] | None,
    ahead: Ahead,
    understanding: Callable[[], Understanding],
    item: Item,
    rules: Callable[[], EligibilityClient],
) -> Hotline:
    """Joins the parts and begins to work; call it in the running event loop.

    Args:
        redis: None: calls of this process only.
        ahead: understands in batches, together with other channels.
        understanding: the understander in force.
        item: an item in force on a day.
        rules: the eligibility client.
    """
    wire = Wire(redis)
    keep, store = Keep(redis, wire), CallStore(chosen.sql_url)
    assistant = Assistant(understanding, ahead, item, rules, _read)
    calls = Calls(keep, wire, assistant, store, Order(redis))

    def name(item_id: str, day: date) -> str:
        found = item(item_id, day)
        return str(found["name"]) if found else item_id

    afterwards = Afterwards(calls, keep, store, name, chosen.keep_calls_days)
    calls.when_ended(afterwards.store_now)
    afterwards.start()
    return Hotline(calls, afterwards, store, wire)


def _read(text: str, day: date) -> Mapping[str, Any]:
    """Facts in a sentence; by the finder that understanding uses."""
    from bot.understanding import runtime  # heavy: only once a call is there

    ear = runtime.parts().facts
    return ear.find(text, day).facts if ear is not None else {}
