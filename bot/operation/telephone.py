"""In: settings, Redis, the desk, understanding. Out: this process's ears, agents' calls, self-service."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from redis.asyncio import Redis

from bot.channels.ahead import Ahead
from bot.channels.desk import Desk
from bot.channels.hotline import setup as hotline
from bot.channels.hotline.assistant import Understanding
from bot.channels.hotline.hearing import Hearing
from bot.channels.hotline.voice import setup as voice
from bot.errors import NotFound, Unavailable
from bot.settings import Settings
from services.clients import EligibilityClient

if TYPE_CHECKING:
    from bot.channels.hotline.voice.outcomes import Outcomes
    from bot.channels.hotline.voice.running import Voice
    from services.knowledge.snapshot import Snapshot


class Telephone:
    """Everything that comes by telephone.

    Args:
        chosen: the settings.
        desk: answers callers out of hours.
    """

    def __init__(self, chosen: Settings, desk: Desk) -> None:
        self._chosen, self._desk = chosen, desk
        self._hearing: Hearing | None = None
        self._hotline: hotline.Hotline | None = None
        self._voice: Voice | None = None

    def hear(self, redis: Redis[bytes] | None, snapshot: Callable[[], Snapshot]) -> None:
        """Gives this process its ears, before anything that may need them.

        Args:
            redis: None: legs are known within this process only.
            snapshot: the knowledge in force, whose words a recogniser is told; raises Unavailable while it is loaded.
        """
        names = lambda: [name for item in snapshot().items for name in (item.name, *item.aliases)]  # noqa: E731
        self._hearing = Hearing(self._chosen, redis, names)

    def start(
        self,
        redis: Redis[bytes] | None,
        ahead: Ahead,
        understanding: Callable[[], Understanding],
        item: hotline.Item,
        rules: Callable[[], EligibilityClient],
    ) -> None:
        """Begins to work, after hear; call it in the running event loop. The arguments are those of hotline.start."""
        self._hotline = hotline.start(self._chosen, redis, ahead, understanding, item, rules)
        self.hearing().listen(self._hotline.calls)
        self._voice = voice.start(self._chosen, redis, self._desk, self.hearing().recordings)

    async def stop(self) -> None:
        """Ends what runs beside requests."""
        for part in (self._voice, self._hearing, self._hotline):
            if part is not None:
                await part.stop()

    def hearing(self) -> Hearing:
        """What hears.

        Raises:
            Unavailable: the server is still starting.
        """
        if self._hearing is None:
            raise Unavailable("还在准备，请过半分钟再试。")
        return self._hearing

    def hotline(self) -> hotline.Hotline:
        """The calls of agents.

        Raises:
            Unavailable: the server is still starting.
        """
        if self._hotline is None:
            raise Unavailable("还在准备，请过半分钟再试。")
        return self._hotline

    def outcomes(self) -> Outcomes:
        """How calls of voice self-service ended.

        Raises:
            NotFound: there is no voice self-service.
        """
        if self._voice is None:
            raise NotFound("没有开语音自助。")
        return self._voice.outcomes
