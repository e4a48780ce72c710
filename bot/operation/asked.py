"""In: a message and what it led to. Out: the row that is kept of it: masked, without a person's name."""

from __future__ import annotations

from bot.answers.chat import to_reply
from bot.clock import now
from bot.dialogue.engine import Turned
from bot.messages import Inbound
from services.questions.store import Asked, conversation_hash

_MOST_TOLD = 4_000
"""Characters of an answer that are kept; the longest has about a thousand."""


def asked_of(inbound: Inbound, turned: Turned, secret: str) -> Asked:
    """The row. The day of the answer is today's, also when the question was asked for another day."""
    heard = turned.heard
    told = "\n".join(to_reply(answer, inbound.channel).text for answer in turned.answers)
    source = next((answer for answer in turned.answers if answer.item_id), None)
    return Asked(
        at=now(),
        conversation=conversation_hash(inbound.conversation_id, secret),
        channel=inbound.channel,
        text=_plain(inbound.text),
        act=heard.act,
        item_id=heard.item_id or "",
        item_score=heard.item_score,
        in_scope=heard.in_scope,
        told=_plain(told)[:_MOST_TOLD],
        told_item=(source.item_id or "") if source else "",
        told_version=(source.item_version or 0) if source else 0,
    )


def _plain(text: str) -> str:
    """Databases refuse NUL and half characters."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()
