"""In: digits. Out: whether they are a personal number; the arithmetic against published examples."""

from __future__ import annotations

import pytest

from bot.channels import personal_numbers as numbers


@pytest.mark.parametrize(
    ("number", "cuts", "expected"),
    [
        ("11010519491231002X", (18,), True),  # the example of GB 11643
        ("110105194912310021", (18,), True),  # a mistyped check digit still tells the birth date
        ("000105194912310021", (18,), False),
        ("310112199013011234", (6, 8, 4), False),
        ("310112189901011234", (6, 8, 4), False),
    ],
)
def test_identity(number: str, cuts: tuple[int, ...], expected: bool) -> None:
    assert numbers.is_identity(number, cuts) is expected


@pytest.mark.parametrize(
    ("number", "cuts", "expected"),
    [
        ("4111111111111111", (16,), True),
        ("4111111111111112", (16,), False),
        ("4111111111111111", (3, 5, 8), False),
        ("6222021234567890123", (19,), True),  # UnionPay's form, mistyped
        ("2025120108301530", (16,), False),
    ],
)
def test_bank_card(number: str, cuts: tuple[int, ...], expected: bool) -> None:
    assert numbers.is_bank_card(number, cuts) is expected


@pytest.mark.parametrize(
    ("cuts", "gaps", "expected"),
    [((11,), "", True), ((5, 6), " ", True), ((4, 2, 2, 3), "-- ", False), ((3, 3, 3, 2), "...", False)],
)
def test_mobile(cuts: tuple[int, ...], gaps: str, expected: bool) -> None:
    assert numbers.is_mobile("19912345678", cuts, gaps) is expected


@pytest.mark.parametrize(
    ("number", "cuts", "expected"),
    [
        ("02154321098", (11,), True),
        ("05667654321", (4, 7), True),
        ("0215432109", (3, 7), False),
        ("02112345678", (11,), False),
        ("02112345", (3, 5), False),
    ],
)
def test_landline(number: str, cuts: tuple[int, ...], expected: bool) -> None:
    assert numbers.is_landline(number, cuts) is expected
