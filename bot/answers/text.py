"""In: a field of an item. Out: the short lines it is made of, each a piece of the field, word for word."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

LONG = 60
"""A line above this many characters is cut at its sentence ends."""
_OPEN, _CLOSE = "（(“《〔【", "）)”》〕】"
_NOTHING = frozenset({"", "不适用", "无", "None"})


def sentences(text: str, marks: str = "。；;！\n") -> list[str]:
    """Cuts at marks outside brackets and quotation marks; nothing is lost but the marks.

    >>> sentences("登记免费；社保费（单位部分；个人部分）自己缴。")
    ['登记免费', '社保费（单位部分；个人部分）自己缴']
    """
    pieces, depth, start = [], 0, 0
    for place, sign in enumerate(text):
        depth += (sign in _OPEN) - (sign in _CLOSE)
        if depth <= 0 and sign in marks:
            pieces.append(text[start:place])
            start = place + 1
    pieces.append(text[start:])
    return [piece.strip() for piece in pieces if piece.strip()]


def lines_of(text: str | None) -> list[str]:
    """A field as lines: whole when it is short, else cut at 。 and ；; nothing for an empty field."""
    return _cut(text, "。；;！\n")


def sentences_of(text: str | None) -> list[str]:
    """A note as lines: a long one is cut at 。 only, for what follows ； may hang on what went before."""
    return _cut(text, "。！\n")


def _cut(text: str | None, marks: str) -> list[str]:
    if is_empty(text):
        return []
    whole = str(text).strip()
    return sentences(whole, marks) if len(whole) > LONG else [whole.rstrip("。；;")]


def is_empty(text: Any) -> bool:
    """Whether a field says nothing."""
    return text is None or str(text).strip() in _NOTHING


def unsaid(lines: Iterable[str], said: str) -> list[str]:
    """The lines that add something: a short one whose every figure was said already does not."""
    heard = _figures(said)
    return [line for line in lines if len(line) > 25 or not _figures(line) or not _figures(line) <= heard]


def _figures(text: str) -> set[str]:
    return set(re.findall(r"\d+(?:\.\d+)?", text))


def say_date(day: str | None) -> str:
    """A date of any precision as people write it.

    >>> say_date("2025-12-01"), say_date("2025-07"), say_date("2025"), say_date(None)
    ('2025年12月1日', '2025年7月', '2025年', '')
    """
    parts = [int(part) for part in re.findall(r"\d+", str(day or ""))[:3]]
    return "".join(f"{part}{unit}" for part, unit in zip(parts, "年月日", strict=False))
