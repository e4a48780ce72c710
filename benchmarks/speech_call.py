"""In: sentences. Out: seconds from the last sound of each to its card, through a whole server, by AudioSocket."""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

import websockets

from benchmarks.speech_sound import QUIET, Sentence
from bot.channels.hotline.sound.frames import SOUND, encoded
from tests.channels.hotline.exchange import LegPlayer
from tests.journeys.conftest import Server, free_port, running
from tests.speech import resampled

_FRAME_MS, _RATE = 20, 8_000
_PATIENCE_S = 60.0


async def seconds_to_cards(sentences: Sequence[Sentence], recogniser: str) -> list[float]:
    """One call, spoken at the speed people speak; a sentence nothing was heard of has no card and no time."""
    port = free_port()
    settings = {"ASR_URL": recogniser, "AUDIOSOCKET_PORT": str(port)}
    with tempfile.TemporaryDirectory() as folder, running(Path(folder), **settings) as server:
        await asyncio.to_thread(server.wait, "/readyz", 240)
        return await _call(server, port, sentences)


async def _call(server: Server, port: int, sentences: Sequence[Sentence]) -> list[float]:
    leg, took = str(uuid4()), []
    caller = await LegPlayer.connect(port, leg)
    address = f"{server.url.replace('http', 'ws')}/api/v1/hotline/calls/{leg}/assist"
    async with websockets.connect(address) as screen:
        for sentence in sentences:
            quiet = asyncio.create_task(_silence(caller, await _said(caller, sentence.pcm)))
            ended = time.perf_counter()
            try:
                heard = json.loads(await asyncio.wait_for(screen.recv(), _PATIENCE_S))
                if heard["type"] == "assist":
                    took.append(time.perf_counter() - ended)
            except asyncio.TimeoutError:
                pass
            finally:
                quiet.cancel()
            await _drained(screen)
    await caller.hang_up()
    return took


async def _said(caller: LegPlayer, pcm: bytes) -> float:
    """Plays a sentence after a pause; when its next frame is due."""
    return await _played(caller, resampled(QUIET + pcm, _RATE), time.perf_counter())


async def _silence(caller: LegPlayer, due: float) -> None:
    while True:
        due = await _played(caller, bytes(2 * _RATE), due)


async def _played(caller: LegPlayer, sound: bytes, due: float) -> float:
    size = 2 * _RATE * _FRAME_MS // 1000
    for at in range(0, len(sound), size):
        await caller.send(encoded(SOUND, sound[at : at + size]))
        due += _FRAME_MS / 1000
        await asyncio.sleep(due - time.perf_counter())
    return due


async def _drained(screen: websockets.WebSocketClientProtocol) -> None:
    """A sentence that was cut in two has two cards; the second belongs to no time."""
    try:
        while True:
            await asyncio.wait_for(screen.recv(), 3)
    except asyncio.TimeoutError:
        pass
