"""In: a push that is to be answered. Out: one Outgoing, with everything the person is owed in it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol

import structlog
from redis.exceptions import RedisError

from bot.answers import fixed
from bot.answers.phrases import phrase
from bot.channels.recogniser import Recogniser
from bot.channels.wechat.api_client import ApiClient
from bot.channels.wechat.api_errors import ApiError
from bot.channels.wechat.menu import says
from bot.channels.wechat.messages import Push, shown
from bot.channels.wechat.people import People
from bot.channels.wechat.render import Outgoing, chosen, next_page, outgoing
from bot.dialogue.engine import Turned
from bot.errors import BadInput, LaihutongError, TooMany, Unavailable
from bot.messages import Answer

log = structlog.get_logger(__name__)

Nearby = Callable[[float, float], Awaitable[Sequence[Mapping[str, Any]]]]
"""Degrees north and east → the nearest places."""
_ALWAYS: Mapping[str, str] = {"image": "wechat.image", "video": "wechat.video", "link": "wechat.link",
                              "file": "wechat.file", "unknown": "wechat.unknown"}  # fmt: skip
_SEEN = (*_ALWAYS, "location")
"""Staff who read along are shown that it came, though they cannot open it either."""


class Talk(Protocol):
    """Who answers text: the machine, or the person who has taken the case."""

    async def answer(
        self, conversation_id: str, text: str, channel: Any, as_of: Any = None, message_id: str | None = None
    ) -> Turned:
        """As Desk.answer."""

    async def note(self, conversation_id: str, text: str, message_id: str) -> None:
        """As Desk.note."""

    async def forget(self, conversation_id: str) -> None:
        """Ends everything open of somebody who has left."""


class Answering:
    """Answers pushes.

    Args:
        talk: answers text.
        nearby: finds places.
        recogniser: hears voice that came without words.
        api: fetches that voice; None when it cannot be fetched.
        people: what each was shown and is owed.
        hotline: the number people get when all else fails.
    """

    def __init__(
        self,
        talk: Talk,
        nearby: Nearby,
        recogniser: Recogniser,
        api: ApiClient | None,
        people: People | None,
        hotline: str,
    ) -> None:
        self._talk, self._nearby, self._recogniser = talk, nearby, recogniser
        self._api, self._people, self._hotline = api, people, hotline

    async def answer(self, push: Push) -> Outgoing:
        """What to tell them; for want of a part, or for a fault of ours, at least the telephone number.

        Raises:
            RedisError: Redis is gone; what was shown to people and what they are owed cannot be known.
            Unavailable: somebody has left, and nothing can be erased now.
        """
        if push.kind == "unsubscribe":
            await self.forget(push.conversation_id)
            return Outgoing("")
        try:
            return await self._answer(push)
        except TooMany as error:
            return Outgoing(error.sentence)
        except RedisError:
            raise
        except Exception as error:  # tried again it would fail again, and the person would wait for ever
            log.error("wechat_unanswered", error=repr(error), exc_info=not isinstance(error, LaihutongError))
            return self.unable()

    def unable(self) -> Outgoing:
        """When there is no answer."""
        return outgoing([fixed.service_down(self._hotline)])

    async def forget(self, conversation_id: str) -> None:
        """Erases everything of somebody who has left; what cannot be erased now is noted and erased later.

        Raises:
            Unavailable: it cannot even be noted.
        """
        people = self._people
        try:
            await self._talk.forget(conversation_id)
        except (LaihutongError, RedisError) as error:
            log.error("wechat_not_forgotten", error=repr(error))
            if people is None:
                raise Unavailable("现在删不了，请再通知一次。") from error
            await people.leaves(conversation_id)
        else:
            if people is not None:
                await people.left(conversation_id)
        if people is not None:
            await people.forget(conversation_id)

    async def _answer(self, push: Push) -> Outgoing:
        if push.kind == "silent":
            return Outgoing("")
        if push.kind in _SEEN:
            await self._talk.note(push.conversation_id, shown(push.kind), push.key)
        if push.kind in _ALWAYS:
            return outgoing([fixed.say(_ALWAYS[push.kind])])
        if push.kind == "subscribe":
            return await self._welcome(push)
        if push.kind in ("scan", "click"):
            asked = says(push.text)
            return await self._text(push, asked) if asked else outgoing([fixed.say("capabilities")])
        if push.kind == "location":
            return outgoing([await self._places(push)])
        if push.kind == "voice" and not push.text.strip():
            if heard := await self._hear(push):
                return await self._text(push, heard)
            await self._talk.note(push.conversation_id, shown("voice"), push.key)
            return outgoing([fixed.say("wechat.voice")])
        return await self._text(push, push.text)

    async def _text(self, push: Push, text: str) -> Outgoing:
        last = await self._people.last(push.conversation_id) if self._people else Outgoing("")
        if last.rest and text.strip() == phrase("wechat.more"):
            return next_page(last.rest, last.later)
        meant = chosen(text, last.choices)
        turned = await self._talk.answer(push.conversation_id, meant, "wechat", None, push.key)
        return outgoing(turned.answers)

    async def _welcome(self, push: Push) -> Outgoing:
        asked = says(push.text)
        welcome = fixed.say("wechat.welcome")
        if not asked:
            return outgoing([Answer(welcome.blocks, tuple(phrase("first_questions").splitlines()))])
        turned = await self._talk.answer(push.conversation_id, asked, "wechat", None, push.key)
        return outgoing([Answer(welcome.blocks), *turned.answers])

    async def _places(self, push: Push) -> Answer:
        if push.lat is None or push.lon is None:
            return fixed.say("wechat.unknown")
        try:
            return fixed.found_places(await self._nearby(push.lat, push.lon))
        except Unavailable:
            return fixed.service_down(self._hotline)
        except BadInput:  # too far away
            return fixed.say("wechat.far_away")

    async def _hear(self, push: Push) -> str:
        """What a voice message says; empty when nobody here can hear it."""
        if self._api is None or not self._recogniser.hears or not push.media_id:
            return ""
        try:
            return await self._recogniser.text(await self._api.media(push.media_id), push.encoding)
        except (ApiError, Unavailable) as error:
            log.warning("wechat_voice_unheard", error=repr(error))
            return ""
