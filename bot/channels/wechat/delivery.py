"""In: conversations with late answers. Out: each a customer message, in order, once; or it waits."""

from __future__ import annotations

from collections.abc import Callable

from redis.exceptions import RedisError

from bot.channels.wechat.inbox import Inbox, Late
from bot.channels.wechat.messages import Push
from bot.channels.wechat.render import Outgoing
from bot.channels.wechat.sender import Sender, Sent

_MOST_TRIES = 600
"""Rounds an answer is tried to be sent in; a round is a second or more. Then it waits for the person's next message."""


class Delivery:
    """Sends the late answers of one account in one process.

    Args:
        inbox, sender: its parts.
        known: whether this process has answered a message by itself, while Redis was gone.
    """

    def __init__(self, inbox: Inbox, sender: Sender, known: Callable[[str], bool]) -> None:
        self._inbox, self._sender, self._known = inbox, sender, known
        self._delivering: set[str] = set()
        self._gone_out: set[str] = set()
        """Sent, but not yet noted as sent: Redis was lost in between. They are not sent again."""
        self._cut_off: set[str] = set()

    async def deliver(self, conversation_id: str) -> None:
        """Sends what no push will collect, in order; one at a time in this process."""
        if conversation_id in self._delivering:
            return
        self._delivering.add(conversation_id)
        try:
            while late := await self._inbox.late(conversation_id):
                if not await self._send(conversation_id, late):
                    return
        except RedisError:
            self._cut_off.add(conversation_id)
            raise
        finally:
            self._delivering.discard(conversation_id)

    def cut_off(self) -> list[str]:
        """Conversations whose delivery lost Redis since this was asked. Only this process may go on with them."""
        found = list(self._cut_off)
        self._cut_off.clear()
        return found

    async def _send(self, conversation_id: str, late: Late) -> bool:
        """One of them; False: not now."""
        out, push, mid = Outgoing.from_dict(late.result), Push(**late.job), late.mid

        async def noted(sent: Outgoing | None = None) -> None:
            self._gone_out.add(mid)
            await self._inbox.sent(conversation_id, mid, sent.to_dict() if sent else None)
            self._gone_out.discard(mid)

        if out.text and not self._known(mid) and mid not in self._gone_out:
            sent = await self._sender.send(conversation_id, (push.person, push.account), out, mid, noted)
            if sent is Sent.SENT:
                return True
            if sent is Sent.LATER:
                if await self._inbox.unsent(mid) < _MOST_TRIES:
                    return False
                await self._sender.give_up(conversation_id, out)
        await noted()
        return True
