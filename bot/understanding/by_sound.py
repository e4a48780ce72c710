"""In: a sentence as a recogniser wrote it. Out: the same with the words of the domain that it sounds like.

    "家班费怎么算" → "加班费怎么算"      "居住证机非" → "居住证积分"

A recogniser hears the sounds and guesses the characters; what people ask here it has hardly ever read. Of all ways to
cut the sentence into words, some of them put in place of what sounds like them, the likeliest is taken: a word is as
likely as people use it here, another one than was heard costs by how differently it is written and sounds. For
telephone channels only: who types means the characters they chose (respell.py is for their slips).
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from bot.understanding.pinyin import fold, readings
from bot.understanding.segment import Segmenter

_SHORTEST, _LONGEST = 2, 5
_OFTEN = 8
"""A word must be used this often to take the place of something else."""
_SEEN = 0.5
"""What a word that nobody has used here yet counts."""
_OTHER, _CHARACTER = 5.0, 1.0
"""Costs, in nats: of another word than was heard; of each character that differs."""
_NEAR, _FAR = 3.0, 6.0
"""Of a syllable that shares its beginning or its end with the one heard; of one that shares neither, which only words
of three syllables may have."""
_LISTED = 5.0
"""How often a word of the inventory or of the lexicon, dialect too, is taken to be used at least."""
_HAN = re.compile(r"[\u4e00-\u9fff]")
_INITIAL = re.compile(r"^(?:[bpmfdtlgkhjqxrzcsyw])?")
Sound = tuple[str, ...]
"""Folded syllables."""
_Step = tuple[float, int, str]
"""Cost from the beginning, where the last word begins, the word."""


class SoundReader:
    """Puts words of the domain where something else was written that sounds like them.

    Args:
        words: word → how often it is used in the domain.
        segmenter: knows which words exist at all.
    """

    def __init__(self, words: Mapping[str, float], segmenter: Segmenter) -> None:
        self._segmenter = segmenter
        words = {**dict.fromkeys(segmenter.words, _LISTED), **words}
        total = sum(words.values()) + _SEEN * len(words) + 1
        self._cost = {word: -math.log((count + _SEEN) / total) for word, count in words.items()}
        self._unseen = -math.log(_SEEN / total)
        alike: dict[Sound, list[tuple[float, str, Sound]]] = defaultdict(list)
        for word, count in words.items():
            if count >= _OFTEN and _SHORTEST <= len(word) <= _LONGEST and all(map(_HAN.match, word)):
                sound = _sound(word)
                for key in _keys(sound):
                    alike[key].append((self._cost[word] + _OTHER, word, sound))
        self._alike = {key: sorted(found) for key, found in alike.items()}

    def read(self, text: str) -> str:
        """The likeliest words; signs that are no Chinese characters stay as they are."""
        best: list[_Step] = [(0.0, 0, "")]
        sound = _sound(text)
        for end in range(1, len(text) + 1):
            step = min(((best[at][0] + cost, at, word) for at, word, cost in self._written(text, end)))
            for at in range(max(0, end - _LONGEST), end - 1):
                most = step[0] - best[at][0]
                for cost, word in self._others(text[at:end], sound[at:end], most):
                    step = min(step, (best[at][0] + cost, at, word))
            best.append(step)
        return "".join(reversed([*_back(best)]))

    def _written(self, text: str, end: int) -> Iterator[tuple[int, str, float]]:
        """Every word as it stands that ends there: where it begins, the word, its cost."""
        yield end - 1, text[end - 1], self._cost.get(text[end - 1], self._unseen)
        for at in range(max(0, end - _LONGEST - 1), end - 1):
            word = text[at:end]
            if word in self._cost:
                yield at, word, self._cost[word]
            elif self._segmenter.knows(word):
                yield at, word, self._unseen

    def _others(self, heard: str, sound: Sound, most: float) -> Iterator[tuple[float, str]]:
        """Words that sound like what was heard, with their cost, as far as that is less than `most`."""
        if not all(map(_HAN.match, heard)):
            return
        for key in _keys(sound):
            least = _CHARACTER + (_NEAR if "" in key else 0.0)
            for cost, word, its in self._alike.get(key, ()):
                if cost + least >= most:
                    break  # the likeliest stand first
                apart = [_apart(one, other) for one, other in zip(sound, its, strict=True)]
                if word != heard and (len(word) > _SHORTEST or _FAR not in apart):
                    written = sum(one != other for one, other in zip(heard, word, strict=True))
                    yield cost + written * _CHARACTER + sum(apart), word


def _back(best: Sequence[_Step]) -> Iterator[str]:
    """The words of the likeliest way, the last first."""
    at = len(best) - 1
    while at:
        _, at, word = best[at]
        yield word


@lru_cache(maxsize=1 << 16)
def _apart(one: str, other: str) -> float:
    """What it costs that a syllable was heard as another."""
    if one == other:
        return 0.0
    begins, too = (_INITIAL.match(sound)[0] for sound in (one, other))  # type: ignore[index]
    return _NEAR if begins == too or one[len(begins) :] == other[len(too) :] else _FAR


def _keys(sound: Sound) -> list[Sound]:
    """What is looked up: all syllables; and all but one."""
    return [sound, *((*sound[:at], "", *sound[at + 1 :]) for at in range(len(sound)))]


def _sound(word: str) -> Sound:
    return tuple(_of(character) for character in word)


@lru_cache(maxsize=1 << 16)
def _of(character: str) -> str:
    return fold(readings().get(character, character))
