"""The items asked about most, found without reading everything, are the ones that reading everything finds."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from services.questions import most_asked
from services.questions.models import Tally
from services.questions.store import QuestionStore
from services.questions.tables import asked_item

MONDAY = date(2026, 11, 2)
Cells = dict[tuple[date, str, str], int]


@pytest.fixture
def store(database_url: str) -> Iterator[QuestionStore]:
    made = QuestionStore(database_url)
    yield made
    made.close()


def cells_of(draw: random.Random, items: int, weeks: int, steep: float) -> Cells:
    """Counts by week, item and result; the steeper, the more a few items stand out."""
    made: Cells = {}
    for at in draw.sample(range(items), items):
        for week in range(weeks):
            for result, share in (("answered", 1.0), ("vain", 0.4)):
                number = int(draw.random() * share * 60 / (1 + at) ** steep)
                if number:
                    made[MONDAY + timedelta(weeks=week), f"venue.i{at * 7919 % 101}", result] = number
    return made


def summed(cells: Cells, since: date, most: int) -> dict[str, Tally]:
    asked, vain = Counter[str](), Counter[str]()
    for (week, item, result), number in cells.items():
        if week >= since:
            asked[item] += number
            vain[item] += number * (result == "vain")
    winners = sorted(asked, key=lambda item: (-asked[item], item))[:most]
    return {item: Tally(asked[item], vain[item]) for item in winners}


@pytest.mark.parametrize("steep", [0.0, 0.3, 1.2])
def test_as_if_everything_were_read(store: QuestionStore, steep: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(most_asked, "FIRST_LOOK", 2)
    monkeypatch.setattr(most_asked, "DEEPER", 2)
    cells = cells_of(random.Random(int(steep * 10)), 60, 4, steep)
    rows = [{"week": week, "item_id": item, "result": result, "number": n} for (week, item, result), n in cells.items()]
    with store.transaction() as connection:
        connection.execute(asked_item.insert(), rows)
    for since in (MONDAY, MONDAY + timedelta(weeks=3), MONDAY + timedelta(weeks=4)):
        for most in (1, 5, 20, 100):
            expected = summed(cells, since, most)
            assert list(store.top_items(since, most).items()) == list(expected.items()), (since, most)


def test_where_a_few_stand_out_most_counts_are_not_read(store: QuestionStore, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = []
    real = most_asked._largest
    monkeypatch.setattr(most_asked, "_largest", lambda each, deep: (looks.append(deep), real(each, deep))[1])
    rows = [{"week": MONDAY, "item_id": f"venue.i{at}", "result": "answered", "number": 9_000 // (1 + at)}
            for at in range(900)]  # fmt: skip
    with store.transaction() as connection:
        connection.execute(asked_item.insert(), rows)
    assert list(store.top_items(MONDAY, 2)) == ["venue.i0", "venue.i1"]
    assert looks == [20, 20], "one look at each of the two lists, twenty deep"


def test_nothing_was_asked(store: QuestionStore) -> None:
    assert store.top_items(MONDAY) == {}
