"""ASR_URL: what it names, and what it must not be."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.channels.hotline.recognisers.setup import recogniser_of
from bot.channels.hotline.recognisers.upstream import Upstream
from bot.channels.hotline.recognisers.whisper import Whisper
from bot.channels.hotline.recognisers.words import FieldWords
from bot.errors import SetupError, Unavailable
from bot.settings import Settings

GOOD = [
    "funasr+ws://10.0.0.5:10095",
    "funasr+wss://asr:10095",
    "vosk+ws://localhost:2700",
    "whisper:base",
    "whisper:/a b",
]
BAD = ["ws://x", "funasr+http://x", "whisper:", "vosk", "vosk+ws://", "https://x", "funasr+ws:// x"]


@pytest.mark.parametrize("url", GOOD)
def test_the_setting_takes_what_can_be_heard_with(url: str) -> None:
    assert Settings(_env_file=None, asr_url=url).asr_url == url


@pytest.mark.parametrize("url", BAD)
def test_the_setting_refuses_everything_else(url: str) -> None:
    with pytest.raises(ValidationError, match="funasr"):
        Settings(_env_file=None, asr_url=url)


async def test_each_url_names_its_recogniser(tmp_path: Path) -> None:
    for url in GOOD[:3]:
        assert isinstance(recogniser_of(url, list, tmp_path), Upstream)
    whisper = recogniser_of(f"whisper:{tmp_path}", list, tmp_path)
    assert isinstance(whisper, Whisper)
    await whisper.stop()
    with pytest.raises(SetupError, match="ASR_URL"):
        recogniser_of("http://x", list, tmp_path)


def test_words_are_those_in_force() -> None:
    names: list[str] | None = None

    def given() -> list[str]:
        if names is None:
            raise Unavailable("还在准备。")
        return names

    words = FieldWords(given)
    assert words() == []
    names = ["居住证", "居住证积分"]
    assert words() == ["居住证", "居住证积分"]
    names = ["公租房"]
    assert words() == ["公租房"]
