"""In: settings, Redis, the words of the field. Out: what hears in this process: calls by AudioSocket, recordings."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import structlog
from redis.asyncio import Redis

from bot.channels.background import end
from bot.channels.hotline.legs import Legs
from bot.channels.recogniser import NoRecogniser, Recogniser, Recordings
from bot.errors import LaihutongError
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.channels.hotline.audiosocket import AudioSocket
    from bot.channels.hotline.calls import Calls
    from bot.channels.hotline.recognisers.base import StreamRecogniser

log = structlog.get_logger(__name__)

NOT_INSTALLED = "听声音的部分还没有装：先运行 make speech。"


class Hearing:
    """The ears of this process; deaf where nothing is set, or not installed, which is logged.

    Args:
        chosen: the settings.
        redis: None: legs are known within this process.
        names: names and aliases of items; may raise while they are not there.
    """

    def __init__(self, chosen: Settings, redis: Redis[bytes] | None, names: Callable[[], Iterable[str]]) -> None:
        self._chosen = chosen
        self._recogniser = _recogniser(chosen, names) if chosen.asr_url else None
        self.recordings: Recogniser = Recordings(self._recogniser) if self._recogniser else NoRecogniser()
        """Hears voice messages."""
        self.legs = Legs(redis)
        """Which side of which call a connection is."""
        self.audiosocket: AudioSocket | None = None
        """Takes calls; None: AUDIOSOCKET_PORT is 0, or nobody hears."""
        self._opening: asyncio.Task[None] | None = None

    def listen(self, calls: Calls) -> None:
        """Begins to take calls, when there is a port for it; call it in the running event loop."""
        if not self._chosen.audiosocket_port:
            return
        if self._recogniser is None:
            log.error("audiosocket_closed", reason="没有设 ASR_URL，或者识别没有装好，电话的声音没有人听。")
            return
        from bot.channels.hotline.audiosocket import AudioSocket

        self.audiosocket = AudioSocket(calls, self._recogniser, self.legs)
        self._opening = asyncio.create_task(self._open(self.audiosocket))

    async def _open(self, audiosocket: AudioSocket) -> None:
        try:
            await audiosocket.start(self._chosen.audiosocket_host, self._chosen.audiosocket_port)
        except OSError as error:
            log.error("audiosocket_closed", reason=f"端口 {self._chosen.audiosocket_port} 用不了：{error.strerror}")

    async def stop(self) -> None:
        """Hangs up and ends."""
        if self._opening is not None:
            await end([self._opening])
        if self.audiosocket is not None:
            await self.audiosocket.stop()
        if self._recogniser is not None:
            await self._recogniser.stop()


def _recogniser(chosen: Settings, names: Callable[[], Iterable[str]]) -> StreamRecogniser | None:
    try:
        import av  # noqa: F401 (what recordings need)

        from bot.channels.hotline.recognisers.setup import recogniser_of
        from bot.channels.hotline.recognisers.words import FieldWords
        from bot.channels.hotline.sound import resample  # noqa: F401 (what calls need)
    except ImportError as error:
        log.error("nobody_hears", reason=NOT_INSTALLED, error=repr(error))
        return None
    try:
        words, folder = FieldWords(names), chosen.var_dir / "whisper"
        return recogniser_of(chosen.asr_url, words, folder, chosen.asr_any_certificate)
    except LaihutongError as error:
        log.error("nobody_hears", reason=error.sentence)
        return None
