"""Confusions: the most frequent first, among equals the latest."""

from __future__ import annotations

from bot.clock import now
from services.calls.models import WrongCard
from services.calls.wrong_groups import groups


def card(number: int, shown: str, meant: str) -> WrongCard:
    return WrongCard(number, now(), "c1", f"话{number}", shown, meant, "小陈", "")


def test_the_same_confusion_is_one_group() -> None:
    found = groups([card(5, "a", ""), card(4, "c", "d"), card(3, "a", "b"), card(2, "b", "a"), card(1, "a", "b")])
    assert [(one.shown_item, one.meant_item, one.count, one.newest) for one in found] == [
        ("a", "b", 2, 3), ("a", "", 1, 5), ("c", "d", 1, 4), ("b", "a", 1, 2),
    ]  # fmt: skip
    assert [one.words for one in found[0].cards] == ["话3", "话1"]
    assert groups([]) == []
