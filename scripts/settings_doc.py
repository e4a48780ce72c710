"""In: bot/settings.py. Out: docs/reference/settings.md and .env.example: every setting with its meaning.

python -m scripts.settings_doc            (writes the file; a test compares it)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from pydantic import SecretStr
from pydantic.fields import ModelField

from bot.settings import ROOT, Settings

DOC = ROOT / "docs" / "reference" / "settings.md"
EXAMPLE = ROOT / ".env.example"
_EXAMPLE_HEAD = """# Settings of 来沪通. Copy to .env and change what you need; the defaults work on one machine.
# 复制成 .env 再改；不改也能在一台机器上运行。
"""

_HEAD = """# Settings

<!-- Made by python -m scripts.settings_doc; do not edit by hand. -->

Set them in the environment or in a file `.env` beside the `Makefile`; the environment wins. `.env.example` lists them
all: copy it and take the `#` away from the lines you change. They are read once, at the start; a wrong value stops the
start with a sentence that names it. Nothing else in the code reads settings from the environment.
"""
_TABLE = """| Variable | Type | Default | Meaning |
|---|---|---|---|"""
_LATER = """## Reserved

Read by nothing yet: they belong to parts that are planned. Setting them changes nothing today.
"""
_SET_UP = """## Set-up only

Read by the scripts of `make`, not by the server.

| Variable | Meaning |
|---|---|
| `PYTHON310` | Path of a Python 3.10, when none is found on the machine. |
| `OMP_NUM_THREADS` | Threads of the numeric libraries, 1 when not set: two cores serve several people. |
"""


def render() -> str:
    """The whole document."""
    text = "\n".join(path.read_text("utf-8") for path in _code())
    fields = list(Settings.__fields__.values())
    used = [field for field in fields if re.search(rf"\.{field.name}\b", text)]
    later = [field for field in fields if field not in used]
    parts = [_HEAD, f"## In use\n\n{_table(used)}\n"]
    parts += [f"{_LATER}\n{_table(later)}\n"] if later else []
    return "\n".join([*parts, _SET_UP])


def _code() -> Iterator[Path]:
    """Where a setting may be read."""
    yield ROOT / "server.py"
    yield ROOT / "bot" / "settings.py"
    for folder in ("bot", "services", "actions", "scripts"):
        yield from sorted((ROOT / folder).rglob("*.py"))


def _table(fields: list[ModelField]) -> str:
    return "\n".join([_TABLE, *map(_row, fields)])


def _row(field: ModelField) -> str:
    cells = (f"`{field.name.upper()}`", _kind(field) + _bounds(field), _default(field), field.field_info.description)
    return f"| {' | '.join(map(str, cells))} |"


def _kind(field: ModelField) -> str:
    # Bounds make pydantic replace int by its own "ConstrainedIntValue".
    name = field.outer_type_.__name__.removeprefix("Constrained").removesuffix("Value").lower()
    return {"str": "text", "path": "folder", "secretstr": "secret", "float": "number", "int": "whole number",
            "bool": "true or false"}[name]  # fmt: skip


def _bounds(field: ModelField) -> str:
    info = field.field_info
    if info.ge is not None and info.le is not None:
        return f" {info.ge:g}–{info.le:g}"
    if info.ge is not None:
        return f" ≥ {info.ge:g}"
    return f" > {info.gt:g}" if info.gt is not None else ""


def _default(field: ModelField) -> str:
    value = _plain(field)
    return f"`{value}`" if value != "" else "empty"


def _plain(field: ModelField) -> object:
    value = field.default
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return value.relative_to(ROOT) if isinstance(value, Path) else value


def example() -> str:
    """The file to copy to .env: every setting with its default, commented out."""
    entries = [
        f"# {field.field_info.description}\n# {field.name.upper()}={_plain(field)}\n"
        for field in Settings.__fields__.values()
    ]
    return "\n".join([_EXAMPLE_HEAD, *entries])


def write(path: Path = DOC) -> None:
    """Writes the document, making its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(render(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write()
    EXAMPLE.write_text(example(), encoding="utf-8", newline="\n")
