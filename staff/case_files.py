"""In: cases. Out: a CSV or xlsx file without contacts, that a spreadsheet opens without running anything."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import BytesIO, StringIO

import xlsxwriter

from services.cases.models import KIND_NAMES, STATE_NAMES, Case

HEAD = ("工单号", "类别", "事项", "内容", "渠道", "状态", "部门", "经办", "登记时间", "应办结", "是否办成", "并到")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def rows(cases: Iterable[Case]) -> list[Sequence[str]]:
    """One row a case, in the order of HEAD."""
    solved = {True: "办成了", False: "没办成", None: ""}
    return [
        (c.number, KIND_NAMES[c.kind], c.item_id, c.text, c.channel, STATE_NAMES[c.state], c.department, c.owner,
         f"{c.opened_at:%Y-%m-%d %H:%M}", c.due.isoformat(), solved[c.solved], c.merged_into)
        for c in cases
    ]  # fmt: skip


def to_csv(cases: Iterable[Case]) -> bytes:
    """UTF-8 with a byte order mark, as Excel wants it; what looks like a formula is made text.

    >>> to_csv([])[:3]
    b'\\xef\\xbb\\xbf'
    """
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEAD)
    for row in rows(cases):
        writer.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row])
    return out.getvalue().encode("utf-8-sig", "replace")


def to_xlsx(cases: Iterable[Case]) -> bytes:
    """Every cell is text."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("工单")
    for at, row in enumerate([HEAD, *rows(cases)]):
        for column, cell in enumerate(row):
            sheet.write_string(at, column, cell)
    book.close()
    return out.getvalue()
