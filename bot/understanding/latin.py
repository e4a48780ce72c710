"""In: normalised text with Latin letters in it. Out: the same with pinyin and initials turned into Chinese.

    "ban juzhuzheng yao sha" → "办居住证要啥"      "gjj 提取" → "公积金提取"

A small input method: a run of letters is cut into syllables, and the most used words with these sounds take
their place. The encoder can hardly read pinyin, so this happens before it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from bot.understanding.pinyin import initials, readings

_LETTERS = re.compile(r"[a-z]+(?:[ '][a-z]+)*")
_LONGEST_WORD = 6
_LONGEST_SYLLABLE = 6
_FEWEST_INITIALS, _MOST_INITIALS = 2, 6


class LatinReader:
    """Reads pinyin and initials with the words of a vocabulary.

    Args:
        words: word → how often it is used (any positive numbers).
        foreign: Latin words to leave alone (hpv, app …).
    """

    def __init__(self, words: Mapping[str, float], foreign: Iterable[str] = ()) -> None:
        total = sum(words.values()) or 1.0
        self._foreign = frozenset(foreign)
        self._sounds: dict[str, tuple[float, str]] = {}
        self._initials: dict[str, tuple[float, str]] = {}
        for word, count in sorted(words.items()):
            score = math.log(count / total)
            sounds = [readings().get(character, "") for character in word]
            if not all(sounds) or not 1 <= len(word) <= _LONGEST_WORD:
                continue
            _keep_better(self._sounds, " ".join(sounds), score, word)
            if _FEWEST_INITIALS <= len(word) <= _MOST_INITIALS:
                _keep_better(self._initials, initials(word), score, word)

    def read(self, text: str) -> str:
        """`text` with its pinyin in Chinese characters; what is neither pinyin nor initials stays.

        >>> reader = LatinReader({"公积金": 9, "居住证": 9, "办": 5, "提取": 3}, ["app"])
        >>> reader.read("gjj提取"), reader.read("ban juzhuzheng"), reader.read("app")
        ('公积金提取', '办居住证', 'app')
        """
        return _LETTERS.sub(lambda match: self._run(match.group()), text)

    def _run(self, run: str) -> str:
        if run in self._foreign:
            return run
        spelled = run.replace("'", " ").split()
        together = self._spoken("".join(spelled)) if not self._foreign.intersection(spelled) else None
        if together:
            return together
        parts = [word if word in self._foreign else self._word(word) for word in spelled]
        return "".join(part or word for part, word in zip(parts, spelled, strict=True))

    def _word(self, letters: str) -> str | None:
        return self._spoken(letters) or self._abbreviated(letters)

    def _abbreviated(self, letters: str) -> str | None:
        known = self._initials.get(letters)
        return known[1] if known else None

    def _spoken(self, letters: str) -> str | None:
        """Best words for a run of pinyin; None when it cannot be cut into syllables."""
        if len(letters) < 2 or len(letters) > 60:
            return None
        best: list[tuple[float, str] | None] = [None] * (len(letters) + 1)
        best[0] = (0.0, "")
        for start in range(len(letters)):
            origin = best[start]
            if origin is not None:
                self._extend(letters, start, origin, best)
        return best[-1][1] if best[-1] else None

    def _extend(
        self, letters: str, start: int, origin: tuple[float, str], best: list[tuple[float, str] | None]
    ) -> None:
        """All words that begin at `start`, whatever way their letters are cut into syllables."""
        open_cuts: list[tuple[int, str]] = [(start, "")]
        for _ in range(_LONGEST_WORD):
            grown: list[tuple[int, str]] = []
            for position, sounds in open_cuts:
                for end in range(position + 1, min(position + _LONGEST_SYLLABLE, len(letters)) + 1):
                    if letters[position:end] in _syllables():
                        grown.append((end, f"{sounds} {letters[position:end]}".strip()))
            for end, sounds in grown:
                score, word = self._sounds.get(sounds, (0.0, ""))
                if word:
                    known = best[end]
                    if known is None or origin[0] + score > known[0]:
                        best[end] = (origin[0] + score, origin[1] + word)
            open_cuts = grown


def _keep_better(table: dict[str, tuple[float, str]], key: str, score: float, word: str) -> None:
    if key not in table or table[key][0] < score:
        table[key] = (score, word)


@lru_cache(maxsize=1)
def _syllables() -> frozenset[str]:
    return frozenset(sound for sound in readings().values() if sound)
