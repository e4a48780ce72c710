"""One person's messages, one after another: across processes, without polling, past a dead holder."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.exceptions import TimeoutError as RedisTimeout

from bot.channels.order import Order


async def hold(order: Order, name: str, log: list[str], seconds: float = 0.02) -> None:
    async with order.turn("c1"):
        log.append(f"{name} in")
        await asyncio.sleep(seconds)
        log.append(f"{name} out")


def alternating(names: list[str]) -> list[str]:
    return [line for name in names for line in (f"{name} in", f"{name} out")]


async def test_turns_do_not_overlap_and_keep_their_order(valkey: Redis) -> None:
    order, log = Order(valkey), []
    tasks = []
    for n in range(8):
        tasks.append(asyncio.create_task(hold(order, str(n), log)))
        await asyncio.sleep(0.002)
    await asyncio.gather(*tasks)
    assert log == alternating([str(n) for n in range(8)])


async def test_two_processes_share_one_queue(valkey: Redis, valkey_url: str) -> None:
    other = Redis.from_url(valkey_url)
    here, there, log = Order(valkey), Order(other), []
    first = asyncio.create_task(hold(here, "a", log, 0.1))
    await asyncio.sleep(0.02)
    second = asyncio.create_task(hold(there, "b", log))
    await asyncio.sleep(0.02)
    third = asyncio.create_task(hold(here, "c", log))
    await asyncio.gather(first, second, third)
    assert log == alternating(["a", "b", "c"])
    await other.close()


async def test_the_next_one_is_woken_and_does_not_poll(valkey: Redis, valkey_url: str) -> None:
    other = Redis.from_url(valkey_url)
    here, there, log = Order(valkey), Order(other), []
    first = asyncio.create_task(hold(here, "a", log, 0.3))
    await asyncio.sleep(0.02)
    second = asyncio.create_task(hold(there, "b", log, 0))
    await first
    freed = time.perf_counter()
    await second
    # Rasa's lock would wait for the next one-second poll; a fifth of a second leaves room for a busy machine.
    assert time.perf_counter() - freed < 0.2
    await other.close()


async def test_other_conversations_do_not_wait(valkey: Redis) -> None:
    order = Order(valkey)
    async with order.turn("c1"):
        await asyncio.wait_for(_enter(order, "c2"), timeout=1)


async def test_a_dead_holder_makes_way(valkey: Redis, valkey_url: str) -> None:
    dying = Redis.from_url(valkey_url)
    await Order(dying, lease_s=1)._wait("order:c1", "of the dead")  # and never renews its lease
    order, log = Order(valkey, lease_s=1), []
    await asyncio.wait_for(asyncio.gather(hold(order, "b", log), hold(Order(valkey, lease_s=1), "c", log)), timeout=5)
    assert sorted(log) == ["b in", "b out", "c in", "c out"]
    assert log[0][0] == log[1][0]


async def test_a_slow_holder_keeps_its_turn_past_its_lease(valkey: Redis) -> None:
    slow, log = Order(valkey, lease_s=0.4), []
    first = asyncio.create_task(hold(slow, "a", log, 1.5))
    await asyncio.sleep(0.02)
    await asyncio.gather(first, hold(Order(valkey, lease_s=0.4), "b", log))
    assert log == alternating(["a", "b"])


async def test_a_renewal_that_swallows_its_cancellation_does_not_keep_the_turn(
    valkey: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = Order(valkey, lease_s=1)
    renew = order._renew

    async def slow(**asked: Any) -> Any:
        try:
            await asyncio.sleep(0.2)
        except asyncio.CancelledError as error:  # as the client does when its own time is up just then
            raise RedisTimeout from error
        return await renew(**asked)

    monkeypatch.setattr(order, "_renew", slow)
    log: list[str] = []
    for name in ("a", "b"):
        done, _ = await asyncio.wait({asyncio.create_task(hold(order, name, log, 0.35))}, timeout=5)
        assert done
    assert log == alternating(["a", "b"])


async def test_a_dead_process_is_followed_inside_a_push(valkey: Redis) -> None:
    await Order(valkey)._wait("order:c1", "of the dead")
    begun = time.perf_counter()
    await _enter(Order(valkey), "c1")
    assert time.perf_counter() - begun < 4.5


async def test_nothing_is_left_behind(valkey: Redis) -> None:
    order, log = Order(valkey), []
    await asyncio.gather(*(hold(order, str(n), log, 0) for n in range(5)))
    assert await valkey.exists("order:c1", "order:c1:held") == 0
    assert order._local == {}


async def test_a_failing_holder_hands_over(valkey: Redis) -> None:
    order = Order(valkey)
    try:
        async with order.turn("c1"):
            raise RuntimeError("boom")
    except RuntimeError:
        pass
    await asyncio.wait_for(_enter(order, "c1"), timeout=1)


async def test_without_redis_the_order_is_kept_within_the_process() -> None:
    lost, log = Order(Redis.from_url("unix:///nonexistent.sock")), []
    for order in (Order(None), lost):
        log.clear()
        await asyncio.gather(*(hold(order, str(n), log, 0.01) for n in range(4)))
        assert log == alternating(["0", "1", "2", "3"])


async def _enter(order: Order, conversation: str) -> None:
    async with order.turn(conversation):
        pass
