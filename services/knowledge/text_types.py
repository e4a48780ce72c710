"""In: a scalar as a clerk wrote it. Out: checked text: one line, an id, a date of a given precision.

pydantic turns the ValueErrors raised here into errors of the field; their words are for the clerk.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import date
from typing import ClassVar

# One line: no control characters, no line or paragraph separators, no half surrogates, no byte-order mark.
_NOT_IN_LINE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")


class Text(str):
    """A line of text a person reads: not empty, no white space around it, no control characters."""

    @classmethod
    def __get_validators__(cls) -> Iterator[Callable[[object], str]]:
        yield cls.check

    @classmethod
    def check(cls, value: object) -> str:
        """The text itself, or a ValueError in the clerk's words."""
        if isinstance(value, bool | int | float):
            raise ValueError(f"{value} 被当成了数字或是否，请加引号写成 '{value}'")
        if not isinstance(value, str):
            raise ValueError("这里要写一句文字")
        if not value.strip():
            raise ValueError("是空的，请写上内容，或者整行删掉")
        if value != value.strip():
            raise ValueError("前后有多余的空格或换行，请去掉")
        if _NOT_IN_LINE.search(value):
            raise ValueError("里面有换行或看不见的字符，请写成一行")
        return value


class Summary(Text):
    """One plain sentence about an item, at most 60 characters."""

    longest: ClassVar[int] = 60

    @classmethod
    def check(cls, value: object) -> str:
        text = super().check(value)
        if len(text) > cls.longest:
            raise ValueError(f"有 {len(text)} 个字，最多 {cls.longest} 个字")
        return text


class _Name(Text):
    """Text of one fixed form."""

    form: ClassVar[re.Pattern[str]]
    example: ClassVar[str]

    @classmethod
    def check(cls, value: object) -> str:
        text = super().check(value)
        if not cls.form.fullmatch(text):
            raise ValueError(f"“{text}”的写法不对，要像 {cls.example} 这样")
        return text


class ItemId(_Name):
    """Stable id of an item: lower-case words joined by dots."""

    form = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9][a-z0-9_]*)+")
    example = "housing.public_rental.city"


class NumberName(_Name):
    """Name of a number inside an item."""

    form = re.compile(r"[a-z][A-Za-z0-9_-]*")
    example = "permit_min_months"


class FactId(_Name):
    """Id of a fact or of a scheme's parameter: lower-case words joined by underscores."""

    form = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
    example = "social_insurance_months"


class Ref(_Name):
    """Number of a source inside an item."""

    form = re.compile(r"s[1-9][0-9]?")
    example = "s1"


class PhoneNumber(_Name):
    """A telephone number: digits only."""

    form = re.compile(r"[0-9]{3,12}")
    example = "'12345'"


class AreaCode(_Name):
    """Statistical code of a sub-district of Minhang, nine digits."""

    form = re.compile(r"310112[0-9]{3}")
    example = "'310112101'"


class PartialDate(str):
    """A date known to the year, the month or the day: "2025", "2025-03", "2025-03-01"."""

    _form: ClassVar[re.Pattern[str]] = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)

    @classmethod
    def __get_validators__(cls) -> Iterator[Callable[[object], PartialDate]]:
        yield cls.check

    @classmethod
    def check(cls, value: object) -> PartialDate:
        """The date as text, or a ValueError in the clerk's words. A bare year may come as a number."""
        text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        wrong = f"“{value}”不是日期，要写成 '2025'、'2025-03' 或 '2025-03-01'"
        if not isinstance(text, str) or not cls._form.fullmatch(text):
            raise ValueError(wrong)
        try:
            found = cls(text)
            found.first_day()
        except ValueError:
            raise ValueError(wrong) from None
        return found

    def _parts(self) -> tuple[int, int | None, int | None]:
        match = self._form.fullmatch(self)
        if match is None:
            raise ValueError(f"not a date: {self!r}")
        year, month, day = match.groups()
        return int(year), int(month) if month else None, int(day) if day else None

    def first_day(self) -> date:
        """The earliest day it can mean.

        >>> PartialDate("2025-03").first_day()
        datetime.date(2025, 3, 1)
        """
        year, month, day = self._parts()
        return date(year, month or 1, day or 1)

    def last_day(self) -> date:
        """The latest day it can mean.

        >>> PartialDate("2024-02").last_day()
        datetime.date(2024, 2, 29)
        """
        year, month, day = self._parts()
        month = month or 12
        return date(year, month, day or monthrange(year, month)[1])
