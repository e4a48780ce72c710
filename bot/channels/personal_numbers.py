"""In: digits (and where they were cut) that may be somebody's number. Out: whether they are. Pure arithmetic.

Where a mistyped number is as personal as the right one (a wrong check digit still leaves the birth date),
the doubt goes to the person: it counts as personal.
"""

from __future__ import annotations

from datetime import date
from itertools import accumulate

PROVINCES = frozenset(
    [
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "50",
        "51",
        "52",
        "53",
        "54",
        "61",
        "62",
        "63",
        "64",
        "65",
        "71",
        "81",
        "82",
        "83",
    ]
)
"""First two digits of an identity number (GB/T 2260; 81–83: residence permits of Hong Kong, Macao, Taiwan)."""
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_IDENTITY_CUTS = frozenset({(18,), (17, 1), (6, 8, 4), (6, 4, 4, 4), (3, 3, 4, 4, 4), (6, 12), (14, 4), (1,) * 18})
_OLD_IDENTITY_CUTS = frozenset({(15,), (6, 6, 3), (1,) * 15})
_PHONE_CUTS = frozenset({(11,), (3, 4, 4), (3, 8), (7, 4), (3, 3, 5), (1,) * 11})
_LANDLINE_CUTS = ((8,), (4, 4), (7,), (3, 4))


def is_identity(number: str, cuts: tuple[int, ...]) -> bool:
    """Whether 18 characters are an identity number (GB 11643), also a mistyped one.

    Args:
        number: 17 digits and a digit or "X".
        cuts: lengths of the pieces it was written in.

    A plausible region and birth date are enough; cut in an unusual way (a row of dates), the check digit decides.

    >>> is_identity("11010519491231002X", (18,)), is_identity("310112101001310112", (18,))
    (True, False)
    """
    if (number[:2] not in PROVINCES and number[0] != "9") or not _is_birth(number[6:14]):
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number[:17], strict=True))
    return cuts in _IDENTITY_CUTS or _CHECK[total % 11] == number[17]


def is_old_identity(number: str, cuts: tuple[int, ...]) -> bool:
    """Whether 15 digits are an identity number of the kind given out before 1999.

    >>> is_old_identity("310112650308123", (15,)), is_old_identity("310112651308123", (15,))
    (True, False)
    """
    return number[:2] in PROVINCES and _is_birth("19" + number[6:12]) and cuts in _OLD_IDENTITY_CUTS


def is_bank_card(number: str, cuts: tuple[int, ...]) -> bool:
    """Whether 13–19 digits are a bank card: ISO/IEC 7812 check digit, or UnionPay's own form.

    >>> is_bank_card("6222021234567890128", (19,)), is_bank_card("4111111111111111", (4, 4, 4, 4))
    (True, True)
    """
    if number[0] not in "34569" or not (_cut_in(cuts, 4) or cuts == (6, 13) or set(cuts) == {1}):
        return False
    if number.startswith("62") and len(cuts) == 1 and len(number) in (16, 19):
        return True
    doubled = (int(d) * (1 + i % 2) for i, d in enumerate(reversed(number)))
    return sum(n - 9 if n > 9 else n for n in doubled) % 10 == 0


def is_mobile(number: str, cuts: tuple[int, ...], separators: str) -> bool:
    """Whether 11 digits starting with 1[3-9] are a mobile number and not a row of years or amounts.

    Args:
        number: the digits.
        cuts: lengths of the pieces it was written in.
        separators: what stood between the pieces.

    >>> is_mobile("13812345678", (3, 4, 4), "--"), is_mobile("19900101300", (4, 2, 2, 3), "-- ")
    (True, False)
    """
    if cuts in _PHONE_CUTS:
        return True
    pieces = _pieces(number, cuts)
    year = pieces[0].startswith("19") and len(pieces[0]) in (4, 6, 8)
    amounts = any(len(piece) > 2 and piece.endswith("00") for piece in pieces)
    return not year and not amounts and not set(separators) & set(".,/()")


def is_landline(number: str, cuts: tuple[int, ...]) -> bool:
    """Whether digits starting with 0 are an area code and a local number of 7 or 8 digits.

    >>> is_landline("02154321098", (3, 8)), is_landline("02112345", (3, 5))
    (True, False)
    """
    area = 3 if number[1] in "12" else 4
    local = number[area:]
    if len(local) not in (7, 8) or local[0] not in "2345678" or (area == 3 and len(local) == 7):
        return False
    return len(cuts) == 1 or set(cuts) == {1} or (cuts[0] == area and cuts[1:] in _LANDLINE_CUTS)


def _is_birth(digits: str) -> bool:
    """Whether YYYYMMDD is a day on which somebody alive may have been born."""
    year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:])
    if not 1900 <= year <= 2099:
        return False
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _cut_in(cuts: tuple[int, ...], size: int) -> bool:
    """Whether the number is in one piece or in pieces of one size with a shorter rest."""
    return len(cuts) == 1 or (all(cut == size for cut in cuts[:-1]) and cuts[-1] <= size)


def _pieces(number: str, cuts: tuple[int, ...]) -> list[str]:
    """The pieces the number was written in."""
    ends = accumulate(cuts)
    return [number[end - cut : end] for cut, end in zip(cuts, ends, strict=True)]
