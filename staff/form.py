"""In: a posted form. Out: its texts, cleaned of what no keyboard types, and its one file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from fastapi import Request
from starlette.datastructures import UploadFile

MOST_FIELDS = 2_000
_UNTYPED = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127, *range(0xD800, 0xE000), 0xFEFF])
"""Control characters (PostgreSQL refuses NUL), half characters, byte order marks."""


@dataclass(frozen=True)
class Form:
    """What was posted."""

    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Values by name, in the order of the page."""
    file: bytes = b""
    """The content of the uploaded file; empty when there is none."""
    file_name: str = ""
    """Its name, as the browser says."""

    def text(self, name: str, longest: int = 20_000) -> str:
        """The first value, trimmed; empty when missing. Cut at `longest` characters."""
        values = self.fields.get(name, ())
        return values[0].strip()[:longest] if values else ""

    def number(self, name: str, default: int = 0) -> int:
        """A whole number from 0; `default` when it is none."""
        text = self.text(name, 12)
        return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else default

    def ticked(self, name: str) -> bool:
        """Whether a box was ticked."""
        return bool(self.text(name))

    def lines(self, name: str) -> list[str]:
        """A text area with one thing on each line, without empty lines."""
        return [line.strip() for line in self.text(name).split("\n") if line.strip()]

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Everything, to put the same form on a page again; never a password."""
        for name, values in self.fields.items():
            if name != "csrf" and "password" not in name:
                yield from ((name, value) for value in values)


async def read_form(request: Request) -> Form:
    """Reads the body; its size is limited before (bot/operation/limits.py)."""
    fields: dict[str, tuple[str, ...]] = {}
    file, file_name = b"", ""
    async with request.form(max_files=1, max_fields=MOST_FIELDS, max_part_size=4_000_000) as posted:
        for name, value in posted.multi_items():
            if isinstance(value, UploadFile):
                file, file_name = await value.read(), _clean(value.filename or "")
            else:
                name = _clean(name)
                fields[name] = (*fields.get(name, ()), _clean(value))
    return Form(fields, file, file_name)


def _clean(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_UNTYPED)
