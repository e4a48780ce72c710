"""One scripted call through every inlet of a whole server, by real sockets: the agent sees the same each time.

What AudioSocket brings is heard by FunASR's or vosk's stand-in here, by Whisper in test_hotline_heard.py.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
import websockets

from tests.channels.hotline.exchange import LegPlayer
from tests.channels.hotline.recognisers.stand_ins import SENTENCES, FunAsrStandIn, VoskStandIn, marked, silence
from tests.channels.hotline.test_api import address, fetched
from tests.journeys.conftest import Server, free_port, running

pytestmark = pytest.mark.engine
SCRIPT = (("caller", 1), ("caller", 2), ("agent", 1), ("caller", 3), ("caller", 4))
"""Who says which sentence."""
Play = Callable[[Server, str], Awaitable[None]]


async def by_text(server: Server, call_id: str) -> None:
    """The contract's WebSocket."""
    async with websockets.connect(address(server, call_id, "transcript")) as socket:
        for number, (speaker, sentence) in enumerate(SCRIPT):
            words, begin = SENTENCES[sentence], 3_000 * number
            line = {"speaker": speaker, "begin_ms": begin, "end_ms": begin + 1_200}
            await socket.send(json.dumps({**line, "type": "segment", "text": words[:3], "final": False}))
            await socket.send(json.dumps({**line, "type": "segment", "text": words, "final": True}))
        await socket.send(json.dumps({"type": "end"}))


def by_sound(port: int) -> Play:
    """AudioSocket, each speaker over a leg of their own."""

    async def play(server: Server, call_id: str) -> None:
        legs = {}
        for speaker in ("caller", "agent"):
            leg = {"uuid": str(uuid4()), "call_id": call_id, "speaker": speaker}
            async with httpx.AsyncClient() as http:
                assert (await http.post(f"{server.url}/api/v1/hotline/legs", json=leg)).status_code == 200
            legs[speaker] = await LegPlayer.connect(port, leg["uuid"])
        for speaker, sentence in SCRIPT:
            other = legs["agent" if speaker == "caller" else "caller"]
            sound = silence(600) + marked(sentence)
            await asyncio.gather(legs[speaker].play(sound, rate=16_000), other.play(bytes(len(sound)), rate=16_000))
        for leg_player in legs.values():
            await leg_player.hang_up()

    return play


async def replayed(server: Server, play: Play) -> dict[str, Any]:
    """What is left of the call."""
    call_id = f"ring-{uuid4().hex[:8]}"
    async with websockets.connect(address(server, call_id, "assist")) as screen:
        await play(server, call_id)
        shown: list[dict[str, Any]] = []
        while not shown or shown[-1]["type"] != "end":
            shown.append(json.loads(await asyncio.wait_for(screen.recv(), 30)))
    call = (await fetched(server, call_id)).json()
    summary = (await fetched(server, f"{call_id}/summary")).json()
    assists = [one for one in shown if one["type"] == "assist"]
    return {
        "said": sorted((one["speaker"], one["text"].rstrip("。")) for one in call["segments"]),
        "card": assists[-1]["items"][0]["item_id"],
        "facts": assists[-1]["facts"],
        "items": summary["item_ids"],
    }


@pytest.mark.parametrize("kind", ["funasr", "vosk"])
async def test_the_same_call_looks_the_same_through_every_inlet(tmp_path: Path, kind: str) -> None:
    asr = FunAsrStandIn(python=False) if kind == "funasr" else VoskStandIn()
    await asr.start()
    port = free_port()
    try:
        with running(tmp_path, ASR_URL=f"{kind}+{asr.url}", AUDIOSOCKET_PORT=str(port)) as server:
            await asyncio.to_thread(server.wait, "/readyz", 120)
            text, sound = await replayed(server, by_text), await replayed(server, by_sound(port))
    finally:
        await asr.stop()
    assert text["said"] == sorted((speaker, SENTENCES[sentence]) for speaker, sentence in SCRIPT)
    assert text["card"] == "residence.permit.apply"
    assert sound == text
