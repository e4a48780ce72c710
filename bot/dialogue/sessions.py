"""In: a conversation's tracker after a message. Out: the same, short, for the next message; in Redis.

Kept are the slots, which are the whole memory (see memory.py), and no events: every rule starts from the latest
message. So a message costs the same after ten turns and after a thousand. When Redis is away, conversations go on
from this process's own memory.
"""

from __future__ import annotations

import json
from collections import OrderedDict

import structlog
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.dialogue.memory import session_key

log = structlog.get_logger(__name__)

_LOCAL_CONVERSATIONS = 5_000
"""How many conversations are remembered without Redis; about 2 KB each."""


class SessionStore(TrackerStore):
    """A tracker store whose trackers do not grow.

    Args:
        redis: the shared store; None keeps everything in this process.
        ttl_s: a silent conversation is forgotten after so many seconds.
    """

    def __init__(self, redis: Redis[bytes] | None, ttl_s: int) -> None:
        super().__init__(Domain.empty())
        self._redis = redis
        self._ttl_s = ttl_s
        self._local: OrderedDict[str, str] = OrderedDict()
        self._newer_here: set[str] = set()
        """Conversations whose last turn Redis did not take: until it does, our copy is the newer one."""

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Writes the short form."""
        packed = _pack(tracker)
        self._keep_locally(tracker.sender_id, packed)
        if self._redis is None:
            return
        try:
            await self._redis.set(session_key(tracker.sender_id), packed, ex=self._ttl_s)
            self._newer_here.discard(tracker.sender_id)
        except RedisError as error:
            self._newer_here.add(tracker.sender_id)
            log.warning("session_kept_locally", error=type(error).__name__)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """Reads the short form; None for a new conversation."""
        packed = await self._read(sender_id)
        return _unpack(self, sender_id, packed) if packed else None

    async def forget(self, sender_id: str) -> None:
        """Erases a conversation everywhere."""
        self._local.pop(sender_id, None)
        self._newer_here.discard(sender_id)
        if self._redis is not None:
            await self._redis.delete(session_key(sender_id))

    async def create_tracker(self, sender_id: str, append_action_listen: bool = True) -> DialogueStateTracker:
        """A new tracker; it is written when its first message has been answered, not before."""
        tracker = self.init_tracker(sender_id)
        if append_action_listen:
            tracker.update(ActionExecuted(ACTION_LISTEN_NAME))
        return tracker

    async def _read(self, sender_id: str) -> str | None:
        if self._redis is not None and sender_id not in self._newer_here:
            try:
                found = await self._redis.get(session_key(sender_id))
                return found.decode() if found else None
            except RedisError as error:
                log.warning("session_read_locally", error=type(error).__name__)
        return self._local.get(sender_id)

    def _keep_locally(self, sender_id: str, packed: str) -> None:
        self._local[sender_id] = packed
        self._local.move_to_end(sender_id)
        while len(self._local) > _LOCAL_CONVERSATIONS:
            forgotten, _ = self._local.popitem(last=False)
            self._newer_here.discard(forgotten)


def _pack(tracker: DialogueStateTracker) -> str:
    slots = {name: value for name, value in tracker.current_slot_values().items() if value is not None}
    return json.dumps(slots, ensure_ascii=False)


def _unpack(store: SessionStore, sender_id: str, packed: str) -> DialogueStateTracker:
    tracker = store.init_tracker(sender_id)
    tracker.update(ActionExecuted(ACTION_LISTEN_NAME))
    for name, value in json.loads(packed).items():
        if name in tracker.slots:  # a newer version may have dropped a slot
            tracker.update(SlotSet(name, value))
    return tracker
