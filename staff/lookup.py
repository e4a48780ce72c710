"""In: what was typed, filters, a day. Out: items to show in a list; and one item laid out with its ready answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from bot.answers.chat import to_reply
from bot.answers.compose import compose
from bot.answers.spoken import to_spoken
from bot.errors import NotFound
from bot.messages import Verification
from services.knowledge.item_state import verification_on
from services.knowledge.models import TOPICS, Item
from services.knowledge.snapshot import Published, Snapshot
from services.knowledge.topics import REGION_NAMES
from staff.paging import day_of
from staff.seams import Serving

SHOWN = 20
"""Results on a page."""
_LOOKED_AT = 200
"""Hits that filters choose from."""
LONGEST_QUERY = 200
READY = {
    "ask_overview": "这是什么", "ask_conditions": "谁能办", "ask_materials": "带什么", "ask_procedure": "怎么办",
    "ask_place": "在哪办", "ask_time": "什么时候、多久", "ask_cost": "多少钱", "ask_contact": "打哪个电话",
}  # fmt: skip
"""Questions an agent answers from the page, in the order of a call."""


@dataclass(frozen=True)
class Wanted:
    """What is looked for. Filters that nobody has are empty."""

    q: str = ""
    topic: str = ""
    region: str = ""
    state: str = ""
    as_of: date | None = None

    @classmethod
    def read(cls, q: str, topic: str, region: str, state: str, as_of: str) -> Wanted:
        """From an address; what makes no sense counts as not asked for."""
        return cls(
            q.strip()[:LONGEST_QUERY],
            topic if topic in TOPICS else "",
            region if region in REGION_NAMES else "",
            state if state in ("verified", "unverified", "expired") else "",
            day_of(as_of),
        )

    @property
    def query(self) -> dict[str, str]:
        """For the address of another page of the same list."""
        day = self.as_of.isoformat() if self.as_of else ""
        everything = {"q": self.q, "topic": self.topic, "region": self.region, "state": self.state, "as_of": day}
        return {key: value for key, value in everything.items() if value}


@dataclass(frozen=True)
class Row:
    """One line of a list."""

    item: Item
    """As of the day."""
    pieces: tuple[tuple[str, bool], ...]
    """A sentence in pieces; True: a hit, to be marked."""
    state: Verification
    """Checking state."""


@dataclass(frozen=True)
class Ready:
    """An answer that can be sent or said as it is."""

    act: str
    """One of READY."""
    label: str
    """What it answers."""
    text: str
    """To be sent, as the bot sends it."""
    spoken: str
    """To be said."""


def look_up(serving: Serving, wanted: Wanted, page: int = 1) -> tuple[list[Row], bool]:
    """Rows, best first, and whether there are more. Without a query: everything that passes, in id order.

    Raises:
        Unavailable: knowledge is still loading.
    """
    rows = _found(serving, wanted) if wanted.q else _all(serving.snapshot(), wanted)
    first = (page - 1) * SHOWN
    some = [row for at, row in zip(range(first + SHOWN + 1), rows, strict=False) if at >= first]
    return some[:SHOWN], len(some) > SHOWN


def ready_answers(found: Published, day: date) -> list[Ready]:
    """What the bot would answer, question by question, from this very version."""
    public, made = found.public_on(day), []
    for act, label in READY.items():
        answer = compose(public, act, day)
        made.append(Ready(act, label, to_reply(answer, "wechat").text, to_spoken(answer)))
    return made


def version_of(snapshot: Snapshot, item_id: str, number: int, day: date) -> Published:
    """One version by its number, or the one in force on a day (number 0); else the first that will be.

    Raises:
        NotFound: there is none.
    """
    history = snapshot.history.get(item_id, ())
    if number:
        chosen = next((p for p in history if p.version == number), None)
    else:
        chosen = snapshot.on(item_id, day) or (history[-1] if history else None)
    if chosen is None:
        raise NotFound(f"没有这个事项或这一版：{item_id}")
    return chosen


def names_of(snapshot: Snapshot, ids: Iterable[str]) -> dict[str, str]:
    """What items are called; one that is in force no more has its id for a name."""
    found = {item_id: snapshot.on(item_id) for item_id in ids}
    return {item_id: published.item.name if published else item_id for item_id, published in found.items()}


def item_called(snapshot: Snapshot, text: str) -> str:
    """The id of the item that is called so, or has this id; nothing for nothing.

    Raises:
        NotFound: there is none.
    """
    if not text or text in snapshot.history:
        return text
    for item_id, published in snapshot.current.items():
        if published.item.name == text:
            return item_id
    raise NotFound(f"没有叫“{text}”的事项。请照“查事项”里的名称写，一个字都不差。")


def _found(serving: Serving, wanted: Wanted) -> Iterator[Row]:
    snapshot = serving.snapshot()
    for hit in serving.search(wanted.q, wanted.topic or None, _LOOKED_AT, wanted.as_of):
        published = snapshot.on(hit.item_id, wanted.as_of)
        if published is not None and _passes(published.item, hit.verification, wanted):
            yield Row(published.item, tuple(marked(hit.highlight)), hit.verification)


def _all(snapshot: Snapshot, wanted: Wanted) -> Iterator[Row]:
    day = wanted.as_of or snapshot.day
    for item_id in snapshot.current if day == snapshot.day else sorted(snapshot.history):
        published = snapshot.on(item_id, day)
        if published is None or wanted.topic not in ("", published.item.topic):
            continue
        if wanted.region not in ("", published.item.region):  # before the state, which costs much more
            continue
        state = verification_on(published.item, day)
        if _passes(published.item, state, wanted):
            yield Row(published.item, ((published.item.summary, False),), state)


def _passes(item: Item, state: Verification, wanted: Wanted) -> bool:
    return wanted.region in ("", item.region) and wanted.state in ("", state)


def marked(highlight: str) -> Iterator[tuple[str, bool]]:
    """A highlight in pieces.

    >>> list(marked("办【居住证】要"))
    [('办', False), ('居住证', True), ('要', False)]
    """
    for at, piece in enumerate(highlight.replace("】", "【").split("【")):
        if piece:
            yield piece, at % 2 == 1
