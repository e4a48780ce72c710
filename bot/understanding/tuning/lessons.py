"""In: training sentences, items, the original encoder. Out: what the encoder is to learn from, as arrays.

Each sentence is there as written and with several kinds of noise; all of them shall get one vector. Sentences held
out (corpus.held_out) are left out here, so that everything learnt later – weights of evidence, thresholds, figures –
can rest on sentences the encoder never saw.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bot.understanding.acts import HEADS, head_of
from bot.understanding.augment import noisy
from bot.understanding.corpus import Example, LinkItem, held_out
from bot.understanding.encoder import Vectors
from bot.understanding.encoder.run import OnnxEncoder
from bot.understanding.encoder.vocabulary import Vocabulary
from bot.understanding.lexicon import Lexicon
from bot.understanding.normalize import normalize
from bot.understanding.pipeline import meant
from bot.understanding.plain import PlainReader, count_words, make_segmenter

NOISES = ("homophone", "homophone", "dropped", "doubled", "pinyin", "first_letters", "recogniser", "recogniser")
"""One noisy copy of each."""
TOKENS = 64
"""Longer sentences are cut for training; the encoder itself reads more."""
NOTHING = -1
"""Label of what has none."""


@dataclass(frozen=True)
class Lessons:
    """Everything the encoder learns from; rows are sentences, then names of items."""

    ids: tuple[tuple[list[int], ...], ...]
    """Token ids: of the text as it is, then of its noisy copies."""
    item: npt.NDArray[np.int32]
    """Which item is meant; the number of items for none; NOTHING where that is not known."""
    head: npt.NDArray[np.int32]
    """Which act or danger, by HEADS; NOTHING for names."""
    teacher: Vectors
    """The original encoder's centred vectors of the texts."""
    items: int
    """How many items there are."""

    def __len__(self) -> int:
        return len(self.ids)


def lessons(
    examples: Sequence[Example], items: Sequence[LinkItem], teacher: OnnxEncoder, lexicon: Lexicon, cache: Path | None
) -> Lessons:
    """The lessons of all sentences that are not held out, and of all names."""
    segmenter = make_segmenter(items, lexicon, cache)
    words = count_words([normalize(example.text) for example in examples], segmenter)
    reader = PlainReader(lexicon, words, items, segmenter)
    seen = [example for example in examples if not held_out(example.text)]
    columns = {item.item_id: column for column, item in enumerate(items)}

    def plain(text: str) -> str:
        return reader.plain(meant(normalize(text)))

    texts = [[plain(e.text), *(plain(noisy(e.text, kind, n)) for n, kind in enumerate(NOISES))] for e in seen]
    named = [(reader.official(name), columns[item.item_id]) for item in items for name in item.names]
    texts += [[name] for name, _ in named]
    vectors = teacher.encode([group[0] for group in texts])
    vectors -= vectors[: len(seen)].mean(axis=0)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)
    vocabulary = teacher.vocabulary.with_prefix("")
    return Lessons(
        ids=tuple(tuple(_ids(vocabulary, text) for text in group) for group in texts),
        item=np.array(
            [columns[e.item_id] if e.item_id else len(items) for e in seen] + [column for _, column in named], np.int32
        ),
        head=np.array([head_of(e) for e in seen] + [NOTHING] * len(named), np.int32),
        teacher=vectors,
        items=len(items),
    )


def _ids(vocabulary: Vocabulary, text: str) -> list[int]:
    ids = vocabulary.ids(vocabulary.normalise(text))
    return ids if len(ids) <= TOKENS else [*ids[: TOKENS - 1], ids[-1]]


def centroids(lessons: Lessons, labels: npt.NDArray[np.int32], count: int) -> Vectors:
    """The mean teacher vector of each label: where its prototype starts."""
    found = np.zeros((count, lessons.teacher.shape[1]), np.float32)
    for label in range(count):
        rows = lessons.teacher[labels == label]
        if len(rows):
            found[label] = rows.mean(axis=0)
    return found


def heads() -> int:
    """How many acts and dangers there are."""
    return len(HEADS)
