"""When voice self-service is on, what it prepares, and what the exchange is told over HTTP."""

from __future__ import annotations

import asyncio
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from pydantic import ValidationError
from structlog.testing import capture_logs

from bot.channels.desk import Desk
from bot.channels.hotline.door import Door
from bot.channels.hotline.voice import setup
from bot.channels.hotline.voice.api import router
from bot.channels.hotline.voice.outcomes import Outcomes
from bot.channels.hotline.voice.running import Voice, fixed_sentences
from bot.channels.recogniser import NoRecogniser
from bot.errors import NotFound
from bot.hours import Hours
from bot.operation.install import install_operation
from bot.settings import Settings
from services.handover.store import HandoverStore
from tests.channels.hotline.voice.phone import Phone, Recorded
from tests.channels.hotline.voice.speaker import speaking
from tests.channels.test_desk import Asking
from tests.channels.test_intake import intake
from tests.journeys.conftest import free_port


def chosen(folder: Path, **other: object) -> Settings:
    return Settings(_env_file=None, var_dir=folder, **other)


def desk(folder: Path) -> Desk:
    store = HandoverStore(f"sqlite:///{folder / 'x.db'}")
    store.migrate()
    return Desk(intake(Asking()), lambda: store, Hours())


@pytest.mark.parametrize(
    ("voice_port", "tts_url", "hears", "said"),
    [(0, "", False, ""), (9093, "", True, "TTS_URL"), (9093, "http://127.0.0.1:9", False, "ASR_URL")],
)
def test_what_is_missing_is_said_at_the_start(
    tmp_path: Path, voice_port: int, tts_url: str, hears: bool, said: str
) -> None:
    settings = chosen(tmp_path, voice_port=voice_port, tts_url=tts_url)
    with capture_logs() as logs:
        assert setup.start(settings, None, desk(tmp_path), Recorded() if hears else NoRecogniser()) is None
    assert [entry["event"] for entry in logs] == (["voice_off"] if said else [])
    assert said in "".join(str(entry["reason"]) for entry in logs)


def test_an_address_must_be_one() -> None:
    with pytest.raises(ValidationError):
        Settings(_env_file=None, tts_url="localhost:9000")


async def test_it_prepares_its_sentences_and_takes_calls(tmp_path: Path) -> None:
    with speaking() as speaker:
        speaker.ms = 2
        settings = chosen(tmp_path, voice_port=free_port(), tts_url=speaker.url)
        voice = setup.start(settings, None, desk(tmp_path), Recorded())
        assert isinstance(voice, Voice)
        for _ in range(500):
            if len(speaker.asked) >= len(set(fixed_sentences("12345"))):
                break
            await asyncio.sleep(0.02)
        async with Phone(settings.voice_port) as phone:
            await phone.hears(lambda: len(phone.frames) > 2)
        await voice.stop()
    assert {body["text"] for body in speaker.asked} == set(fixed_sentences("12345"))
    assert len(list((tmp_path / "voice").iterdir())) == len(set(fixed_sentences("12345")))


async def test_a_port_in_use_is_told_and_ends_nothing(tmp_path: Path) -> None:
    taken = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
    port = taken.sockets[0].getsockname()[1]
    with capture_logs() as logs:
        voice = setup.start(
            chosen(tmp_path, voice_port=port, tts_url="http://127.0.0.1:9"), None, desk(tmp_path), Recorded()
        )
        assert voice is not None
        for _ in range(200):
            if any(entry["event"] == "voice_off" for entry in logs):
                break
            await asyncio.sleep(0.02)
    assert any(entry["event"] == "voice_off" for entry in logs)
    await voice.stop()
    taken.close()


def test_every_danger_is_prepared_without_figures() -> None:
    told = "".join(fixed_sentences("12345"))
    assert all(number in told for number in ("幺幺零", "幺二零", "幺幺九", "幺二三五六"))
    assert not any(sign.isdigit() and sign.isascii() for sign in told)


async def test_the_exchange_is_told_how_a_call_ended() -> None:
    outcomes, leg = Outcomes(None), str(uuid4())
    await outcomes.note(leg, "transfer")
    app = FastAPI()
    install_operation(app, 65_536)
    app.include_router(router(lambda: outcomes, Door("", "127.0.0.1")))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x") as client:
        found = await client.get(f"/api/v1/hotline/voice/{leg}")
        assert (found.status_code, found.text) == (200, "transfer")
        assert found.headers["content-type"].startswith("text/plain")
        assert (await client.get(f"/api/v1/hotline/voice/{uuid4()}")).status_code == 404
        assert (await client.get("/api/v1/hotline/voice/x")).status_code == 422
        outside = await client.get(f"/api/v1/hotline/voice/{leg}", headers={"x-forwarded-for": "1.2.3.4"})
        assert outside.status_code == 403


async def test_only_the_last_calls_are_remembered_here() -> None:
    outcomes = Outcomes(None)
    for n in range(1001):
        await outcomes.note(str(n), "done")
    with pytest.raises(NotFound):
        await outcomes.of("0")
    assert await outcomes.of("1000") == "done"
