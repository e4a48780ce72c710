"""In: a sentence with wrong characters of the right sound. Out: the words of the domain in their own characters.

    "办居主证要不要社宝" → "办居住证要不要社保"

Only where the dictionary finds no word: a run of lone characters that sounds like a word of the domain, shares half
of its characters with it, and differs only in characters that people hardly ever use alone ("宝" in "社宝", not
"改" in "我改"). Training sentences go the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from bot.understanding.pinyin import fold, readings
from bot.understanding.segment import Segmenter

_SHORTEST, _LONGEST = 2, 5
_OFTEN = 10
"""A word must be used this often to take the place of something else."""
_RARELY_ALONE = 12
"""A character used this often as a word of its own is meant as it stands."""


class Respeller:
    """Corrects words by their sound.

    Args:
        words: word → how often it is used in the domain.
        segmenter: knows which words exist.
    """

    def __init__(self, words: Mapping[str, float], segmenter: Segmenter) -> None:
        self._segmenter = segmenter
        self._alone = frozenset(word for word, count in words.items() if len(word) == 1 and count > _RARELY_ALONE)
        self._by_sound: dict[tuple[str, ...], str] = {}
        for word, count in sorted(words.items(), key=lambda pair: (pair[1], pair[0])):
            if _SHORTEST <= len(word) <= _LONGEST and count >= _OFTEN:
                self._by_sound[_sound(word)] = word

    def respell(self, text: str) -> str:
        """`text` with domain words in their own characters."""
        parts = self._segmenter.cut_known(text)
        done: list[str] = []
        at = 0
        while at < len(parts):
            used, word = self._word_at(parts, at)
            done.append(word)
            at += used
        return "".join(done)

    def _word_at(self, parts: list[str], at: int) -> tuple[int, str]:
        """How many parts from `at` on make a word, and the word; one part as it is when they make none."""
        for size in range(min(_LONGEST, len(parts) - at), 1, -1):
            window = parts[at : at + size]
            if max(map(len, window)) > max(1, size - 1) or min(map(len, window)) > 1:
                continue  # whole words of the dictionary are what the person meant
            wrong = "".join(window)
            right = self._by_sound.get(_sound(wrong)) if len(wrong) <= _LONGEST else None
            if right and right != wrong and self._fits(wrong, right):
                return size, right
        return 1, parts[at]

    def _fits(self, wrong: str, right: str) -> bool:
        """Whether half of the characters stand in their place and the others are no words of their own."""
        different = [a for a, b in zip(wrong, right, strict=True) if a != b]
        return len(different) * 2 <= len(right) and not self._alone.intersection(different)


@lru_cache(maxsize=65_536)
def _of(character: str) -> str:
    return fold(readings().get(character, character))


def _sound(word: Iterable[str]) -> tuple[str, ...]:
    return tuple(_of(character) for character in word)
