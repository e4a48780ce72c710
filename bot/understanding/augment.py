"""In: a clean sentence and a seed. Out: the same sentence as a hurried typist, an accent or a recogniser leaves it.

A measuring instrument: `crossval --noise` shows what each kind of noise costs on sentences nobody trained on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from functools import lru_cache
from random import Random

from opencc import OpenCC

from bot.understanding.pinyin import fold, initials, readings
from bot.understanding.segment import Segmenter

Noise = Callable[[str, Random], str]
_SHARE = 0.12
"""Share of characters that homophone noise changes; recognisers on the telephone reach this."""
_FILLERS = ("嗯", "那个", "就是", "呃", "然后")
_COMMON = (0x4E00, 0x9FA5)


def homophone(text: str, draw: Random) -> str:
    """Some characters become others that sound alike, accents folded; at least one, where there is any."""
    places = [i for i, character in enumerate(text) if len(_alike().get(character, "")) > 1]
    if not places:
        return text
    chosen = draw.sample(places, max(1, round(len(places) * _SHARE)))
    letters = list(text)
    for place in chosen:
        letters[place] = draw.choice([other for other in _alike()[text[place]] if other != text[place]])
    return "".join(letters)


def dropped(text: str, draw: Random) -> str:
    """One character is missing."""
    place = draw.randrange(len(text)) if len(text) > 3 else -1
    return text[:place] + text[place + 1 :] if place >= 0 else text


def doubled(text: str, draw: Random) -> str:
    """One character stands twice."""
    place = draw.randrange(len(text)) if text else 0
    return text[: place + 1] + text[place:]


def pinyin(text: str, draw: Random) -> str:
    """One word is written in pinyin."""
    return _one_word(text, draw, lambda word: "".join(readings().get(c, c) for c in word))


def first_letters(text: str, draw: Random) -> str:
    """One word is written by its initials."""
    return _one_word(text, draw, initials)


def traditional(text: str, draw: Random) -> str:
    """Traditional characters."""
    return str(_to_traditional().convert(text))


def recogniser(text: str, draw: Random) -> str:
    """No punctuation, fillers, a homophone."""
    bare = "".join(character for character in text if character.isalnum())
    return f"{draw.choice(_FILLERS)} {homophone(bare, draw)}"


KINDS: dict[str, Noise] = {
    noise.__name__: noise for noise in (homophone, dropped, doubled, pinyin, first_letters, traditional, recogniser)
}
"""All noises by name."""


def noisy(text: str, kind: str, seed: int) -> str:
    """`text` with one kind of noise; the same seed gives the same noise.

    >>> noisy("居住证", "traditional", 1)
    '居住證'
    """
    return KINDS[kind](text, Random(f"{seed}:{kind}:{text}"))


def _one_word(text: str, draw: Random, written: Callable[[str], str]) -> str:
    words = _segmenter().cut(text)
    places = [i for i, word in enumerate(words) if len(word) > 1 and all("\u4e00" <= c <= "\u9fa5" for c in word)]
    if places:
        place = draw.choice(places)
        words[place] = written(words[place]) or words[place]
    return "".join(words)


@lru_cache(maxsize=1)
def _alike() -> dict[str, str]:
    """Of each usual character those that sound alike."""
    groups: dict[str, list[str]] = defaultdict(list)
    usual = [c for c in readings() if c.encode("gb2312", "ignore") and _COMMON[0] <= ord(c) <= _COMMON[1]]
    for character in usual:
        groups[fold(readings()[character])].append(character)
    return {character: "".join(group) for group in groups.values() for character in group}


@lru_cache(maxsize=1)
def _segmenter() -> Segmenter:
    return Segmenter()


@lru_cache(maxsize=1)
def _to_traditional() -> OpenCC:
    return OpenCC("s2t")
