"""In: normalised text. Out: its words, cut with the words the policy inventory uses.

jieba's own dictionary is shared by the whole process, so this one is an instance: a rebuilt inventory makes a
new segmenter and drops the old.
"""

from __future__ import annotations

import logging
import os
import re
import tempfile
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import jieba

jieba.setLogLevel(logging.WARNING)  # it would tell everybody how long its dictionary took

_HAN_WORD = re.compile(r"^[\u3400-\u9fff]{2,8}$")
_PART = re.compile(r"[()\[\]（）《》、，,/:：·\s]+")
_WORD_FREQUENCY = 20_000
"""Frequent enough that a generated word wins against the pieces it is made of."""


_FEWEST = 5
"""Words that jieba counted less often (names, slips) are left out: six in ten, and most of its 100 MB."""


_REMEMBERED = 20_000
"""Texts whose words are remembered: the inventory has half as many lines."""


class Segmenter:
    """Cuts sentences into words. Safe to share between threads once made.

    Args:
        words: words of the inventory and of the lexicon, on top of jieba's dictionary.
        cache: folder for jieba's compiled dictionary; loading takes 0.2 s with it, 1 s without.
    """

    def __init__(self, words: Iterable[str] = (), cache: Path | None = None) -> None:
        general = _general(cache)
        self._jieba = jieba.Tokenizer()
        # A copy of the loaded dictionary takes milliseconds, loading it again takes a second.
        self._jieba.FREQ, self._jieba.total = dict(general.FREQ), general.total
        self._jieba.initialized = True
        self.words = frozenset(words)
        for word in sorted(self.words):
            self._jieba.add_word(word, _WORD_FREQUENCY)
        # When an item is published, all but its own lines were cut before.
        self._searched = lru_cache(_REMEMBERED)(self._cut_for_search)

    def cut(self, text: str) -> list[str]:
        """Words of `text` in order; spaces are left out."""
        return [word for word in self._jieba.lcut(text) if not word.isspace()]

    def cut_known(self, text: str) -> list[str]:
        """Pieces of `text` that join to it again: words of the dictionary, everything else character by character."""
        return [
            part for word in self._jieba.cut(text, HMM=False) for part in ([word] if self.knows(word) else list(word))
        ]

    def cut_for_search(self, text: str) -> tuple[str, ...]:
        """Words of `text` and the shorter words inside them, for matching."""
        return self._searched(text)

    def _cut_for_search(self, text: str) -> tuple[str, ...]:
        return tuple(word for word in self._jieba.lcut_for_search(text) if not word.isspace())

    def knows(self, word: str) -> bool:
        """Whether the dictionary has this word (jieba lists prefixes of words with frequency 0)."""
        return bool(self._jieba.FREQ.get(word))


@lru_cache(maxsize=2)
def _general(cache: Path | None) -> jieba.Tokenizer:
    """jieba's own dictionary without its rarest words, never changed; compiled once into `cache`."""
    if cache is None:
        with tempfile.TemporaryDirectory() as folder:
            return _tokenizer(Path(folder))
    return _tokenizer(cache)


def _tokenizer(folder: Path) -> jieba.Tokenizer:
    try:
        return _compiled(folder)
    except OSError as error:
        # A full disk costs memory and a second, not the answers.
        logging.getLogger(__name__).warning("dictionary not kept in %s: %s", folder, error)
        return jieba.Tokenizer()


def _compiled(folder: Path) -> jieba.Tokenizer:
    folder.mkdir(parents=True, exist_ok=True)
    words = folder / f"words-{_FEWEST}.txt"
    if not words.exists():
        draft = words.with_suffix(f".{os.getpid()}")
        with jieba.get_module_res("dict.txt") as source, draft.open("wb") as kept:
            kept.writelines(line for line in source if int(line.split()[1]) >= _FEWEST)
        os.replace(draft, words)
    tokenizer = jieba.Tokenizer(str(words))
    tokenizer.tmp_dir = str(folder)
    tokenizer.initialize()
    return tokenizer


def inventory_words(names: Iterable[str]) -> frozenset[str]:
    """Words worth keeping whole, out of names and aliases of items.

    >>> sorted(inventory_words(["上海市居住证(办理)", "公租房", "怎么办居住证的积分呢我想问问"]))
    ['上海市居住证', '公租房', '办理']
    """
    parts = (part for name in names for part in _PART.split(name))
    return frozenset(part for part in parts if _HAN_WORD.match(part))
