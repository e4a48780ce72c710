"""In: items somebody wants to publish, and sentences. Out: the sentences that would be answered in another way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from bot.answers.chat import to_reply
from bot.answers.compose import compose
from bot.messages import ITEM_ACTS, Understood
from bot.settings import ROOT
from bot.understanding.corpus import Example, read_examples
from services.knowledge.models import Item
from services.knowledge.snapshot import Published, Snapshot
from staff.seams import Serving

MOST = 300
"""Sentences of each kind that are tried: about five seconds on one core."""


@dataclass(frozen=True)
class Effect:
    """A sentence that would be answered in another way."""

    text: str
    """What somebody asked (masked), or one of our test sentences."""
    asked: bool
    """True: a real question; False: a test sentence."""
    before: str
    """Name of the item that answers now; empty: none."""
    after: str
    """Name of the item that would."""
    answer_before: str
    """The answer's text now."""
    answer_after: str
    """The answer's text then."""


@dataclass(frozen=True)
class Report:
    """What an edit would change."""

    tried: int
    """Sentences looked at."""
    effects: tuple[Effect, ...]
    """Those that change: real questions first, and among them those that would go to another item."""

    @property
    def moved(self) -> int:
        """How many would go to another item."""
        return sum(one.before != one.after for one in self.effects)


def effects(serving: Serving, items: Sequence[Item], past: Sequence[str], day: date) -> Report:
    """Try sentences against knowledge as it is and as it would be.

    Args:
        serving: what answers now.
        items: the texts to be published, all at once.
        past: real questions, masked, the latest first.
        day: the day the answers are for.
    Raises:
        Unavailable: understanding is still loading.
    """
    snapshot = serving.snapshot()
    proposed: dict[str, tuple[Published, ...]] = {item.id: (Published(item, 0),) for item in items}
    then = Snapshot(-1, snapshot.day, {**snapshot.history, **proposed})
    texts = dict.fromkeys(past[:MOST], True)
    for text in sentences_near(items):
        texts.setdefault(text, False)
    asked = list(texts)
    before = serving.understand_many(asked, "web")
    after = serving.what_if(then.items)(asked)
    found = [
        Effect(text, texts[text], *_names(snapshot, then, one, other), told, would)
        for text, one, other in zip(asked, before, after, strict=True)
        if (told := answer_of(snapshot, one, day)) != (would := answer_of(then, other, day))
    ]
    return Report(len(asked), tuple(sorted(found, key=lambda e: (not e.asked, e.before == e.after))))


def answer_of(snapshot: Snapshot, heard: Understood, day: date) -> str:
    """What a sentence alone is answered from items; empty when no item answers it."""
    found = snapshot.on(heard.item_id) if heard.item_id and heard.act in ITEM_ACTS else None
    if found is None:
        return ""
    # the number of the version is no difference that anybody hears
    return to_reply(compose({**found.public_on(day), "version": 0}, heard.act, day), "web").text


def sentences_near(items: Sequence[Item]) -> list[str]:
    """Test sentences about the items, then about those of their families (“medins.”: ids are no topic names)."""
    ids, families = {item.id for item in items}, {_family(item.id) for item in items}
    examples = [one for one in _examples() if one.item_id]
    own = [one.text for one in examples if one.item_id in ids]
    near = [one.text for one in examples if one.item_id not in ids and _family(one.item_id) in families]
    return [*_some(own), *_some(near)][:MOST]


def _some(texts: list[str]) -> list[str]:
    """About MOST of them, from beginning to end."""
    return texts[:: max(1, len(texts) // MOST)]


def _family(item_id: str | None) -> str:
    return str(item_id).split(".")[0]


@lru_cache(maxsize=1)
def _examples() -> tuple[Example, ...]:
    return tuple(read_examples(ROOT / "data" / "nlu"))


def _names(now: Snapshot, then: Snapshot, before: Understood, after: Understood) -> tuple[str, str]:
    def name(current: Mapping[str, Published], item_id: str | None) -> str:
        return current[item_id].item.name if item_id is not None and item_id in current else ""

    return name(now.current, before.item_id), name(then.current, after.item_id)
