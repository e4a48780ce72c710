"""In: Chinese, pinyin, initials or a mix. Out: strings that are equal when two spellings sound alike."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, cast

from pypinyin import Style, lazy_pinyin

from services.knowledge.words import squeeze

_MERGED = (
    (re.compile(r"([zcs])h"), r"\1"),  # zh/z, ch/c, sh/s
    (re.compile(r"([aei])ng"), r"\1n"),  # ang/an, eng/en, ing/in
    (re.compile(r"l"), "n"),  # l/n: l never ends a syllable
    (re.compile(r"v"), "u"),  # lü typed as lv or lu
)
"""Pairs that speakers of southern and eastern dialects merge, and phone keyboards offer as "fuzzy" input."""


@lru_cache(maxsize=65_536)
def _pinyin(text: str) -> tuple[str, ...]:
    return tuple(lazy_pinyin(text, style=Style.NORMAL, errors=cast(Any, list)))


def sound(text: str) -> str:
    """How a text sounds, without tones and with merged pairs; letters and digits stand for themselves.

    >>> sound("公租房") == sound("gong zu fang") == sound("公租方") == sound("gongzhufan")
    True
    """
    letters = "".join(_pinyin(squeeze(text)))
    for pattern, merged in _MERGED:
        letters = pattern.sub(merged, letters)
    return letters


def initials(text: str) -> str:
    """First letters of the syllables.

    >>> initials("公租房"), initials("居住证签注")
    ('gzf', 'jzzqz')
    """
    return "".join(syllable[0] for syllable in _pinyin(squeeze(text)))


def may_be_initials(query: str) -> bool:
    """Whether a query looks like initials: two to twelve bare letters."""
    return re.fullmatch(r"[a-z]{2,12}", squeeze(query)) is not None
