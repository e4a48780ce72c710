"""In: a clean sentence and a seed. Out: the same sentence as a hurried typist, an accent or a recogniser leaves it.

A measuring instrument: `crossval --noise` shows what each kind of noise costs on sentences nobody trained on, by
strength; and what the sentence encoder is taught with (tuning/lessons.py).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from functools import lru_cache
from random import Random

import cn2an
from opencc import OpenCC

from bot.understanding.pinyin import fold, initials, readings
from bot.understanding.segment import Segmenter

Noise = Callable[[str, Random], str]
_SHARE = 0.12
"""Share of characters that homophone noise changes; recognisers on the telephone reach this."""
_FILLERS = ("嗯", "那个", "就是", "呃", "然后")
_COMMON = (0x4E00, 0x9FA5)
_SHAPES = (
    "己已巳 末未本 住往注 士土 人入八 令今 厂广 千干于 日曰目 折拆析 请清情晴 保堡 证征怔 申由甲田 辨辩辫 侯候 拔拨"
    " 戊戌戍 免兔 治冶 历厉 老考孝 贷货 买卖 帐账 社杜 险检捡验"
    " 房户 办为力 业亚 几九儿 大太犬 工土王 失矢夫 休体 赔陪培 幼幻 权杈 科料 诊珍"
)
"""Characters that look alike to a tired eye, or lie beside each other on a handwriting pad."""


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


def shape(text: str, draw: Random) -> str:
    """One character becomes another that looks like it; none, where none does."""
    places = [i for i, character in enumerate(text) if character in _looks()]
    if not places:
        return text
    place = draw.choice(places)
    return text[:place] + draw.choice(_looks()[text[place]]) + text[place + 1 :]


def swapped(text: str, draw: Random) -> str:
    """Two neighbours change places."""
    places = [i for i in range(len(text) - 1) if text[i] != text[i + 1]]
    if not places:
        return text
    place = draw.choice(places)
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


def filler(text: str, draw: Random) -> str:
    """A filler somewhere."""
    place = draw.randrange(len(text) + 1)
    return text[:place] + draw.choice(_FILLERS) + text[place:]


def spaced(text: str, draw: Random) -> str:
    """A space where none belongs."""
    place = draw.randrange(1, len(text)) if len(text) > 1 else 0
    return f"{text[:place]} {text[place:]}" if place else text


def spoken_numbers(text: str, draw: Random) -> str:
    """Numbers as they are said: 8 → 八; long ones (telephone numbers) stay."""
    return re.sub(r"(?<!\d)\d{1,5}(?!\d)", lambda found: str(cn2an.an2cn(found[0], "low")), text)


KINDS: dict[str, Noise] = {
    noise.__name__: noise
    for noise in (
        homophone, shape, dropped, doubled, swapped, spaced, filler, pinyin, first_letters, traditional,
        spoken_numbers, recogniser,
    )
}  # fmt: skip
"""All noises by name."""


def noisy(text: str, kind: str, seed: int, strength: int = 1) -> str:
    """`text` with one kind of noise; the same seed gives the same noise.

    Args:
        strength: how many times it is put on, one after another.

    >>> noisy("居住证", "traditional", 1)
    '居住證'
    """
    draw = Random(f"{seed}:{kind}:{text}")
    for _ in range(strength):
        text = KINDS[kind](text, draw)
    return text


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
def _looks() -> dict[str, str]:
    """Of each character those that look alike."""
    groups = _SHAPES.split()
    alike = {character: "".join(g for g in groups if character in g) for group in groups for character in group}
    return {character: group.replace(character, "") for character, group in alike.items()}


@lru_cache(maxsize=1)
def _segmenter() -> Segmenter:
    return Segmenter()


@lru_cache(maxsize=1)
def _to_traditional() -> OpenCC:
    return OpenCC("s2t")
