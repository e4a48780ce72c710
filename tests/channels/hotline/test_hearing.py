"""What a process hears with, by its settings; and what it says when it is deaf."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from bot.channels.hotline.hearing import Hearing
from bot.channels.recogniser import NoRecogniser, Recordings
from bot.settings import Settings
from tests.channels.hotline.helper import Process
from tests.channels.hotline.recognisers.stand_ins import SENTENCES, VoskStandIn, marked
from tests.channels.test_recogniser import wav
from tests.journeys.conftest import free_port


def chosen(folder: Path, **more: object) -> Settings:
    return Settings(_env_file=None, var_dir=folder, **more)


def reasons(logs: list[dict[str, object]]) -> str:
    return " ".join(str(log.get("reason", "")) for log in logs)


async def test_nothing_is_set_nothing_is_heard(tmp_path: Path, valkey: Redis, sqlite_url: str) -> None:
    process = Process(valkey, sqlite_url)
    with capture_logs() as logs:
        hearing = Hearing(chosen(tmp_path), valkey, list)
        hearing.listen(process.calls)
    assert isinstance(hearing.recordings, NoRecogniser)
    assert hearing.audiosocket is None
    assert logs == []
    await hearing.stop()
    await process.stop()


async def test_a_port_without_a_recogniser_is_told(tmp_path: Path, valkey: Redis, sqlite_url: str) -> None:
    process = Process(valkey, sqlite_url)
    with capture_logs() as logs:
        hearing = Hearing(chosen(tmp_path, audiosocket_port=free_port()), valkey, list)
        hearing.listen(process.calls)
    assert hearing.audiosocket is None
    assert "ASR_URL" in reasons(logs)
    await process.stop()


async def test_without_the_parts_for_sound_it_says_what_to_run(
    tmp_path: Path, valkey: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "av", None)
    with capture_logs() as logs:
        hearing = Hearing(chosen(tmp_path, asr_url="whisper:base"), valkey, list)
    assert not hearing.recordings.hears
    assert "make speech" in reasons(logs)


async def test_a_taken_port_does_not_stop_the_server(tmp_path: Path, valkey: Redis, sqlite_url: str) -> None:
    process = Process(valkey, sqlite_url)
    with socket.socket() as taken, capture_logs() as logs:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        hearing = Hearing(chosen(tmp_path, asr_url="vosk+ws://127.0.0.1:1", audiosocket_port=port), valkey, list)
        hearing.listen(process.calls)
        await asyncio.sleep(0.2)
    assert str(port) in reasons(logs)
    await hearing.stop()
    await process.stop()


async def test_messages_and_calls_are_heard_by_the_same_recogniser(
    tmp_path: Path, valkey: Redis, sqlite_url: str
) -> None:
    asr, process, port = VoskStandIn(), Process(valkey, sqlite_url), free_port()
    await asr.start()
    hearing = Hearing(chosen(tmp_path, asr_url=f"vosk+{asr.url}", audiosocket_port=port), valkey, list)
    assert isinstance(hearing.recordings, Recordings)
    assert await hearing.recordings.text(wav(marked(2)), "wav") == SENTENCES[2]
    hearing.listen(process.calls)
    await asyncio.sleep(0.1)
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.close()
    await hearing.stop()
    with pytest.raises(ConnectionError):
        await asyncio.open_connection("127.0.0.1", port)
    await asr.stop()
    await process.stop()
