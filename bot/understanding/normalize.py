"""In: whatever a person or a recogniser wrote. Out: the same sentence in one plain spelling.

NFKC → no control characters, emoji or joiners → traditional to simplified → lower-case Latin → no spaces
between Chinese characters → no spoken fillers. Digits stay. Normalising twice changes nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import yaml
from opencc import OpenCC

from bot.settings import ROOT

FILLERS = ROOT / "lexicon" / "fillers.yml"
"""The words people say without meaning anything."""
READ_CHARS = 400
"""Only this much of a message is read: questions stand in the first lines, the encoder reads 180 characters
anyway, and a person must not be able to buy seconds of computing time with one long text."""
_CLAUSE = 4
"""Pieces between spaces that are at least this long are clauses."""
_ROUNDS = 6
"""Removing one thing can uncover another; real text settles after two rounds."""
_HAN = r"\u3400-\u9fff\uf900-\ufaff〇"
_PUNCT = r"，。！？、；：,.!?;:~…·\-"
_SPACES = re.compile(r"\s+")
_GAPS = re.compile(rf"(?<=[{_HAN}0-9{_PUNCT}])\s+(?=[{_HAN}{_PUNCT}])|(?<=[{_HAN}{_PUNCT}])\s+(?=[0-9])")
_PUNCT_RUN = re.compile(r"([，。！？、；：,.!?;:~…·\-])(?:\s*\1)+")


def normalize(text: str) -> str:
    """`text` in one plain spelling, at most `READ_CHARS` characters. Never fails.

    >>> normalize("嗯　那個 我要辦居住證，怎麼 弄？？")
    '我要办居住证,怎么弄?'
    >>> normalize("嗯")
    '嗯'
    """
    for _ in range(_ROUNDS):
        once = _once(text[: READ_CHARS * 2])[:READ_CHARS].strip()
        if once == text:
            break
        text = once
    return text


def parted(text: str) -> str | None:
    """`text` as written, with a comma where a space parts two clauses; None where no space does.

    Many people type a space for every comma; `normalize` closes these gaps, and two facts would run into each other.
    A recogniser's gaps between single words part nothing.

    >>> parted("居住证两年半 社保交了14个月"), parted("社保 交了 八个月")
    ('居住证两年半,社保交了14个月', None)
    """
    pieces = text.split()
    joined = pieces[:1]
    for before, after in pairwise(pieces):
        joined += [("," if min(len(before), len(after)) >= _CLAUSE else " "), after]
    return "".join(joined) if "," in joined else None


def _once(text: str) -> str:
    text = "".join(_plain(character) for character in unicodedata.normalize("NFKC", text))
    text = _simplifier().convert(text).lower()
    text = _GAPS.sub(" ", _SPACES.sub(" ", text)).strip()
    text = _PUNCT_RUN.sub(r"\1", text)
    # Spaces between words of a recogniser are boundaries for fillers, so fillers go before the spaces do.
    return _GAPS.sub("", _without_fillers(text, _fillers(FILLERS))).strip()


def _plain(character: str) -> str:
    """Nothing for what cannot be read (controls, joiners, emoji), a space for separators."""
    category = unicodedata.category(character)
    if category in ("Cc", "Zl", "Zp", "Zs"):
        return " "
    if category in ("Cf", "Cs", "Co", "Cn", "So", "Sk", "Mn", "Me"):
        return ""
    return character


@lru_cache(maxsize=1)
def _simplifier() -> OpenCC:
    return OpenCC("t2s")


Fillers = Sequence[tuple["re.Pattern[str]", str]]
"""Patterns with what takes their place, in order."""


@lru_cache(maxsize=4)
def _fillers(file: Path) -> Fillers:
    words: Mapping[str, Sequence[str]] = yaml.safe_load(file.read_text("utf-8"))
    start, between, doubled = (_either(words[kind]) for kind in ("at_start", "between", "doubled"))
    edge = rf"[\s{_PUNCT}]"
    return (
        (re.compile(rf"({doubled})(?:{edge}?\1)+"), r"\1"),
        (re.compile(rf"^(?:(?:嗯|呃|额|唔|欸|诶)+{edge}*|(?:{start}){edge}+)+(?=[^\s{_PUNCT}]{{2}})"), ""),
        (re.compile(rf"(?<=\s)(?:{between})(?:{edge}+|$)"), ""),
    )


def _either(words: Sequence[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


def _without_fillers(text: str, fillers: Fillers) -> str:
    for pattern, replacement in fillers:
        text = pattern.sub(replacement, text)
    return text
