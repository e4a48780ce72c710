"""In: a person's message. Out: its answer by the machine, or word that a person of staff has it. For every channel.

The engine knows nothing of this: "a person please" is answered as always, and the case is opened behind it.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import structlog
from redis.exceptions import RedisError

from bot.answers import fixed
from bot.answers.chat import to_reply
from bot.answers.phrases import phrase
from bot.channels.background import end
from bot.channels.intake import Intake
from bot.channels.masking import mask
from bot.channels.outcome import OutcomeTalk, outcome_of
from bot.channels.recent import Recent
from bot.channels.replies import Replies
from bot.clock import now
from bot.dialogue.engine import Turned
from bot.errors import Conflict, LaihutongError, Unavailable
from bot.hours import Hours, say_when
from bot.messages import Answer, Block, Channel, Understood
from bot.understanding.danger import spoken_alert
from bot.understanding.normalize import normalize
from services.handover.models import Case, Reason, State
from services.handover.store import HandoverStore

log = structlog.get_logger(__name__)

_REFRESH_S = 0.5
_BACK = re.compile(r"(?:回到?|转回?|找|叫|要|换)?(?:机器人|人工智能)(?:来?回答|吧)?|(?:继续|接着)问(?:机器人)?")
_FORGET = re.compile(
    r"(?:请|帮我)?(?:忘了我|忘记我|(?:删掉?|删除|清除|清空)我的?(?:聊天|对话|问答)?(?:记录|数据|资料))(?:吧)?"
)
_WECHAT_WINDOW = timedelta(hours=47)


class Desk:
    """Where every channel hands messages in once staff may take part.

    Args:
        intake: the machine.
        store: gives the cases; raises Unavailable while there is none.
        hours: when staff are there.
    """

    def __init__(self, intake: Intake, store: Callable[[], HandoverStore], hours: Hours) -> None:
        self._intake, self._store, self._hours = intake, store, hours
        self._recent = Recent(None)
        self._open: dict[str, State] = {}
        self.replies = Replies(store)
        """What staff say."""
        self._forget_also: list[Callable[[str], object]] = []
        self._outcome: OutcomeTalk | None = None
        self._loop: asyncio.Task[None] | None = None

    def share(self, recent: Recent) -> None:
        """Puts the last lines in force that other processes share."""
        self._recent = recent

    def ask_outcome_by(self, outcome: OutcomeTalk) -> None:
        """Names who asks people whether their case was solved."""
        self._outcome = outcome

    def with_staff(self, conversation_id: str) -> State | None:
        """Whether staff have the conversation, or it waits for them; None: neither. Half a second old at most."""
        return self._open.get(conversation_id)

    def forget_also(self, forget: Callable[[str], object]) -> None:
        """Names what else is to be erased of somebody who leaves; called in a thread."""
        self._forget_also.append(forget)

    def start(self) -> None:
        """Begins to look for claimed cases and for replies to deliver."""
        self._loop = asyncio.create_task(self._look())
        self.replies.start()

    async def stop(self) -> None:
        """Ends that."""
        await self.replies.stop()
        if self._loop is not None:
            await end([self._loop])

    async def answer(
        self,
        conversation_id: str,
        text: str,
        channel: Channel,
        as_of: date | None = None,
        message_id: str | None = None,
    ) -> Turned:
        """As Intake.answer; while staff have the conversation, they get the message instead.

        Args:
            message_id: the same when the same message is handled again after a crash.

        Raises:
            TooMany: the conversation has used up this minute.
        """
        if channel != "hotline" and _FORGET.fullmatch(text.strip(" 。.!！，,~")):
            return await self._forgotten(conversation_id, channel)
        case = await self._case(conversation_id)
        # Whoever is in danger gets the emergency number at once, whoever has the conversation; staff read of it below.
        # On the telephone nobody can be answered in writing: the machine goes on until the call is put through.
        if case is not None and channel != "hotline" and spoken_alert(normalize(text)) is None:
            taken = await self._by_staff(case, text, message_id)
            if taken is not None:
                return taken
        turned = await self._by_machine(conversation_id, text, channel, as_of)
        said = (("person", turned.heard.text), ("machine", _words(turned)))
        await self._recent.note(conversation_id, *said)
        if turned.heard.act == "request_human" and not turned.heard.alert:
            return await self._hand_over(turned, conversation_id, channel, message_id)
        if case is not None:
            for who, words in said:
                await self._note(case, who, words, message_id)
        return turned

    async def _by_machine(self, conversation_id: str, text: str, channel: Channel, as_of: date | None) -> Turned:
        if self._outcome is None:
            return await self._intake.answer(conversation_id, text, channel, as_of)
        if outcome_of(text) is not None:
            lines = await self._recent.lines(conversation_id)
            thanks = await self._outcome.heard(conversation_id, text, lines)
            if thanks is not None:
                return thanks
        turned = await self._intake.answer(conversation_id, text, channel, as_of)
        return await self._outcome.ask(conversation_id, channel, turned)

    async def note(self, conversation_id: str, text: str, message_id: str) -> None:
        """Shows staff what came that is no text: a picture, a place."""
        await self._recent.note(conversation_id, ("person", text))
        case = await self._case(conversation_id)
        if case is not None:
            await self._note(case, "person", text, message_id)

    def staffed(self) -> bool:
        """Whether staff are there now; never while their hours are not known."""
        return self._hours.open(now())

    async def forget(self, conversation_id: str) -> None:
        """Erases cases, last lines and what was asked of somebody who has left."""
        for forget in self._forget_also:
            await asyncio.to_thread(forget, conversation_id)
        await self._recent.forget(conversation_id)
        await asyncio.to_thread(self._store().forget, conversation_id)

    async def _forgotten(self, conversation_id: str, channel: Channel) -> Turned:
        """Somebody asks for it. The talk itself begins anew; then everything that is kept beside it goes."""
        try:
            await self._intake.answer(conversation_id, phrase("forget.restart"), channel)
            await self.forget(conversation_id)
        except (Unavailable, RedisError) as error:
            log.error("not_forgotten", reason=repr(error))
            return _turned("", fixed.say("forget.failed"))
        self._open.pop(conversation_id, None)
        return _turned("", fixed.say("forget.done"))

    async def call_back(self, conversation_id: str) -> str:
        """The promise to a person who can be sent one more message only; the case behind it is opened."""
        when = self._hours.next_open(now())
        try:
            await self.open_case(conversation_id, "wechat", "call_back")
        except Unavailable as error:
            log.error("handover_not_opened", reason=error.sentence)
            return phrase("wechat.last_message")
        kept = phrase("wechat.call_back", when=say_when(when, now())) if when else phrase("wechat.call_back_unknown")
        return f"{phrase('wechat.last_message')}{kept}"

    async def record(self, conversation_id: str, code: int, reason: str, text: str) -> None:
        """Writes down for staff what could not be delivered."""
        await asyncio.to_thread(self._store().record, conversation_id, code, reason, text)

    async def _case(self, conversation_id: str) -> Case | None:
        """The open case. Only conversations known to have one are looked up: most have none."""
        if conversation_id not in self._open:
            return None
        try:
            return await asyncio.to_thread(self._store().current, conversation_id)
        except Unavailable as error:
            log.error("handover_unreadable", reason=error.sentence)
            return None

    async def _by_staff(self, case: Case, text: str, message_id: str | None) -> Turned | None:
        masked = mask(text[:2000])
        if _BACK.fullmatch(masked.strip(" 。.!！")):
            try:
                await asyncio.to_thread(self._store().close, case.id, None)
            except Conflict:
                log.info("handover_closed_already")
            self._open.pop(case.conversation_id, None)
            return _turned(masked, fixed.say("handover.back"))
        if case.state != "claimed" or not masked.strip():
            return None
        if not await self._note(case, "person", masked, message_id):
            return None  # rather the machine than nobody
        return _turned(masked, fixed.say("handover.passed_on"))

    async def _note(self, case: Case, who: Any, words: str, message_id: str | None) -> bool:
        try:
            await asyncio.to_thread(self._store().add, case.id, who, words, message_id)
        except Unavailable as error:
            log.error("handover_not_noted", reason=error.sentence)
            return False
        return True

    async def _hand_over(
        self, turned: Turned, conversation_id: str, channel: Channel, message_id: str | None
    ) -> Turned:
        """The answer as always, and below it what becomes of the message."""
        try:
            case, new = await self.open_case(conversation_id, channel, "asked")
        except Unavailable as error:
            log.error("handover_not_opened", reason=error.sentence)
            return turned
        if not new:
            await self._note(case, "person", turned.heard.text, message_id)
        first, *others = turned.answers
        told = replace(first, blocks=(*first.blocks, Block("note", self._promise(channel))))
        return replace(turned, answers=(told, *others))

    async def open_case(self, conversation_id: str, channel: str, reason: Reason) -> tuple[Case, bool]:
        """The conversation's case with the last lines in it, and whether it is new.

        Raises:
            Unavailable: the database does not answer.
        """
        said: Any = await self._recent.lines(conversation_id)
        due = self._hours.next_open(now())
        opened = await asyncio.to_thread(self._store().open, conversation_id, channel, reason, said, due)
        self._open[conversation_id] = opened[0].state
        return opened

    def _promise(self, channel: Channel) -> tuple[str, ...]:
        at = now()
        when = self._hours.next_open(at)
        if channel == "hotline":
            return (self._promise_on_the_telephone(at, when),)
        if when is None:
            return (phrase("handover.unknown"),)
        if when == at:
            return (phrase("handover.waiting"),)
        later = (phrase("handover.later", when=say_when(when, at)),)
        far = channel == "wechat" and when - at > _WECHAT_WINDOW
        return (*later, phrase("handover.write_then")) if far else later

    @staticmethod
    def _promise_on_the_telephone(at: datetime, when: datetime | None) -> str:
        if when is None:
            return phrase("handover.call_unknown")
        return phrase("handover.call_now") if when == at else phrase("handover.call_later", when=say_when(when, at))

    async def _look(self) -> None:
        while True:
            try:
                before = set(self._open)
                found = await asyncio.to_thread(self._store().open_cases)
                since = {one: state for one, state in self._open.items() if one not in before}
                self._open = {**since, **{case.conversation_id: case.state for case in found}}
                if self._outcome is not None:
                    await self._outcome.look()
            except LaihutongError as error:
                log.debug("handover_waits", reason=error.sentence)
            except Exception as error:
                # The next round tries again; without this loop the machine would answer where staff have claimed.
                log.error("handover_round_failed", error=repr(error), exc_info=True)
            await asyncio.sleep(_REFRESH_S)


def _words(turned: Turned) -> str:
    return "\n".join(to_reply(answer, "web").text for answer in turned.answers)


def _turned(text: str, answer: Answer) -> Turned:
    return Turned(Understood(text, text, "inform", 1.0), (answer,))
