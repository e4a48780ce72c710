"""In: any text a person sent. Out: the same text with personal numbers replaced by their kind (〔手机号〕).

Works on a copy of equal length in which full-width characters are narrow and spoken digits (幺三八…) are
Arabic-Indic ones: patterns take both, but only written digits can run on, so the 一 of "13812345678一直"
is no part of the number. Every pattern has bounded length: time grows with the text, never faster.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from bot.channels import personal_numbers as numbers
from bot.settings import ROOT

_SPOKEN = ("零〇○洞", "一幺妖吆壹", "二两贰", "三叁", "四肆", "五伍", "六陆", "七柒拐", "八捌", "九玖勾")
_TABLE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, ord("叉"): ord("X")}
_TABLE |= {ord(word): 0x0660 + digit for digit, words in enumerate(_SPOKEN) for word in words}

_D = "[0-9٠-٩]"
_WRITTEN = {0x0660 + digit: str(digit) for digit in range(10)}
_PIECE = re.compile(f"(?:{_D}|[A-Za-z])+")
_GAP = r"[\s\u200b-\u200d\u2060\ufeff\-‐‑‒–—―−·•.,、_/()]{0,3}"
_START, _END = "(?<![0-9])", "(?![0-9])"
_NO_WORD = "(?<![A-WYZa-wyz])"
"""No letter before it; X may end an identity number."""
_PLATE = r"[京沪津渝冀晋蒙辽吉黑苏浙皖闽赣鲁豫鄂湘粤桂琼川贵云藏陕甘青宁新][ ·•\-]?[A-HJ-NP-Za-hj-np-z]"
_CHAR = r"[ ·•\-]?[A-HJ-NP-Za-hj-np-z0-9٠-٩]"
_AFTER = r"(?:号码|编号|号)?[是为:\s]{0,3}"

Cuts = tuple[int, ...]
Check = Callable[[str, Cuts, str], bool]
"""Digits without gaps, lengths of the pieces they were written in, the gaps → whether it is such a number."""


def mask(text: str) -> str:
    """Replace personal numbers: identity cards, phones, bank cards, permits, passports, number plates.

    Args:
        text: anything; spaces, dashes and line breaks inside a number do not hide it.

    Returns:
        The text with each number replaced by its kind. Masking twice changes nothing more. Service numbers
        (12345, numbers under places/), amounts, dates and document numbers stay.

    >>> mask("我手机138 1234 5678，打12345没人接")
    '我手机〔手机号〕，打12345没人接'
    """
    for label, pattern, check in _KINDS:
        pieces, done = [], 0
        for start, end in _spans(text.translate(_TABLE), pattern, check):
            pieces += [text[done:start], label]
            done = end
        text = "".join(pieces) + text[done:]
    return text


@lru_cache(maxsize=1)
def public_numbers() -> frozenset[str]:
    """Local numbers of offices, from the files under places/: eight digits that may be shown."""
    texts = (path.read_text(encoding="utf-8") for path in sorted((ROOT / "places").glob("*.yml")))
    found = (re.findall(r"(?<!\d)(?:021[- ]?)?([2-8]\d{3}[- ]?\d{4})(?!\d)", text) for text in texts)
    return frozenset(re.sub(r"\D", "", number) for numbers_ in found for number in numbers_)


def _spans(text: str, pattern: re.Pattern[str], check: Check) -> Iterator[tuple[int, int]]:
    """Where the numbers are. After a refusal the search goes on one character later, not after it."""
    position = 0
    while match := pattern.search(text, position):
        pieces = _PIECE.findall(match["n"])
        plain = "".join(pieces).translate(_WRITTEN).upper()
        cuts = tuple(len(piece) for piece in pieces)
        if check(plain, cuts, _PIECE.sub("", match["n"])):
            yield (match.start("n") if "keep" in match.groupdict() else match.start()), match.end()
            position = match.end()
        else:
            position = match.start() + 1


def _always(number: str, cuts: Cuts, gaps: str) -> bool:
    return True


def _digits_at_least(count: int) -> Check:
    return lambda number, cuts, gaps: sum(char.isdigit() for char in number) >= count


def _bank_card(number: str, cuts: Cuts, gaps: str) -> bool:
    return numbers.is_bank_card(number, cuts)


def _landline(number: str, cuts: Cuts, gaps: str) -> bool:
    return numbers.is_landline(number, cuts) and number[-8:] not in public_numbers()


def _local_line(number: str, cuts: Cuts, gaps: str) -> bool:
    return cuts in ((8,), (4, 4), (1,) * 8) and number not in public_numbers()


def _row(first: str, more: int, last: str = "") -> str:
    """A first digit, more digits with gaps, perhaps a last character; no written digit on either side."""
    return f"{_START}(?P<n>{first}(?:{_GAP}{_D}){{{more}}}{last}){_END}"


_CARD_FORMS = (
    f"[3-69٣-٦٩]{_D}{{12,18}}",
    f"[3-69]{_D}{{5}}{_GAP}{_D}{{13}}",
    f"[3-69]{_D}{{3}}(?:{_GAP}{_D}{{4}}){{3}}{_GAP}{_D}{{1,3}}",
    f"[3-69]{_D}{{3}}(?:{_GAP}{_D}{{4}}){{3}}",
    f"[3-69]{_D}{{3}}(?:{_GAP}{_D}{{4}}){{2}}{_GAP}{_D}{{1,3}}",
    f"[3-69](?:{_GAP}{_D}){{18}}",
    f"[3-69](?:{_GAP}{_D}){{15}}",
)
"""In one piece, 6 + 13, fours with and without a rest, digit by digit. Longer forms first."""

_KINDS: tuple[tuple[str, re.Pattern[str], Check], ...] = tuple(
    (label, re.compile(pattern), check)
    for label, pattern, check in (
        ("〔车牌号〕", f"(?P<n>{_PLATE}[ ·•-]?[DFdf]{_CHAR}(?:[ ·•-]?{_D}){{4}}){_END}", _always),
        ("〔车牌号〕", f"(?P<n>{_PLATE}(?:[ ·•-]?{_D}){{5}}[ ·•-]?[DFdf])", _always),
        ("〔车牌号〕", f"(?P<n>{_PLATE}(?:{_CHAR}){{4}}(?:{_CHAR}|[挂学警港澳]))", _digits_at_least(3)),
        ("〔居住证号〕", f"{_NO_WORD}(?P<n>[A-Z]{{3}}[0-9]{{12}}){_END}", _always),
        ("〔护照号〕", f"{_NO_WORD}(?P<n>[DEGPS] ?[0-9]{{8}}|[DEPS][A-Z] ?[0-9]{{7}}){_END}", _always),
        ("〔通行证号〕", f"{_NO_WORD}(?P<n>[CHMW] ?[0-9]{{8}}(?:[0-9]{{2}})?){_END}", _always),
        ("〔长串号码〕", "(?P<n>[0-9]{20,})", _always),
        ("〔身份证号〕", _row("[1-9١-٩]", 16, f"{_GAP}(?:{_D}|[Xx])"), lambda n, c, g: numbers.is_identity(n, c)),
        ("〔身份证号〕", _row("[1-9١-٩]", 14), lambda n, c, g: numbers.is_old_identity(n, c)),
        *(("〔银行卡号〕", f"{_START}(?P<n>{form}){_END}", _bank_card) for form in _CARD_FORMS),
        (
            "〔手机号〕",
            rf"{_START}(?:\+?(?:00)?86{_GAP}|0)?(?P<n>[1١]{_GAP}[3-9٣-٩](?:{_GAP}{_D}){{9}}){_END}",
            numbers.is_mobile,
        ),
        *(("〔座机号〕", rf"{_START}\(?(?P<n>[0٠](?:{_GAP}{_D}){{{more}}}){_END}", _landline) for more in (11, 10)),
        ("〔座机号〕", f"(?P<keep>座机|固话|电话){_AFTER}(?P<n>[2-8٢-٨](?:{_GAP}{_D}){{7}}){_END}", _local_line),
        ("〔居住证号〕", f"(?P<keep>居住证|居留证|居留许可){_AFTER}(?P<n>[A-Za-z0-9]{{8,}})", _digits_at_least(6)),
        ("〔护照号〕", f"(?P<keep>护照){_AFTER}(?P<n>[A-Za-z0-9]{{7,}})", _digits_at_least(5)),
    )
)
