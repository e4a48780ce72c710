"""In: what a test says on a call. Out: a hotline's messages to its screens (docs/reference/hotline_screen.md).

Stands where bot/channels/hotline stands: the pages, their WebSocket and their scripts are the real ones.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.clock import now
from bot.errors import BadInput, Conflict

PERMIT, REGISTRATION, RENT = "residence.permit.apply", "residence.registration", "housing.public_rental.city"


def item(item_id: str, name: str, act: str, say: str, verification: str = "unverified") -> dict[str, Any]:
    """A card."""
    cited = [{"title": "上海市居住证管理办法", "doc_no": "沪府令58号"}]
    return {"item_id": item_id, "name": name, "topic": "residence", "act": act, "score": 0.9, "say": say,
            "citations": cited, "verification": verification, "version": 1, "pinned": False, "said": False}  # fmt: skip


@dataclass
class Call:
    """One call."""

    call_id: str
    started_at: str = field(default_factory=lambda: now().isoformat())
    state: str = "live"
    segments: list[dict[str, Any]] = field(default_factory=list)
    assist: dict[str, Any] | None = None
    said: list[dict[str, Any]] = field(default_factory=list)
    pinned: list[str] = field(default_factory=list)
    acts: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    """What screens sent, with who."""

    @property
    def last_words(self) -> str:
        return self.segments[-1]["text"] if self.segments else ""

    @property
    def top_item(self) -> str:
        return self.assist["items"][0]["name"] if self.assist and self.assist["items"] else ""


class ScriptedCalls:
    """Calls that a test speaks; thread-safe, since the server runs in a thread of its own."""

    def __init__(self) -> None:
        self.calls: dict[str, Call] = {}
        self._watchers: list[tuple[str, asyncio.AbstractEventLoop, asyncio.Queue[dict[str, Any]]]] = []

    async def live(self) -> list[Call]:
        return list(self.calls.values())

    async def watch(self, call_id: str) -> AsyncIterator[Mapping[str, Any]]:
        queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        mine = (call_id, asyncio.get_running_loop(), queue)
        self._watchers.append(mine)
        try:
            yield self._snapshot(self.call(call_id))
            while True:
                yield await queue.get()
        finally:
            self._watchers.remove(mine)

    async def act(self, call_id: str, agent: str, message: Mapping[str, Any]) -> None:
        call, kind = self.call(call_id), message.get("type")
        call.acts.append((agent, dict(message)))
        if kind == "said":
            known = {one["item_id"]: one["name"] for one in (call.assist or {"items": []})["items"]}
            item_id = message["item_id"]
            call.said.append({"item_id": item_id, "name": known.get(item_id, item_id), "version": 1,
                              "at": now().isoformat(), "by": agent})  # fmt: skip
        elif kind == "pin":
            call.pinned = [one for one in call.pinned if one != message["item_id"]]
            call.pinned += [message["item_id"]] if message["on"] else []
        elif kind == "end":
            call.state = "ended"
            return self.tell(call_id, {"type": "end"})
        elif kind not in ("fact", "wrong"):
            raise BadInput("没有这样的操作。")
        self.tell(call_id, {"type": "marks", "said": call.said, "pinned": call.pinned})

    async def forget(self, call_id: str) -> None:
        if call_id in self.calls and self.calls[call_id].state == "live":
            raise Conflict("这通电话还在打，打完再删。")
        self.calls.pop(call_id, None)

    def call(self, call_id: str) -> Call:
        """The call of that name, begun if need be."""
        return self.calls.setdefault(call_id, Call(call_id))

    def hear(
        self, call_id: str, speaker: str, text: str, begin_ms: int, number: int | None = None, revised: bool = False
    ) -> None:
        """A segment; without a number a partial one."""
        message = {"type": "segment", "id": number, "speaker": speaker, "text": text, "final": number is not None,
                   "begin_ms": begin_ms, "end_ms": begin_ms + 900, "revised": revised}  # fmt: skip
        if number is not None:
            self.call(call_id).segments.append(message)
        self.tell(call_id, message)

    def help(self, call_id: str, *items: dict[str, Any], **more: Any) -> None:
        """A revision."""
        empty: dict[str, Any] = {"facts": {}, "heard": [], "eligibility": [], "warnings": [], "checklist": None}
        call = self.call(call_id)
        call.assist = {"type": "assist", "revision": 1, "segment_end_ms": 0, "items": list(items), "took_ms": 9,
                       **empty, **more}  # fmt: skip
        self.tell(call_id, call.assist)

    def tell(self, call_id: str, message: dict[str, Any]) -> None:
        """To every screen of the call."""
        for watched, loop, queue in list(self._watchers):
            if watched == call_id:
                loop.call_soon_threadsafe(queue.put_nowait, message)

    def _snapshot(self, call: Call) -> dict[str, Any]:
        about = {"call_id": call.call_id, "state": call.state, "started_at": call.started_at, "revision": 1}
        screens = sum(watched == call.call_id for watched, _, _ in self._watchers)
        return {"type": "snapshot", "call": about, "segments": call.segments, "assist": call.assist,
                "said": call.said, "pinned": call.pinned, "watchers": screens}  # fmt: skip
