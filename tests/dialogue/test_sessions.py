"""Sessions stay short, are shared through Redis, expire, and survive its loss."""

from __future__ import annotations

import json

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.dialogue import sessions
from bot.dialogue.memory import Memory
from bot.dialogue.sessions import SessionStore
from bot.settings import ROOT

MEMORY = Memory(topic="residence.permit.apply", act="ask_cost", facts={"child_age": 6})


@pytest.fixture(scope="module")
def domain() -> Domain:
    return Domain.load(str(ROOT / "domain.yml"))


def store(domain: Domain, redis: Redis[bytes] | None, ttl_s: int = 60) -> SessionStore:
    made = SessionStore(redis, ttl_s)
    made.domain = domain
    return made


async def talked(kept: SessionStore, name: str = "c1", memory: Memory = MEMORY, turns: int = 1) -> DialogueStateTracker:
    tracker = await kept.get_or_create_tracker(name)
    for _ in range(turns):
        tracker.update(UserUttered("办居住证要带什么"))
        tracker.update(BotUttered("要准备5样"))
    for slot, value in memory.to_slots().items():
        tracker.update(SlotSet(slot, value))
    await kept.save(tracker)
    return tracker


async def remembered(kept: SessionStore, name: str = "c1") -> Memory | None:
    tracker = await kept.retrieve(name)
    return Memory.of(tracker.current_slot_values()) if tracker else None


async def test_the_memory_comes_back(domain: Domain, valkey: Redis[bytes]) -> None:
    kept = store(domain, valkey)
    await talked(kept)
    assert await remembered(kept) == MEMORY
    assert await remembered(kept, "c2") is None


async def test_another_process_knows_the_conversation(domain: Domain, valkey: Redis[bytes]) -> None:
    await talked(store(domain, valkey))
    assert await remembered(store(domain, valkey)) == MEMORY


async def test_a_thousand_turns_take_no_more_room_than_one(domain: Domain, valkey: Redis[bytes]) -> None:
    kept = store(domain, valkey)
    await talked(kept, "short", turns=1)
    await talked(kept, "long", turns=1_000)
    assert await valkey.get("session:long") == await valkey.get("session:short")
    tracker = await kept.retrieve("long")
    assert tracker is not None
    assert not any(isinstance(event, UserUttered) for event in tracker.events)


async def test_what_people_wrote_is_not_kept(domain: Domain, valkey: Redis[bytes]) -> None:
    await talked(store(domain, valkey))
    assert "带什么" not in ((await valkey.get("session:c1")) or b"").decode()


async def test_a_silent_conversation_expires(domain: Domain, valkey: Redis[bytes]) -> None:
    await talked(store(domain, valkey, ttl_s=120))
    assert 110 <= await valkey.ttl("session:c1") <= 120


async def test_a_new_conversation_is_not_written_before_its_first_answer(domain: Domain, valkey: Redis[bytes]) -> None:
    await store(domain, valkey).get_or_create_tracker("c1")
    assert await valkey.exists("session:c1") == 0


async def test_forgetting_erases_it_everywhere(domain: Domain, valkey: Redis[bytes]) -> None:
    kept = store(domain, valkey)
    await talked(kept)
    await kept.forget("c1")
    assert await valkey.exists("session:c1") == 0
    assert await remembered(kept) is None
    assert kept._local == {}


async def test_a_slot_of_an_older_version_is_passed_over(domain: Domain, valkey: Redis[bytes]) -> None:
    await valkey.set("session:c1", json.dumps({"topic": "points.apply", "gone": 1}))
    assert await remembered(store(domain, valkey)) == Memory(topic="points.apply")


async def test_redis_lost_in_the_middle_of_a_conversation(domain: Domain, valkey: Redis[bytes]) -> None:
    kept = store(domain, valkey)
    await talked(kept)
    kept._redis = Redis.from_url("unix:///nonexistent.sock")
    assert await remembered(kept) == MEMORY
    await talked(kept, memory=Memory(topic="points.apply"))
    assert await remembered(kept) == Memory(topic="points.apply")


async def test_nothing_pretends_to_be_erased_while_redis_is_away(domain: Domain) -> None:
    kept = store(domain, Redis.from_url("unix:///nonexistent.sock"))
    with pytest.raises(RedisError):
        await kept.forget("c1")


async def test_without_redis_the_oldest_conversations_make_way(domain: Domain, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "_LOCAL_CONVERSATIONS", 2)
    kept = store(domain, None)
    for name in ("c1", "c2", "c1", "c3"):  # c1 spoke again, so c2 is the oldest
        await talked(kept, name)
    assert await remembered(kept, "c2") is None
    assert await remembered(kept, "c1") == await remembered(kept, "c3") == MEMORY
