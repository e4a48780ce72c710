"""Everything a broken or hostile recogniser and screen may send to a running server: named, and the call goes on."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
import websockets

from bot.channels.hotline.inlet import MOST_PROBLEMS
from tests.channels.hotline.test_api import address, fetched, got, segment
from tests.journeys.conftest import Server

pytestmark = pytest.mark.engine
GOOD: dict[str, Any] = {
    "type": "segment",
    "speaker": "caller",
    "text": "居住证",
    "final": True,
    "begin_ms": 0,
    "end_ms": 9,
}


@pytest.fixture
def call_id() -> str:
    return f"b-{uuid.uuid4().hex[:12]}"


@asynccontextmanager
async def inlet_of(server: Server, call_id: str) -> AsyncIterator[Any]:
    async with websockets.connect(address(server, call_id, "transcript"), max_queue=None) as inlet:
        yield inlet


async def dealt_with(inlet: Any) -> None:
    """Returns once everything that was sent has been dealt with."""
    await inlet.send("?")
    assert (await got(inlet))["type"] == "problem"


async def lines(server: Server, call_id: str) -> list[str]:
    return [line["text"] for line in (await fetched(server, call_id)).json()["segments"]]


def but(**wrong: Any) -> str:
    """A good message but for some fields; `...` leaves one out."""
    return json.dumps({name: value for name, value in {**GOOD, **wrong}.items() if value is not ...})


MALFORMED = {
    "empty": "", "blank": " \n", "no JSON": "喂你好", "half": '{"type": "segm', "null": "null", "number": "17",
    "text": '"segment"', "list": "[]", "deep": "[" * 30_000, "deep objects": '{"a":' * 10_000, "no type": "{}",
    "type of a list": but(type=["segment"]), "other type": but(type="audio"), "type alone": '{"type": "segment"}',
    "no speaker": but(speaker=...), "speaker null": but(speaker=None), "speaker a list": but(speaker=["caller"]),
    "speaker unknown": but(speaker="robot"), "no text": but(text=...), "text null": but(text=None),
    "text a number": but(text=5), "text a list": but(text=["居住证"]), "no final": but(final=...),
    "final a word": but(final="true"), "final a number": but(final=1), "no begin": but(begin_ms=...),
    "begin a word": but(begin_ms="0"), "begin half": but(begin_ms=0.5), "begin true": but(begin_ms=True),
    "begin huge": but(begin_ms=2**63), "end huge": but(end_ms=-(10**400)), "no number": but(end_ms=float("nan")),
    "endless": but(end_ms=float("inf")), "beyond float": but(end_ms=...)[:-1] + ', "end_ms": 1e999}',
    "five thousand digits": but(end_ms=...)[:-1] + f', "end_ms": {"9" * 5000}}}', "key a number": but(key=5),
    "key empty": but(key=""), "key long": but(key="k" * 200), "long": but(text="长" * 30_000),
    "only bytes": b"\x00\x01\xff", "bytes of JSON": but().encode(),
}  # fmt: skip


@pytest.mark.parametrize("message", MALFORMED.values(), ids=MALFORMED.keys())
async def test_a_message_that_is_wrong_is_named_and_changes_nothing(
    server: Server, call_id: str, message: str | bytes
) -> None:
    async with inlet_of(server, call_id) as inlet:
        await inlet.send(segment("居住登记怎么办"))
        await inlet.send(message)
        answer = await got(inlet)
        assert answer["type"] == "problem"
        assert answer["text"].endswith("。")
        await inlet.send(segment("要带什么", 3_000))
        await dealt_with(inlet)
    assert await lines(server, call_id) == ["居住登记怎么办", "要带什么"]


async def test_a_frame_that_is_no_text_ends_the_connection_alone(server: Server, call_id: str) -> None:
    async with inlet_of(server, call_id) as inlet:
        await inlet.send(segment("居住登记怎么办"))
        await inlet.ensure_open()
        await inlet.write_frame(True, 1, b"\xff\xfe\xfd")  # a text frame that is not UTF-8
        with pytest.raises(websockets.ConnectionClosed):
            await got(inlet)
    async with inlet_of(server, call_id) as inlet:
        await inlet.send(segment("要带什么", 3_000))
        await dealt_with(inlet)
    assert await lines(server, call_id) == ["居住登记怎么办", "要带什么"]


async def test_who_sends_nothing_but_rubbish_is_cut_off(server: Server, call_id: str) -> None:
    async with inlet_of(server, call_id) as inlet:
        for _ in range(MOST_PROBLEMS):
            await inlet.send(b"\x00")
        for _ in range(MOST_PROBLEMS):
            assert (await got(inlet))["type"] == "problem"
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await got(inlet)
        assert closed.value.code == 1008
    assert (await fetched(server, call_id)).status_code == 404


async def test_silence_is_no_line(server: Server, call_id: str) -> None:
    async with inlet_of(server, call_id) as inlet:
        for number, text in enumerate(["", "   ", "\u200b", "\x00\x00", "\n"]):
            await inlet.send(segment(text, number * 1_000, final=False))
            await inlet.send(segment(text, number * 1_000))
        await dealt_with(inlet)
        assert await lines(server, call_id) == []
        await inlet.send(segment("居住登记怎么办", 9_000))
        await inlet.send(segment("", 9_000))  # the recogniser takes it back
        await dealt_with(inlet)
    assert await lines(server, call_id) == [""]
    assert (await fetched(server, call_id)).json()["assist"]["items"] == []


async def test_odd_signs_are_kept_out_and_the_words_kept(server: Server, call_id: str) -> None:
    async with inlet_of(server, call_id) as inlet:
        await inlet.send(but(text="居住\x00证\ud800怎\x1b[31m么办"))
        await dealt_with(inlet)
    (line,) = await lines(server, call_id)
    assert line.replace(" ", "") == "居住证怎[31m么办"


async def test_a_clock_that_goes_backwards_loses_no_word(server: Server, call_id: str) -> None:
    times = [(60_000, 62_000), (64_000, 63_000), (-500, -100), (1_000, 3_000), (2**53, 2**53), (5_000, 8_000)]
    async with inlet_of(server, call_id) as inlet:
        for number, (begin, end) in enumerate(times):
            await inlet.send(but(text=f"第{number}句", begin_ms=begin, end_ms=end))
        await dealt_with(inlet)
    shot = (await fetched(server, call_id)).json()
    assert sorted(line["text"] for line in shot["segments"]) == [f"第{number}句" for number in range(len(times))]
    assert all(0 <= line["begin_ms"] <= line["end_ms"] for line in shot["segments"])


async def test_two_producers_that_go_on_taking_over(server: Server, call_id: str) -> None:
    """The newer connection wins; the older hears why, once, and every taken word is there once."""
    sockets = [await websockets.connect(address(server, call_id, "transcript")) for _ in range(4)]
    for number, socket in enumerate(sockets):
        await socket.send(segment(f"第{number}句", number * 3_000))
        await dealt_with(socket)
    for socket in sockets[:-1]:
        await socket.send(segment("旧的还在送", 30_000))
        assert "后来的连接" in (await got(socket))["text"]
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await got(socket)
        assert closed.value.code == 4409
    await sockets[0].wait_closed()
    await sockets[-1].send(segment("新的在送", 30_000))
    await dealt_with(sockets[-1])
    await sockets[-1].close()
    assert await lines(server, call_id) == ["第0句", "第1句", "第2句", "第3句", "新的在送"]


async def test_a_flood_of_partials_and_one_final(server: Server, call_id: str) -> None:
    async with websockets.connect(address(server, call_id, "assist")) as screen, inlet_of(server, call_id) as inlet:
        for number in range(3_000):
            await inlet.send(segment("我想问" + "居住证" * (number % 50), final=False))
        await inlet.send(segment("我想问居住证要带什么"))
        assert (await got(screen))["revision"] == 1
        await dealt_with(inlet)
    assert await lines(server, call_id) == ["我想问居住证要带什么"]


SCREEN = {
    "no JSON": "喂", "null": "null", "list": "[]", "deep": "[" * 30_000, "bytes": b"\x00", "no type": "{}",
    "unknown": '{"type": "search"}', "no item": '{"type": "pin", "on": true}', "long": '"' + "x" * 70_000 + '"',
    "item a list": '{"type": "said", "item_id": []}', "no such card": '{"type": "said", "item_id": "x"}',
    "no such fact": '{"type": "fact", "fact": "x", "value": 1}',
    "huge": f'{{"type": "fact", "fact": "applicant_age", "value": {"9" * 4000}}}',
    "end": '{"type": "end"}',
}  # fmt: skip


@pytest.mark.parametrize("message", SCREEN.values(), ids=SCREEN.keys())
async def test_a_screen_of_an_unknown_call_hears_what_is_wrong(
    server: Server, call_id: str, message: str | bytes
) -> None:
    async with websockets.connect(address(server, call_id, "assist")) as screen, inlet_of(server, call_id) as inlet:
        await screen.send(message)
        problem = await got(screen)
        assert problem["type"] == "problem"
        assert problem["text"].endswith("。")
        await inlet.send(segment("居住登记怎么办"))
        assert (await got(screen))["type"] == "assist"


async def test_ten_megabytes_from_a_screen_end_its_connection_not_the_call(server: Server, call_id: str) -> None:
    async with inlet_of(server, call_id) as inlet:
        async with websockets.connect(address(server, call_id, "assist")) as screen:
            with suppress(websockets.ConnectionClosed):  # closed while it is still being sent
                await screen.send("x" * 10_000_000)
            with pytest.raises(websockets.ConnectionClosed):
                await got(screen)
        await inlet.send(segment("居住登记怎么办"))
        await dealt_with(inlet)
    assert await lines(server, call_id) == ["居住登记怎么办"]


@pytest.mark.parametrize("name", ["%00", "a%2Fb", "%E7%94%B5%E8%AF%9D", "x" * 129, "a%0Ab", "'%20or%201"])
async def test_names_no_call_can_have(server: Server, name: str) -> None:
    for which in ("transcript", "assist"):
        with pytest.raises(websockets.InvalidStatusCode) as refused:
            await websockets.connect(address(server, name, which))
        assert refused.value.status_code in (403, 404, 422)
    for tail in ("", "/summary"):
        assert (await fetched(server, f"{name}{tail}")).status_code in (404, 422)


async def test_many_connections_that_come_and_go(server: Server, call_id: str) -> None:
    async def one(number: int) -> None:
        async with inlet_of(server, call_id) as inlet:
            await inlet.send(segment(f"第{number}句", number * 2_000, "agent"))
            await dealt_with(inlet)

    for number in range(30):
        await one(number)
    assert len(await lines(server, call_id)) == 30
    sockets = await asyncio.gather(*(websockets.connect(address(server, call_id, "assist")) for _ in range(60)))
    await asyncio.gather(*(socket.close() for socket in sockets))
    assert (await fetched(server, call_id)).status_code == 200
