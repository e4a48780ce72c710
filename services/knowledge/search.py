"""In: a Snapshot. Out: SearchIndex, which finds items by name, alias, id, text, pinyin, initials, typo, or meaning."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from bot.messages import Verification
from services.knowledge.evidence import Exact, Grams, Meaning, Scores, Words, group
from services.knowledge.highlight import best_sentence, whole
from services.knowledge.item_state import verification_on
from services.knowledge.models import Item
from services.knowledge.snapshot import Published, Snapshot
from services.knowledge.spelling import initials, may_be_initials, sound
from services.knowledge.words import keys, sentences, squeeze, tokens

Vectors = Callable[[Sequence[str]], npt.NDArray[np.float32]]
"""Texts → one row each; the rows' length does not matter."""

TRUST = {
    "exact": 0.97,
    "letters": 0.85,
    "sound": 0.75,
    "initials": 0.80,
    "words": 0.60,
    "meaning": 0.50,
}
"""How sure a full score of each kind of evidence alone makes us."""
NAME_WEIGHT = 3
"""A word in a name counts as often as this many in the text."""
FLOOR = 0.1
"""Below this nothing is shown."""


@dataclass(frozen=True)
class SearchHit:
    """One found item (contract, "Staff look-up")."""

    item_id: str
    """Its id."""
    name: str
    """Its official name."""
    topic: str
    """Its topic."""
    score: float
    """0–1; how sure the evidence together makes us."""
    highlight: str
    """Its best matching sentence as plain text, hits in 【】."""
    verification: Verification
    """Checking state on the day asked for."""


class SearchIndex:
    """Immutable; built once per snapshot. Make it with `build`."""

    def __init__(self, snapshot: Snapshot, vectors: Vectors | None) -> None:
        self._day, self._snapshot, self._vectors = snapshot.day, snapshot, vectors
        self._items = snapshot.items
        self._topics = np.array([item.topic for item in self._items])
        if not self._items:
            return
        names, owners = group([keys(item) for item in self._items])
        plain = [squeeze(name) for name in names]
        ids = [(item.id, i) for i, item in enumerate(self._items)]
        self._exact = Exact([*ids, *zip(plain, owners, strict=True)], len(self._items))
        self._letters = Grams(plain, owners, (1, 3))
        self._sound = Grams([sound(name) for name in names], owners, (3, 5))
        self._initials = Grams([initials(name) for name in names], owners, (2, 4))
        self._words = Words([_index_words(item) for item in self._items], tokens)
        gists = ["，".join((*keys(item), item.summary)) for item in self._items]
        self._meaning = Meaning(vectors(gists)) if vectors else None

    @classmethod
    def build(cls, snapshot: Snapshot, vectors: Vectors | None = None) -> SearchIndex:
        """Index the items in force on the snapshot's day; with `vectors`, by meaning too."""
        return cls(snapshot, vectors)

    def evidence(self, q: str) -> dict[str, Scores]:
        """What each kind of evidence says about every item (the order of `Snapshot.items`)."""
        found = {
            "exact": np.maximum(self._exact.scores(squeeze(q)), self._exact.scores(q.strip().lower())),
            "letters": self._letters.scores(squeeze(q)),
            "sound": self._sound.scores(sound(q)),
            "words": self._words.scores(q),
        }
        if may_be_initials(q):
            found["initials"] = self._initials.scores(squeeze(q))
        if self._meaning is not None and self._vectors is not None:
            found["meaning"] = self._meaning.scores(self._vectors([q])[0])
        return found

    def search(self, q: str, topic: str | None = None, limit: int = 10, day: date | None = None) -> list[SearchHit]:
        """The best items for a query, best first.

        Kinds of evidence are joined as independent hints: 1 − Π(1 − trust · score).

        Args:
            q: anything a person types or a recogniser hears.
            topic: only this topic.
            limit: at most so many.
            day: checking state, and versions in force, on this day (default: the snapshot's).
        """
        if not self._items or not squeeze(q):
            return []
        doubt = np.ones(len(self._items), dtype=np.float32)
        for kind, scores in self.evidence(q).items():
            doubt *= 1 - TRUST[kind] * np.clip(scores, 0, 1)
        score = np.where(self._topics == topic, 1 - doubt, 0) if topic else 1 - doubt
        weights = self._words.weights(q)
        hits: list[SearchHit] = []
        worth = np.flatnonzero(score >= FLOOR)
        for at in worth[np.argsort(-score[worth], kind="stable")]:
            if len(hits) == limit:
                break
            published = self._snapshot.on(self._items[at].id, day)
            if published is not None:
                hits.append(_hit(published, q, float(score[at]), weights, day or self._day))
        return hits


def _hit(found: Published, q: str, score: float, weights: Mapping[str, float], day: date) -> SearchHit:
    item = found.item
    text = best_sentence(sentences(item), weights) or _sounding(item, q) or item.summary
    return SearchHit(item.id, item.name, item.topic, round(score, 4), text, verification_on(item, day))


def _sounding(item: Item, q: str) -> str | None:
    """The name that the query spells in pinyin or initials, marked whole."""
    heard, letters = sound(q), squeeze(q)
    for name in keys(item):
        if heard in sound(name) or (may_be_initials(q) and letters in initials(name)):
            return whole(name)
    return None


def _index_words(item: Item) -> list[str]:
    names = [word for name in keys(item) for word in tokens(name)]
    text = [word for sentence in sentences(item) for word in tokens(sentence)]
    return names * (NAME_WEIGHT - 1) + text + list(tokens(item.id.replace("_", " ")))
