"""In: normalised text. Out: how it sounds: one tone-less syllable a character, with regional accents folded.

Recognisers and typists write the right sound with the wrong character; many speakers do not tell n from l,
h from f, zh from z or an from ang. What sounds alike to them gets the same syllable here.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from pypinyin.pinyin_dict import pinyin_dict

_RETROFLEX = re.compile(r"^([zcs])h")
_LATERAL = re.compile(r"^n(?=[aeiouv])")
_VELAR = re.compile(r"^h(?=u)")
_NASAL = re.compile(r"(?<=[aei])ng$")


def fold(syllable: str) -> str:
    """The syllable as the speaker with the fewest distinctions says it.

    >>> [fold(s) for s in ("zheng", "nan", "lang", "hui", "fei", "shang", "xing")]
    ['zen', 'lan', 'lan', 'fui', 'fei', 'san', 'xin']
    """
    syllable = _LATERAL.sub("l", _RETROFLEX.sub(r"\1", syllable))
    return _NASAL.sub("n", _VELAR.sub("f", syllable))


@lru_cache(maxsize=1)
def readings() -> dict[str, str]:
    """Most usual tone-less reading of every Chinese character, ü written v."""
    return {chr(code): _toneless(marked.split(",", 1)[0]) for code, marked in pinyin_dict.items()}


def syllables(text: str) -> list[str]:
    """Folded syllables of `text`; digits and letters stand for themselves, punctuation is left out.

    >>> syllables("居主证3年") == syllables("居住证3年")
    True
    """
    table = _folded()
    return [table.get(character, character) for character in text if character in table or character.isalnum()]


def initials(word: str) -> str:
    """First letters of the syllables of `word`; empty when one of its characters has no reading.

    >>> initials("公积金")
    'gjj'
    """
    table = readings()
    sounds = [table.get(character, "") for character in word]
    return "".join(sound[0] for sound in sounds) if all(sounds) else ""


@lru_cache(maxsize=1)
def _folded() -> dict[str, str]:
    return {character: fold(sound) for character, sound in readings().items()}


def _toneless(marked: str) -> str:
    plain = unicodedata.normalize("NFD", marked).replace("u\u0308", "v")
    return "".join(character for character in plain if character.isascii())
