"""In: a sentence's features, the kernel model's scores and the act heard. Out: a probability for every item.

The inventory can change at any moment: `rebuild` takes the new one without training. An item that training never
saw is found through its name, aliases and text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.messages import ItemScore
from bot.understanding.acts import fit_to_items
from bot.understanding.corpus import LinkItem
from bot.understanding.evidence import KINDS, Pool, TrainedScores, WrittenEvidence, combine
from bot.understanding.features import Features, Featurizer, Likeness
from bot.understanding.fusion import Index, softmax
from bot.understanding.lexicon import Lexicon
from bot.understanding.model import Model
from bot.understanding.ngrams import Floats
from bot.understanding.plain import PlainReader, make_segmenter

SAME_ITEM, SAME_TOPIC = 2.0, 0.5
"""Log-odds that the conversation's item, and items of its topic, get ahead. Not learnt: the training sentences
stand alone. Small enough that a clearly named item always wins."""
NO_ITEM_BEHIND = 2.0
"""Log-odds that "no item" falls behind. Among the training sentences many name no item on purpose; among real ones
few do, and an item that was not meant costs a question back, an item not found costs the answer. Set on the sample."""
_SHOWN = 5
_WORTH_SHOWING = 0.01


@dataclass(frozen=True)
class Inventory:
    """The items of one moment, ready for linking."""

    items: tuple[LinkItem, ...]
    """What can be linked."""
    reader: PlainReader
    """Knows their words."""
    written: WrittenEvidence
    """Evidence from their names and text."""
    columns: Index
    """Column of each in the trained model, -1 for new ones."""


class ItemLinker:
    """Links sentences to items.

    Args:
        model: what training found.
        featurizer: the one of the model.
        items: the inventory.
        lexicon: dialect and everyday words.
        cache: folder for jieba's compiled dictionary.
    """

    def __init__(
        self,
        model: Model,
        featurizer: Featurizer,
        items: Sequence[LinkItem],
        lexicon: Lexicon,
        cache: Path | None = None,
    ) -> None:
        self._model, self._featurizer, self._lexicon, self._cache = model, featurizer, lexicon, cache
        self._pool = Pool(model.owners, len(model.items) + 1)
        self.rebuild(items)

    def rebuild(self, items: Sequence[LinkItem]) -> None:
        """Takes another inventory; sentences being linked meanwhile still see the old one."""
        segmenter = make_segmenter(items, self._lexicon, self._cache)
        reader = PlainReader(self._lexicon, self._model.words, items, segmenter)
        written = WrittenEvidence(items, self._featurizer, reader, segmenter)
        self.inventory = Inventory(tuple(items), reader, written, columns_of(items, self._model.items))

    def evidence(
        self,
        texts: Sequence[str],
        features: Features,
        likeness: Likeness,
        scores: Floats,
        heads: Floats,
        inventory: Inventory,
    ) -> Floats:
        """All evidence, float32 [sentences, items + 1, kinds].

        Args:
            texts: plain sentences.
            likeness: to the training sentences.
            scores: of the kernel model, items and "no item" only.
            heads: probabilities of acts and alerts.
        """
        meaning, spelling, sound = self._pool.best_of(likeness)
        trained = TrainedScores(scores, (meaning, spelling, sound), fit_to_items(heads, self._model.act_table))
        return combine(trained, inventory.written.gather(texts, features), inventory.columns, texts)

    def chances(self, evidence: Floats, inventory: Inventory, topic: str | None = None) -> Floats:
        """Probability of every item and, last, of "no item"; [sentences, items + 1]."""
        return softmax(evidence @ self._model.fusion + _ahead(inventory, topic))


def columns_of(items: Sequence[LinkItem], trained: Sequence[str]) -> Index:
    """Column of each item in the trained order, -1 where it has none."""
    places = {item_id: column for column, item_id in enumerate(trained)}
    return np.array([places.get(item.item_id, -1) for item in items], np.int64)


def ranking(chances: Floats, inventory: Inventory) -> tuple[ItemScore, ...]:
    """The most probable items of one sentence, best first."""
    order = np.argsort(-chances[:-1])[:_SHOWN]
    return tuple(
        ItemScore(inventory.items[i].item_id, round(float(chances[i]), 4))
        for rank, i in enumerate(order)
        if rank < 3 or chances[i] >= _WORTH_SHOWING
    )


def contributions(evidence: Floats, weights: Floats) -> dict[str, float]:
    """What each kind of evidence adds to the score of one candidate, largest first."""
    added = {kind: round(float(value), 2) for kind, value in zip(KINDS, evidence * weights, strict=True)}
    return dict(sorted(((k, v) for k, v in added.items() if v), key=lambda pair: -abs(pair[1])))


def _ahead(inventory: Inventory, topic: str | None) -> Floats:
    """Head start of the conversation's item ("housing.public_rental.city") or topic ("housing"); see the constants."""
    ahead = np.zeros(len(inventory.items) + 1, np.float32)
    if topic:
        for row, item in enumerate(inventory.items):
            if item.item_id == topic:
                ahead[row] = SAME_ITEM
            elif item.item_id.split(".")[0] == topic.split(".")[0]:
                ahead[row] = SAME_TOPIC
    ahead[-1] = -NO_ITEM_BEHIND
    return ahead
