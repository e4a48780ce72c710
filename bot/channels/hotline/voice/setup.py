"""In: settings, Redis, the desk, a recogniser. Out: running voice self-service, or the reason why not in the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from redis.asyncio import Redis

from bot.channels.desk import Desk
from bot.channels.recogniser import NoRecogniser, Recogniser
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.channels.hotline.voice.running import Voice

log = structlog.get_logger(__name__)


def start(
    chosen: Settings, redis: Redis[bytes] | None, desk: Desk, recogniser: Recogniser | None = None
) -> Voice | None:
    """Begins voice self-service; None when it is not asked for, or cannot be."""
    if not chosen.voice_port:
        return None
    hears = recogniser or NoRecogniser()
    missing = [
        name
        for name, there in (("TTS_URL（语音合成）", chosen.tts_url), ("ASR_URL（语音识别）", hears.hears))
        if not there
    ]
    if missing:
        log.error("voice_off", reason=f"语音自助没有开：没有设 {'、'.join(missing)}。")
        return None
    try:
        from bot.channels.hotline.voice.running import Voice
    except ImportError:
        log.error("voice_off", reason="语音自助没有开：听声音的部分还没有装，先运行 make speech。")
        return None
    return Voice(chosen, redis, desk, hears)
