"""In: a normalised sentence. Out: the same in the words the official texts use, for classifiers to read.

Pinyin and initials become Chinese characters, wrong characters of the right sound the right ones, dialect words and
everyday names their plain meaning.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import yaml

from bot.understanding.by_sound import SoundReader
from bot.understanding.corpus import LinkItem
from bot.understanding.latin import LatinReader
from bot.understanding.lexicon import FOLDER, Lexicon
from bot.understanding.normalize import normalize
from bot.understanding.respell import Respeller
from bot.understanding.segment import Segmenter, inventory_words

LATIN = FOLDER / "latin.yml"
"""Latin words that are no pinyin."""
NAME_WEIGHT = 20
"""A word in the name of an item counts as if people had used it this often."""
_HAN = re.compile(r"[\u3400-\u9fff]+")
_GAP = re.compile(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff0-9])")


class PlainReader:
    """Turns normalised sentences into plain ones. Made anew when the inventory changes.

    Args:
        lexicon: dialect and everyday words.
        words: how often people use each word (from the training sentences).
        items: their names are words, too.
        segmenter: cuts names into words.
    """

    def __init__(
        self, lexicon: Lexicon, words: Mapping[str, float], items: Sequence[LinkItem], segmenter: Segmenter
    ) -> None:
        self._lexicon = lexicon
        counts = Counter(dict(words))
        for name in (_normalized(name) for item in items for name in item.names):
            counts.update({word: NAME_WEIGHT for word in segmenter.cut_for_search(name) if _HAN.fullmatch(word)})
        foreign: Iterable[str] = yaml.safe_load(LATIN.read_text("utf-8"))
        self._latin = LatinReader(counts, foreign)
        self._respeller = Respeller(counts, segmenter)
        self._by_sound = SoundReader(counts, segmenter)

    def by_sound(self, normalized: str) -> str:
        """What a recogniser wrote, with the words of the domain that it sounds like."""
        return self._by_sound.read(normalized)

    def plain(self, normalized: str) -> str:
        """The sentence in plain words."""
        spelled = self._respeller.respell(_GAP.sub("", self._latin.read(normalized)))
        return self._lexicon.plain(spelled)

    def official(self, text: str) -> str:
        """A text of the inventory in the same spelling and words; its characters are right as they stand."""
        return self._lexicon.plain(_normalized(text))


@lru_cache(maxsize=1 << 15)
def _normalized(text: str) -> str:
    """Names and passages come again whenever an item is published."""
    return normalize(text)


def make_segmenter(items: Iterable[LinkItem], lexicon: Lexicon, cache: Path | None) -> Segmenter:
    """A segmenter that keeps the words of the inventory and the lexicon whole."""
    names = [_normalized(name) for item in items for name in item.names]
    return _segmenter(frozenset(inventory_words([*names, *lexicon.words])), cache)


@lru_cache(maxsize=2)
def _segmenter(words: frozenset[str], cache: Path | None) -> Segmenter:
    """The same words, the same segmenter: most publications change no name."""
    return Segmenter(words, cache)


def count_words(texts: Iterable[str], segmenter: Segmenter) -> dict[str, int]:
    """How often each Chinese word stands in the (normalised) texts."""
    counts = Counter(word for text in texts for word in segmenter.cut(text) if _HAN.fullmatch(word))
    return dict(sorted(counts.items()))
