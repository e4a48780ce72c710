"""Calls with real Redis and real SQL and an assistant that hears only what it is told: for the parts around assist."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from redis.asyncio import Redis

from bot.channels.hotline.afterwards import Afterwards
from bot.channels.hotline.assist.mind import Clue, Mind
from bot.channels.hotline.calls import Calls
from bot.channels.hotline.keep import Keep
from bot.channels.hotline.segments import Segment
from bot.channels.hotline.transcript import Line
from bot.channels.hotline.wire import Wire
from bot.channels.order import Order
from bot.errors import Unavailable
from services.calls.store import CallStore


class Echo:
    """Takes every caller's line for an item of its words."""

    def __init__(self) -> None:
        self.down = False

    async def hear(self, mind: Mind, line: Line) -> Mind:
        """One clue a line."""
        if self.down:
            raise Unavailable("还在准备。")
        clues = (*mind.clues, Clue(line.id, {line.text: 0.9}, "ask_materials"))
        return replace(mind, clues=clues, recent=(*mind.recent, line.text)[-3:])

    async def advise(self, mind: Mind, pinned: tuple[str, ...] = ()) -> tuple[Mind, dict[str, Any]]:
        """A card for each line, the last first."""
        names = [name for clue in reversed(mind.clues) for name in clue.items]
        cards = [
            {"item_id": name, "name": name, "act": "ask_materials", "version": 1, "say": "说", "score": 0.9}
            for name in dict.fromkeys([*names, *pinned])
        ]
        told = {name: heard.value for name, heard in mind.facts.items()}
        return mind, {"type": "assist", "items": cards, "facts": told, "heard": [], "eligibility": [], "warnings": []}


class Process:
    """What one server process has of the hotline."""

    def __init__(self, redis: Redis | None, url: str, days: int = 30) -> None:
        self.echo, self.wire = Echo(), Wire(redis)
        self.keep, self.store = Keep(redis, self.wire), CallStore(url)
        self.calls = Calls(self.keep, self.wire, self.echo, self.store, Order(redis))
        self.after = Afterwards(self.calls, self.keep, self.store, _name, days)
        self.calls.when_ended(self.after.store_now)

    async def stop(self) -> None:
        await self.wire.stop()
        self.store.close()


def _name(item_id: str, day: date) -> str:
    return f"名：{item_id}"


def said(text: str, begin: int = 0, speaker: str = "caller", final: bool = True) -> Segment:
    return Segment(speaker, text, final, begin, begin + 900)  # type: ignore[arg-type]
