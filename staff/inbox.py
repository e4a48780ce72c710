"""In: handover cases and their lines. Out: who is to be looked at first, what may still be sent, what could be said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from bot.answers.chat import to_reply
from bot.answers.compose import compose
from bot.errors import Unavailable
from bot.messages import ITEM_ACTS
from services.handover.models import Case, Line
from staff.act_names import ACT_NAMES
from staff.seams import Serving

REASONS = {"asked": "要找人工", "call_back": "答应了再联系", "danger": "可能有危险"}
CASE_STATES = {"waiting": "等人接", "claimed": "在接待", "closed": "结束了"}
SPEAKERS = {"person": "来访人", "machine": "机器人", "staff": "工作人员", "notice": "告诉对方"}
_FOR_THE_MACHINE = ("回“更多”看全", "要看全就告诉我")
"""The machine is silent while staff have the conversation: its word “更多” would bring nothing."""
_LATEST = 5
"""So many of a person's last sentences are looked at: the very last one is often just “人工”."""


@dataclass(frozen=True)
class Inbox:
    """Open cases in the order to look at them."""

    promised: list[Case]
    """Nobody has them, and somebody was promised to be contacted; the earliest time first."""
    waiting: list[Case]
    """Nobody has them; dangers first, then the longest wait."""
    claimed: list[Case]
    """Somebody has them."""

    def seen(self, at: datetime) -> str:
        """The same as long as the page would look the same."""
        everything = (*self.promised, *self.waiting, *self.claimed)
        return sha256(
            repr([(c.id, c.state, c.staff, c.reason, bool(c.due_at and c.due_at < at)) for c in everything]).encode()
        ).hexdigest()[:16]


@dataclass(frozen=True)
class Suggestion:
    """What could be answered to the last question."""

    question: str = ""
    """The sentence it answers."""
    item_id: str = ""
    """The item meant; empty: none was found."""
    name: str = ""
    """What the item is called."""
    asks: str = ""
    """What the person wants to know of it, in words."""
    text: str = ""
    """The answer, as the machine would write it."""
    problem: str = ""
    """Why there is none; empty: there is one, or nothing was asked."""


def sorted_inbox(cases: Sequence[Case]) -> Inbox:
    """Open cases, the most pressing first."""
    free = [case for case in cases if case.state == "waiting"]
    promised = [case for case in free if case.reason == "call_back"]
    rest = [case for case in free if case.reason != "call_back"]
    return Inbox(
        sorted(promised, key=lambda c: (c.due_at is None, c.due_at or c.opened_at, c.id)),
        sorted(rest, key=lambda c: (c.reason != "danger", c.opened_at, c.id)),
        [case for case in cases if case.state == "claimed"],
    )


def suggest(serving: Serving, case: Case, lines: Sequence[Line], at: datetime) -> Suggestion:
    """The item and the answer for the latest sentence that is about one."""
    said = [line.text for line in lines if line.who == "person" and line.text.strip()][-_LATEST:]
    if not said:
        return Suggestion()
    try:
        heard = serving.understand_many(said, "wechat" if case.channel == "wechat" else "web")
        snapshot = serving.snapshot()
    except Unavailable as error:
        return Suggestion(problem=error.sentence)
    for question, one in zip(reversed(said), reversed(heard), strict=True):
        published = snapshot.on(one.item_id) if one.item_id and one.act in ITEM_ACTS else None
        if published is None:
            continue
        answer = compose(published.public_on(at.date()), one.act, at.date())
        text = to_reply(answer, "wechat").text.replace(*_FOR_THE_MACHINE)
        return Suggestion(question, published.item.id, published.item.name, ACT_NAMES[one.act], text)
    return Suggestion(problem="从对方的话里没看出是哪个事项，请在“查事项”里找。")


def budget_words(case: Case, left: tuple[int, int] | None) -> str:
    """What may still be sent, in words for staff.

    Args:
        left: customer messages and seconds, as WeChat allows; None: not known.
    """
    if case.channel != "wechat":
        return "网页聊天，发几条都行。对方网页开着就能看到，关了要等他再打开。"
    if left is None:
        return "微信：现在查不到还能发几条。发不出去的会留着，记在“没送到的”里。"
    messages, seconds = left
    if not messages:
        return "微信：现在一条也不能发了。你写的会留着，对方再来一句话才送得到。"
    until = f"{seconds // 3600} 小时" if seconds >= 3600 else f"{max(seconds // 60, 1)} 分钟"
    last = "只剩这一条，要说的一次说完。" if messages == 1 else ""
    return f"微信：还能发 {messages} 条，{until}内有效。{last}对方再来一句话，又能发 5 条。"
