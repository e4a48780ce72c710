"""Legs: announced in one process, arriving in another; a lost Redis; nobody announced."""

from __future__ import annotations

import pytest
from redis.asyncio import Redis

from bot.channels.hotline.legs import Legs

A, B = "00000000-0000-0000-0000-00000000000a", "00000000-0000-0000-0000-00000000000b"
GONE = "unix:///nonexistent/redis.sock"


async def test_a_leg_announced_here_arrives_there(valkey: Redis) -> None:
    here, there = Legs(valkey), Legs(valkey)
    await here.announce(A, "call-1", "caller")
    await here.announce(B, "call-1", "agent")
    first, second = await there.arrive(A), await here.arrive(B)
    assert (first.call_id, first.speaker, first.offset_ms) == ("call-1", "caller", 0)
    assert (second.call_id, second.speaker) == ("call-1", "agent")
    assert 0 <= second.offset_ms < 60_000
    await there.leave(first)
    assert not await there.deserted("call-1")
    await here.leave(second)
    assert await there.deserted("call-1")
    assert await here.deserted("call-1")


async def test_a_leg_that_comes_back_is_placed_after_what_it_said(valkey: Redis) -> None:
    legs = Legs(valkey)
    first = await legs.arrive(A)
    await legs.leave(first)
    await valkey.set(f"hotline:first:{A}", int(await valkey.get(f"hotline:first:{A}") or 0) - 5_000)
    assert (await Legs(valkey).arrive(A)).offset_ms >= 5_000


async def test_a_later_announcement_counts(valkey: Redis) -> None:
    legs = Legs(valkey)
    await legs.announce(A, "wrong", "agent")
    await legs.announce(A, "right", "caller")
    assert (await legs.arrive(A)).call_id == "right"


@pytest.mark.parametrize("url", [None, GONE])
async def test_without_redis_legs_are_known_in_their_process(url: str | None) -> None:
    legs = Legs(Redis.from_url(url) if url else None)
    await legs.announce(A, "call-1", "agent")
    leg = await legs.arrive(A)
    assert (leg.call_id, leg.speaker) == ("call-1", "agent")
    assert not await legs.deserted("call-1")
    await legs.leave(leg)
    assert await legs.deserted("call-1")


async def test_a_leg_nobody_announced_is_a_caller_and_names_the_call(valkey: Redis) -> None:
    leg = await Legs(valkey).arrive(A)
    assert (leg.call_id, leg.speaker) == (A, "caller")


async def test_a_clock_that_goes_backwards_places_nothing_before_the_call(valkey: Redis) -> None:
    await valkey.set(f"hotline:first:{A}", 9_999_999_999_999)
    assert (await Legs(valkey).arrive(A)).offset_ms == 0
