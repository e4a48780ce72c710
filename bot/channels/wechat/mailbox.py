"""In: words of staff for a person. Out: a customer message, within what may still be sent to them; or it waits."""

from __future__ import annotations

from dataclasses import dataclass

from bot.channels.wechat.budget import Budget
from bot.channels.wechat.people import People
from bot.channels.wechat.render import paged
from bot.channels.wechat.sender import Sender, Sent


@dataclass(frozen=True)
class Mailbox:
    """The way to the people of one account."""

    sender: Sender
    """Sends."""
    budget: Budget
    """What each person may still get."""
    people: People
    """Where to send it."""

    async def deliver(self, conversation_id: str, words: str, key: str = "") -> bool:
        """Sends what staff said; False: not now.

        Args:
            key: the same when the same words are sent again.
        """
        found = await self.people.address(conversation_id)
        if found is None:  # silent for 48 hours: it waits for their next message
            await self.people.owe(conversation_id, words)
            return True
        return await self.sender.send(conversation_id, found, paged(words), key) is not Sent.LATER

    async def left(self, conversation_id: str) -> tuple[int, int]:
        """Customer messages left, and for how many seconds."""
        left = await self.budget.left(conversation_id)
        return left.messages, left.seconds
