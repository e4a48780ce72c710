"""In: settings, Redis, the desk, a recogniser. Out: the running voice self-service of one process.

Imported only where it is on: the parts for sound are an extra that most installations do not have.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import get_args

import structlog
from redis.asyncio import Redis

from bot.answers import fixed as answers
from bot.answers.phrases import NEEDED, phrase
from bot.answers.spoken import to_spoken
from bot.channels.background import end
from bot.channels.desk import Desk
from bot.channels.hotline.voice.ears import Ears, ready
from bot.channels.hotline.voice.outcomes import Outcomes
from bot.channels.hotline.voice.player import sentences
from bot.channels.hotline.voice.render import fixed
from bot.channels.hotline.voice.service import VoiceService
from bot.channels.hotline.voice.sounds import Sounds
from bot.channels.hotline.voice.speech import Speech
from bot.channels.recogniser import Recogniser
from bot.dialogue.engine import Turned
from bot.errors import LaihutongError
from bot.messages import Alert
from bot.settings import Settings

log = structlog.get_logger(__name__)


class Voice:
    """Voice self-service in this process; begins at once, in the running event loop.

    Args:
        chosen: the settings.
        redis: where the processes tell each other how calls ended.
        desk: answers.
        recogniser: hears.
    """

    def __init__(self, chosen: Settings, redis: Redis[bytes] | None, desk: Desk, recogniser: Recogniser) -> None:
        async def answer(conversation_id: str, text: str) -> Turned:
            return await desk.answer(conversation_id, text, "hotline")

        self.outcomes = Outcomes(redis)
        self._chosen = chosen
        self._speech = Speech(chosen.tts_url, Sounds(chosen.var_dir / "voice"))
        self._service = VoiceService(
            answer, self._speech, partial(Ears, recogniser), self.outcomes, chosen.hotline_number, desk.staffed
        )
        self._starting = asyncio.create_task(self._start())

    async def stop(self) -> None:
        """Ends every call."""
        await end([self._starting])
        await self._service.stop()

    async def _start(self) -> None:
        try:
            await asyncio.to_thread(ready)
            port = await self._service.start(self._chosen.voice_host, self._chosen.voice_port)
        except (LaihutongError, OSError) as error:
            log.error("voice_off", reason=error.sentence if isinstance(error, LaihutongError) else str(error))
            return
        log.info("voice_on", port=port)
        await self._speech.prepare(fixed_sentences(self._chosen.hotline_number))


def fixed_sentences(hotline: str) -> list[str]:
    """What must be sayable when the speech server is gone: dangers first, then what the telephone says by itself."""
    dangers = [to_spoken(answers.danger(alert), full=True) for alert in get_args(Alert)]
    values = {"hotline": hotline}
    told = [
        fixed(phrase(key, **{name: values[name] for name in names}))
        for key, names in NEEDED.items()
        if key.startswith("voice.") and names <= values.keys()
    ]
    return [sentence for text in (*dangers, *told, fixed(phrase("handover.call_now"))) for sentence in sentences(text)]
