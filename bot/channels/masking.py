"""In: any text a person sent. Out: the same text with personal numbers replaced by their kind (〔手机号〕).

Works on a copy of equal length in which full-width characters are narrow and spoken digits (幺三八…) are
Arabic-Indic ones: `\\d` matches both, `[0-9]` only written digits, so 一 next to a written number is no part of it.
Every pattern has bounded length and disjoint classes: time grows with the text, never faster.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.channels import personal_numbers as numbers

_SPOKEN = {"零〇○洞": "٠", "一幺妖吆壹": "١", "二两贰": "٢", "三叁": "٣", "四肆": "٤"} | {
    "五伍": "٥", "六陆": "٦", "七柒拐": "٧", "八捌": "٨", "九玖勾": "٩", "叉": "X",
}  # fmt: skip
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_TABLE = _NARROW | {ord(char): ord(digit) for chars, digit in _SPOKEN.items() for char in chars}

_GAP = r"[\s\-‐‑‒–—―−·•.,、_/()]{0,3}"
_PROVINCE = "京沪津渝冀晋蒙辽吉黑苏浙皖闽赣鲁豫鄂湘粤桂琼川贵云藏陕甘青宁新"
_LETTER = "[A-HJ-NP-Za-hj-np-z]"
_PLATE_END = rf"(?:{_LETTER}|[0-9])"
_PLATE = rf"[{_PROVINCE}][ ·•-]?{_LETTER}[ ·•-]?"

Check = Callable[[str, tuple[int, ...], str], bool]
"""Digits without gaps, lengths of the pieces, the gaps → whether this is such a number."""


def _row(first: str, more: str) -> str:
    """A number: a first part, then digits with gaps; no written digit on either side."""
    return rf"(?<![0-9]){first}(?:{_GAP}\d){more}(?![0-9])"


def _always(number: str, cuts: tuple[int, ...], gaps: str) -> bool:
    return True


def _mobile(number: str, cuts: tuple[int, ...], gaps: str) -> bool:
    return numbers.is_mobile(number, cuts, gaps)


def _landline(number: str, cuts: tuple[int, ...], gaps: str) -> bool:
    return numbers.is_landline(number, cuts) and not {number, number[3:]} & public_numbers()


_KINDS: tuple[tuple[str, re.Pattern[str], Check], ...] = tuple(
    (label, re.compile(pattern), check)
    for label, pattern, check in (
        ("〔车牌号〕", rf"{_PLATE}(?:[DFdf][ ]?{_PLATE_END}[0-9]{{4}}|[0-9]{{5}}[DFdf])(?![0-9])", _always),
        (
            "〔车牌号〕",
            rf"{_PLATE}(?=(?:[A-Za-z ]?[0-9]){{2}}|[0-9])(?:{_PLATE_END}){{4}}[0-9A-Za-z挂学警港澳]",
            _always,
        ),
        ("〔居住证号〕", r"(?<![A-WYZa-wyz])[A-Z]{3}[0-9]{12}(?![0-9])", _always),
        ("〔护照号〕", r"(?<![A-WYZa-wyz])(?:[DEGPS][ ]?[0-9]{8}|[DEPS][A-Z][ ]?[0-9]{7})(?![0-9])", _always),
        ("〔通行证号〕", r"(?<![A-WYZa-wyz])[CHMW][ ]?[0-9]{8}(?:[0-9]{2})?(?![0-9])", _always),
        ("〔长串号码〕", r"[0-9]{20,}", _always),
        ("〔身份证号〕", _row("[1-9١-٩]", "{16}").replace("(?![0-9])", rf"{_GAP}[\dXx](?![0-9])"), _always),
    )
)
