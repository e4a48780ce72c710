"""In: rows as they are written. Out: weekly counts beside them, and sums of these: no chart reads the rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from services.questions.models import Asked, Dimension, Tally, result_of
from services.questions.tables import asked_count, asked_item


def week_of(at: datetime) -> date:
    """The Monday of a moment's week.

    >>> week_of(datetime(2026, 11, 29))
    datetime.date(2026, 11, 23)
    """
    return at.date() - timedelta(days=at.weekday())


def count(connection: Connection, rows: Sequence[Asked]) -> None:
    """Add the needs among rows, in the transaction that writes them: both happen, or neither."""
    cells: Counter[tuple[Any, ...]] = Counter()
    items: Counter[tuple[Any, ...]] = Counter()
    for row in rows:
        result = result_of(row)
        if result is None:
            continue
        cells[week_of(row.at), row.channel, row.area, row.topic, result] += 1
        if row.told_item or row.item_id:
            items[week_of(row.at), row.told_item or row.item_id, result] += 1
    _add(connection, asked_count, cells)
    _add(connection, asked_item, items)


def counted(connection: Connection, by: Dimension, since: date, chosen: Mapping[Dimension, str]) -> dict[Any, Tally]:
    """Sums by one dimension; the smallest key first."""
    column, number = asked_count.c[by], asked_count.c.number
    vain = sa.func.sum(sa.case((asked_count.c.result == "vain", number), else_=0))
    query = sa.select(column, sa.func.sum(number), vain).where(asked_count.c.week >= since)
    for name, value in chosen.items():
        query = query.where(asked_count.c[name] == value)
    rows = connection.execute(query.group_by(column).order_by(column))
    return {key: Tally(int(asked), int(vain)) for key, asked, vain in rows}


def _add(connection: Connection, table: sa.Table, cells: Mapping[tuple[Any, ...], int]) -> None:
    """Two processes may count the same cell at once: the database adds, nobody reads first.

    Cells go in order, so that two batches take PostgreSQL's row locks in the same order.
    """
    make = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    keys = list(table.primary_key.columns)
    values = [dict(zip(table.c.keys(), (*key, number), strict=True)) for key, number in sorted(cells.items())]
    if not values:
        return
    insert = make(table)
    more = {"number": table.c.number + insert.excluded.number}
    connection.execute(insert.on_conflict_do_update(index_elements=keys, set_=more), values)
