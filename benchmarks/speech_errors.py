"""In: what was said and what was heard. Out: how much of it is wrong, in characters and in syllables without tones."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from opencc import OpenCC
from rapidfuzz.distance import Levenshtein

from bot.understanding.normalize import normalize
from bot.understanding.pinyin import readings

_DIGITS = str.maketrans("0123456789", "零一二三四五六七八九")


@dataclass(frozen=True)
class Errors:
    """Over many sentences."""

    characters: float
    """Wrong, missing and surplus characters for each one said."""
    syllables: float
    """The same of syllables without tones: what sounds alike is no error."""
    said: int
    """Characters."""


def errors(pairs: Iterable[tuple[str, str]]) -> Errors:
    """Of (said, heard).

    >>> errors([("居住证怎么办", "居住正怎么办？")])
    Errors(characters=0.16666666666666666, syllables=0.0, said=6)
    """
    wrong = wrong_sound = total = 0
    for said, heard in pairs:
        meant, found = plain(said), plain(heard)
        total += len(meant)
        wrong += Levenshtein.distance(meant, found)
        wrong_sound += Levenshtein.distance(sounds(meant), sounds(found))
    return Errors(wrong / max(1, total), wrong_sound / max(1, total), total)


def plain(text: str) -> str:
    """Simplified characters and digits, without marks and spaces; a digit is the character that says it.

    >>> plain("老闆，拖欠 3 個月。")
    '老板拖欠三个月'
    """
    simple = normalize(_simplified().convert(unicodedata.normalize("NFKC", text)))
    return "".join(sign for sign in simple.lower() if sign.isalnum()).translate(_DIGITS)


def sounds(text: str) -> Sequence[str]:
    """One syllable a character; what has no reading stands for itself."""
    table = readings()
    return [table.get(sign, sign) for sign in text]


@lru_cache(maxsize=1)
def _simplified() -> OpenCC:
    return OpenCC("t2s")
