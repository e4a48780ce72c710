"""In: an item's sentences and a query's words. Out: the best sentence as plain text, hits in 【】."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache

LONGEST = 72
"""Characters shown; a longer sentence is cut around its first hit."""


def best_sentence(sentences: Iterable[str], weights: Mapping[str, float]) -> str | None:
    """The sentence with the most telling words, hits marked; None when no word occurs.

    >>> best_sentence(["带身份证。", "居住证满 2 年，【必看】"], {"居住": 2.0, "住证": 2.0})
    '【居住证】满 2 年，[必看]'
    """
    best, best_score = None, 0.0
    for sentence in sentences:
        plain = _same_length(sentence)
        score = sum(weight for word, weight in weights.items() if word in plain)
        if score > best_score:
            best, best_score = sentence, score
    return _marked(best, weights) if best is not None else None


def whole(name: str) -> str:
    """A name that was hit as a whole.

    >>> whole("公租房")
    '【公租房】'
    """
    return f"【{_unmarked(name)}】"


def _unmarked(text: str) -> str:
    """Our marks must be the only ones."""
    return text.replace("【", "[").replace("】", "]")


def _marked(sentence: str, words: Iterable[str]) -> str:
    """The sentence with 【】 around every stretch that the words cover."""
    sentence = _unmarked(sentence)
    plain, hit = _same_length(sentence), [False] * len(sentence)
    for word in words:
        at = plain.find(word)
        while at >= 0:
            hit[at : at + len(word)] = [True] * len(word)
            at = plain.find(word, at + 1)
    start, end = _window(hit)
    out = ["…"] if start else []
    for i in range(start, end):
        opens, closes = hit[i] and (i == start or not hit[i - 1]), hit[i] and (i + 1 == end or not hit[i + 1])
        out.append(("【" if opens else "") + sentence[i] + ("】" if closes else ""))
    return "".join(out) + ("…" if end < len(sentence) else "")


def _window(hit: list[bool]) -> tuple[int, int]:
    """Where to cut: a little before the first hit."""
    if len(hit) <= LONGEST:
        return 0, len(hit)
    first = hit.index(True) if True in hit else 0
    start = min(max(0, first - LONGEST // 4), len(hit) - LONGEST)
    return start, start + LONGEST


@lru_cache(maxsize=65_536)
def _same_length(text: str) -> str:
    """Lower case and one width, character for character, so that positions stay true."""
    folded = unicodedata.normalize("NFKC", text).lower()
    if len(folded) == len(text):
        return folded
    chars = (unicodedata.normalize("NFKC", char).lower() for char in text)
    return "".join(new if len(new) == 1 else old for new, old in zip(chars, text, strict=True))
