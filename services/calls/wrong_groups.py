"""In: cards that agents called wrong. Out: the same in groups of shown and meant items, the most frequent first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from services.calls.models import WrongCard


@dataclass(frozen=True)
class WrongGroup:
    """One confusion: callers meant this, the card was that."""

    shown_item: str
    """The item of the card."""
    meant_item: str
    """The item that was meant; empty: no agent said."""
    cards: tuple[WrongCard, ...]
    """The latest first."""

    @property
    def count(self) -> int:
        """How often."""
        return len(self.cards)

    @property
    def newest(self) -> int:
        """The latest card's number; what comes later was not seen."""
        return max(card.id for card in self.cards)


def groups(cards: Sequence[WrongCard]) -> list[WrongGroup]:
    """The confusions, the most frequent first, among equals the latest.

    Args:
        cards: of CallStore.wrongs, the latest first.
    """
    found: dict[tuple[str, str], list[WrongCard]] = defaultdict(list)
    for card in cards:
        found[card.shown_item, card.meant_item].append(card)
    made = [WrongGroup(shown, meant, tuple(rows)) for (shown, meant), rows in found.items()]
    return sorted(made, key=lambda group: (-group.count, -group.newest))
