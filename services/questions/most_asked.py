"""In: weekly counts by item. Out: the items asked about most, exactly, without reading the counts of all the others.

Summing every item of a year took half a second at 100,000 items, so only the largest counts of every week are read
(Fagin's threshold algorithm): an item among none of them has at most the sum of the last ones read. Where that could
still win, because nothing stands out, more is read, in the end everything.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from heapq import nlargest
from itertools import product
from typing import Any, get_args

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from services.questions.models import Result, Tally
from services.questions.tables import asked_item

FIRST_LOOK, DEEPER = 10, 8
"""Counts read of every week for each item wanted, and how many times more when that was not enough."""
_CELL = asked_item.c
_List = tuple[date, str]
"""A week and a result: the counts of one are read from the largest down."""


def top_items(connection: Connection, since: date, most: int) -> dict[str, Tally]:
    """Sums by item over the weeks since a Monday, the most asked first; equals in order of their ids."""
    newest = connection.scalar(sa.select(sa.func.max(_CELL.week)))
    if newest is None or newest < since:
        return {}
    weeks = [since + timedelta(weeks=at) for at in range((newest - since).days // 7 + 1)]
    found = _sums(connection, weeks, _possible(connection, weeks, most))
    return dict(sorted(found.items(), key=lambda pair: (-pair[1].asked, pair[0]))[:most])


def _possible(connection: Connection, weeks: list[date], most: int) -> list[str]:
    """Ids among which the winners are for certain."""
    lists: list[_List] = list(product(weeks, get_args(Result)))
    deep = most * FIRST_LOOK
    while True:
        seen: dict[str, dict[_List, int]] = defaultdict(dict)
        last = dict.fromkeys(lists, 0)
        for each in lists:
            rows = connection.execute(_largest(each, deep)).fetchall()
            for item_id, number in rows:
                seen[item_id][each] = number
            last[each] = rows[-1].number if len(rows) == deep else 0
        unseen = sum(last.values())
        at_least = {item_id: sum(counts.values()) for item_id, counts in seen.items()}
        floor = nlargest(most, at_least.values())[-1] if len(seen) >= most else 0
        if unseen < floor or not unseen:
            at_most = {key: at_least[key] + unseen - sum(last[each] for each in counts) for key, counts in seen.items()}
            return [item_id for item_id, number in at_most.items() if number >= floor]
        deep *= DEEPER


def _largest(each: _List, deep: int) -> Any:
    week, result = each
    rows = sa.select(_CELL.item_id, _CELL.number).where(_CELL.week == week, _CELL.result == result)
    return rows.order_by(_CELL.number.desc()).limit(deep)


def _sums(connection: Connection, weeks: list[date], ids: list[str]) -> dict[str, Tally]:
    number = _CELL.number
    vain = sa.func.sum(sa.case((_CELL.result == "vain", number), else_=0))
    query = sa.select(_CELL.item_id, sa.func.sum(number), vain).group_by(_CELL.item_id)
    rows = connection.execute(query.where(_CELL.week.in_(weeks), _CELL.item_id.in_(ids)))
    return {item_id: Tally(int(asked), int(missed)) for item_id, asked, missed in rows}
