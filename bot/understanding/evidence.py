"""In: sentences and the items of the inventory. Out: what every kind of evidence says about every item.

The last candidate is always "no item": a person may ask about nothing in the inventory, or go on with what was
said before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.understanding.bm25 import Bm25
from bot.understanding.corpus import LinkItem
from bot.understanding.features import Exemplars, Features, Featurizer, Likeness
from bot.understanding.fusion import Index
from bot.understanding.name_matcher import NameMatcher
from bot.understanding.ngrams import Floats
from bot.understanding.plain import PlainReader
from bot.understanding.segment import Segmenter

TRAINED = ("model", "like_meaning", "like_spelling", "like_sound")
"""From the training sentences: the kernel model, and the sentence of the item that is most alike."""
WRITTEN = (
    "name_meaning",
    "name_spelling",
    "name_sound",
    "name_inside",
    "name_alone",
    "passage_meaning",
    "passage_words",
)
"""From the item itself: its names and its text. A new item has only these."""
KINDS = (*TRAINED, *WRITTEN, "act", "new", *(f"new_{kind}" for kind in WRITTEN), "none", "none_length")
"""Everything the fusion weighs. "act": how usual this act is for this item; "new": no training sentence yet.
"none": the candidate "no item"; "none_length": it is less likely the longer the sentence (log of characters)."""
_NAME_REPEAT = 3
"""Words of a name count as often in the word search as if they stood in the text this many times."""


class Pool:
    """Sentences that belong to items.

    Args:
        owners: which item each sentence belongs to.
        items: how many items there are.
    """

    def __init__(self, owners: Index, items: int) -> None:
        self._order = np.argsort(owners, kind="stable")
        self._held, self._starts = np.unique(owners[self._order], return_index=True)
        self._items = items

    def best(self, likeness: Floats) -> Floats:
        """Of each item the sentence most alike; 0 for items without any. [sentences, items]."""
        best = np.zeros((len(likeness), self._items), np.float32)
        if len(self._held):
            best[:, self._held] = np.maximum.reduceat(likeness[:, self._order], self._starts, axis=1)
        return best

    def best_of(self, likeness: Likeness) -> list[Floats]:
        """The same for meaning, spelling and sound."""
        return [self.best(part) for part in (likeness.meaning, likeness.spelling, likeness.sound)]


class WrittenEvidence:
    """Evidence from what stands in the items; made anew whenever one is published.

    Args:
        items: the inventory.
    """

    def __init__(
        self, items: Sequence[LinkItem], featurizer: Featurizer, reader: PlainReader, segmenter: Segmenter
    ) -> None:
        names = [[reader.official(name) for name in item.names] for item in items]
        passages = [[reader.official(passage) for passage in item.passages] for item in items]
        self._segmenter, self._size = segmenter, len(items)
        self._names = Exemplars(featurizer.features([name for group in names for name in group]))
        self._name_pool = Pool(_owners(names), len(items))
        texts = [text for group in passages for text in group]
        self._passages: Floats = featurizer.meaning(texts) if texts else np.zeros((0, 0), np.float32)
        self._passage_pool = Pool(_owners(passages), len(items))
        self._matcher = NameMatcher(names)
        documents = zip(names, passages, strict=True)
        self._words = Bm25([self._cut([*(n * _NAME_REPEAT), *p]) for n, p in documents])

    def gather(self, texts: Sequence[str], features: Features) -> Floats:
        """float32 [sentences, items, len(WRITTEN)], in the order of WRITTEN."""
        meaning, spelling, sound = self._name_pool.best_of(self._names.likeness(features))
        passages: Floats = np.zeros((len(texts), 0), np.float32)
        if len(self._passages):
            passages = features.meaning @ self._passages.T
        words = self._words.scores([self._segmenter.cut_for_search(text) for text in texts])
        inside, alone = self._matcher.scores(texts), self._matcher.alone(texts)
        return np.stack([meaning, spelling, sound, inside, alone, self._passage_pool.best(passages), words], axis=2)

    def _cut(self, texts: Sequence[str]) -> list[str]:
        return [word for text in texts for word in self._segmenter.cut_for_search(text)]


@dataclass(frozen=True)
class TrainedScores:
    """What the training sentences say, by the item order of training; the last column is "no item"."""

    model: Floats
    """Scores of the kernel model [sentences, items + 1]."""
    alike: tuple[Floats, Floats, Floats]
    """Most alike sentence by meaning, spelling, sound; each [sentences, items + 1]."""
    act_fit: Floats
    """Log of how usual the act heard is for each item [sentences, items + 1]."""


def combine(trained: TrainedScores, written: Floats, column_of: Index, texts: Sequence[str]) -> Floats:
    """All evidence about all candidates, float32 [sentences, items + 1, len(KINDS)].

    Args:
        written: from WrittenEvidence.gather.
        column_of: of each current item its column in training, -1 for items without training sentences.
        texts: the plain sentences.
    """
    sentences, items = written.shape[:2]
    evidence = np.zeros((sentences, items + 1, len(KINDS)), np.float32)
    columns = np.append(column_of, trained.model.shape[1] - 1)
    new = columns < 0
    for kind, scores in enumerate((trained.model, *trained.alike)):
        evidence[:, :, kind] = np.where(new, 0.0, scores[:, columns])
    after = len(TRAINED) + len(WRITTEN)
    evidence[:, :items, len(TRAINED) : after] = written
    usual = trained.act_fit[:, :-1].mean(axis=1, keepdims=True)
    evidence[:, :, after] = np.where(new, usual, trained.act_fit[:, columns])
    mark_new(evidence, np.broadcast_to(new, evidence.shape[:2]))
    evidence[:, -1, KINDS.index("none")] = 1.0
    evidence[:, -1, KINDS.index("none_length")] = np.log([1 + len(text) for text in texts])
    return evidence


def mark_new(evidence: Floats, new: np.ndarray[tuple[int, int], np.dtype[np.bool_]]) -> None:
    """Makes the marked candidates look like items without any training sentence, in place."""
    first, after = len(TRAINED), len(TRAINED) + len(WRITTEN)
    flag = KINDS.index("new")
    evidence[:, :, :first][new] = 0.0
    evidence[:, :, flag][new] = 1.0
    evidence[:, :, flag + 1 : flag + 1 + len(WRITTEN)][new] = evidence[:, :, first:after][new]


def _owners(groups: Sequence[Sequence[str]]) -> Index:
    return np.array([owner for owner, group in enumerate(groups) for _ in group], np.int64)
