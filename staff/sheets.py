"""In: a head and rows of texts. Out: a CSV or xlsx file that a spreadsheet opens without running anything."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import BytesIO, StringIO

import xlsxwriter
from fastapi import Response

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def to_csv(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """UTF-8 with a byte order mark, as Excel wants it; what looks like a formula is made text.

    >>> to_csv(["x"], [["=1+1"]])
    b"\\xef\\xbb\\xbfx\\r\\n'=1+1\\r\\n"
    """
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(head)
    for row in rows:
        writer.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row])
    return out.getvalue().encode("utf-8-sig", "replace")


def to_xlsx(title: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """One sheet of that title; every cell is text."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(title)
    for at, row in enumerate([head, *rows]):
        for column, cell in enumerate(row):
            sheet.write_string(at, column, cell)
    book.close()
    return out.getvalue()


def download(form: str, name: str, title: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> Response:
    """The file as an answer.

    Args:
        form: xlsx; anything else is CSV.
        name: of the file, without its ending.
        title: of the sheet.
        head: its first row.
        rows: the others.
    """
    xlsx = form == "xlsx"
    body = to_xlsx(title, head, rows) if xlsx else to_csv(head, rows)
    kind = _XLSX if xlsx else "text/csv; charset=utf-8"
    file = f"{name}.xlsx" if xlsx else f"{name}.csv"
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{file}"'}
    return Response(body, media_type=kind, headers=headers)
