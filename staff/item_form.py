"""In: a posted form, or an item's plain data. Out: the other one; the same data as YAML; errors by field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bot.errors import DataError, FieldError
from services.knowledge.files import parse_item
from services.knowledge.models import Condition, Item, Number, Source
from services.knowledge.topics import CONFIDENCE_NAMES
from services.knowledge.units import Unit
from services.knowledge.yaml_text import dump_mapping, parse_yaml
from staff.form import Form

ONE_LINE = ("name", "summary", "audience", "where", "time_limit", "fee", "when", "phone", "valid_for")
CHOICES = ("topic", "region", "confidence", "evidence")
LINES = ("aliases", "materials", "steps", "notes", "clerk_notes")
"""Text areas with one thing on each line."""
ROWS: dict[str, tuple[str, ...]] = {
    "conditions": tuple(Condition.__fields__),
    "numbers": ("key", *Number.__fields__),
    "sources": tuple(Source.__fields__),
}
"""Tables: a row for each, named “conditions.0.text”."""
PART_CHOICES: dict[str, dict[str, str]] = {
    "confidence": CONFIDENCE_NAMES, "unit": {unit.value: unit.value for unit in Unit},
}  # fmt: skip
"""Cells of these tables that are chosen, not typed."""
BLANK_ROWS = 2
TITLES: dict[str, str] = {
    **{name: str(field.field_info.title) for name, field in Item.__fields__.items()}, "key": "英文名",
    **{name: str(f.field_info.title) for part in (Condition, Number, Source) for name, f in part.__fields__.items()},
    **{name: str(Item.__fields__[name].field_info.title) for name in ("valid_for", "confidence")},
}  # fmt: skip
HINTS: dict[str, str] = {name: str(field.field_info.description) for name, field in Item.__fields__.items()}


def from_form(form: Form, before: Mapping[str, Any]) -> dict[str, Any]:
    """Plain data as a file would hold it; what the form does not show (verification) is taken from `before`."""
    data: dict[str, Any] = {"id": before.get("id") or form.text("id", 128)}
    for name in Item.__fields__:
        value: Any = None
        if name in ROWS:
            rows = _rows(form, name)
            value = {row.pop("key", ""): row for row in rows} if name == "numbers" else rows
        elif name in LINES:
            value = form.lines(name)
        elif name in ONE_LINE or name in CHOICES:
            value = form.text(name, 4_000)
        elif name != "id":
            value = before.get(name)
        if value:
            data[name] = value
    return data


def from_yaml(text: str, before: Mapping[str, Any]) -> dict[str, Any]:
    """Plain data of the YAML view.

    Raises:
        DataError: naming the line; or the id was changed.
    """
    data = parse_yaml(text, "YAML")
    if isinstance(data, list) and len(data) == 1:
        data = data[0]
    if not isinstance(data, dict):
        raise _wrong("yaml", "YAML：要写成“名称: 内容”的样子。")
    if before.get("id") and data.get("id") != before["id"]:
        raise _wrong("id", f"YAML · 事项编码：永远不变，要写 {before['id']}。")
    if data.get("verification") != before.get("verification"):
        # who has checked what is said in the queue, by the person who has
        data = {**data, "verification": before.get("verification")}
    return {str(key): value for key, value in data.items()}


def to_yaml(data: Mapping[str, Any]) -> str:
    """The same data as YAML."""
    return dump_mapping(dict(data))


def check(data: Mapping[str, Any]) -> tuple[Item | None, dict[str, list[str]]]:
    """The item, or for each field of the form what is wrong with it."""
    try:
        return parse_item(dict(data), "这里"), {}
    except DataError as error:
        return None, by_field(error.fields or (FieldError("", error.sentence),))


def by_field(wrong: Iterable[FieldError]) -> dict[str, list[str]]:
    """Sentences by the name of the form's field: “materials.2” stands at “materials”."""
    found: dict[str, list[str]] = {}
    for error in wrong:
        name = error.field
        while name.count(".") and name.split(".")[0] not in ROWS:
            name = name.rpartition(".")[0]
        found.setdefault(name, []).append(error.message.removeprefix("这里 · "))
    return found


def rows_of(data: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """The rows of a table, and some empty ones."""
    value = data.get(name) or ()
    if name == "numbers":
        full = [{"key": key, **row} for key, row in value.items()] if isinstance(value, dict) else []
    else:
        full = [dict(row) for row in value if isinstance(row, dict)]
    return full + [{} for _ in range(BLANK_ROWS)]


def _rows(form: Form, name: str) -> list[dict[str, Any]]:
    """Rows that are not empty. A row's number may have holes: empty ones are left out."""
    rows = []
    for at in range(200):
        texts = {part: form.text(f"{name}.{at}.{part}", 2_000) for part in ROWS[name]}
        row: dict[str, Any] = {part: text for part, text in texts.items() if text}
        if not row:
            continue
        if name == "numbers" and "value" in row:
            row["value"] = _number(row["value"])
        rows.append(row)
    return rows


def _number(text: str) -> object:
    """A number as YAML reads it; anything else stays text, for the check to complain of."""
    try:
        return int(text) if text.lstrip("-").isdigit() else float(text)
    except ValueError:
        return text


def _wrong(field: str, sentence: str) -> DataError:
    return DataError(sentence, (FieldError(field, sentence),))
