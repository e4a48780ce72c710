"""In: ASR_URL. Out: the recogniser it names."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bot.channels.hotline.recognisers.base import StreamRecogniser
from bot.channels.hotline.recognisers.funasr import FunAsr
from bot.channels.hotline.recognisers.upstream import Upstream
from bot.channels.hotline.recognisers.vosk import Vosk
from bot.channels.hotline.recognisers.whisper import Whisper
from bot.channels.hotline.recognisers.whisper_model import load
from bot.channels.hotline.recognisers.words import prompt
from bot.errors import SetupError

Words = Callable[[], list[str]]


def recogniser_of(url: str, words: Words, folder: Path, any_certificate: bool = False) -> StreamRecogniser:
    """Begins to load what must be loaded.

    Args:
        url: funasr+ws(s)://…, vosk+ws(s)://…, whisper:NAME or whisper:FOLDER.
        words: the field's words, asked for anew when they are needed.
        folder: where models that are fetched are kept.
        any_certificate: a wss:// server is believed whatever its certificate says.

    Raises:
        SetupError: nothing of ours speaks like this.
    """
    kind, _, rest = url.partition("+" if "+ws" in url else ":")
    if kind == "whisper" and rest:
        return Whisper(lambda: load(rest, lambda: prompt(words()), folder))
    if kind == "funasr" and rest.startswith(("ws://", "wss://")):
        return Upstream(rest, lambda: FunAsr(words()), any_certificate)
    if kind == "vosk" and rest.startswith(("ws://", "wss://")):
        return Upstream(rest, Vosk, any_certificate)
    raise SetupError("ASR_URL 要写成 funasr+ws://地址、vosk+ws://地址 或 whisper:模型名或文件夹。")
