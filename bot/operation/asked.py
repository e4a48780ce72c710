"""In: a message and what it led to. Out: the row that is kept of it: masked, without a person's name."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.answers.chat import to_reply
from bot.clock import now
from bot.dialogue.engine import Turned
from bot.messages import Inbound, Understood
from services.questions.models import PLACE, Asked, conversation_hash

_MOST_TOLD = 4_000
"""Characters of an answer that are kept; the longest has about a thousand."""
_AREA = re.compile(r".{2,4}(?:镇|街道)|莘庄工业区")
"""Names of places/subdistricts.yml; what else counts as a place (provinces, other districts) ends in another way."""


def asked_of(inbound: Inbound, turned: Turned, secret: str, topic_of: Callable[[str], str] = lambda _: "") -> Asked:
    """The row. The day of the answer is today's, also when the question was asked for another day.

    Args:
        inbound: the message.
        turned: what it led to.
        secret: so that nobody can make the conversation's hash.
        topic_of: the topic of an item id; empty when nobody knows it.
    """
    heard = turned.heard
    told = "\n".join(to_reply(answer, inbound.channel).text for answer in turned.answers)
    source = next((answer for answer in turned.answers if answer.item_id), None)
    told_item = (source.item_id or "") if source else ""
    about = told_item or heard.item_id or ""
    return Asked(
        at=now(),
        conversation=conversation_hash(inbound.conversation_id, secret),
        channel=inbound.channel,
        text=_plain(inbound.text),
        act="danger" if heard.alert else heard.act,
        item_id=heard.item_id or "",
        item_score=heard.item_score,
        in_scope=heard.in_scope,
        told=_plain(told)[:_MOST_TOLD],
        told_item=told_item,
        told_version=(source.item_version or 0) if source else 0,
        area=area_of(heard),
        topic="venue" if heard.act == PLACE else topic_of(about) if about else "",
    )


def area_of(heard: Understood) -> str:
    """The first sub-district a sentence names; empty when it names none."""
    places = (entity.value for entity in heard.entities if entity.type == "place")
    return next((place for place in places if _AREA.fullmatch(place)), "")


def _plain(text: str) -> str:
    """Databases refuse NUL and half characters."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()
