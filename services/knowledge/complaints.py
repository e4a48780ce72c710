"""In: a pydantic error and the data it is about. Out: sentences a policy clerk understands, one a field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic.fields import ModelField

from bot.errors import FieldError
from services.knowledge.units import nearest_units

Loc = Sequence[str | int]


def complaints(error: ValidationError, model: type[BaseModel], data: object, where: str) -> list[FieldError]:
    """One FieldError for each wrong field.

    Args:
        error: what pydantic raised for `model`.
        model: the model that was asked for; its fields carry the Chinese names.
        data: the data that was refused.
        where: what the data is, put before each sentence ("policy/housing.yml · housing.rent_filing").

    Returns:
        Errors in the order of the fields; `field` is the dotted path inside the data.
    """
    found = []
    for part in error.errors():
        loc = [step for step in part["loc"] if step != "__root__"]
        kind = part["type"]
        missing = kind in ("value_error.missing", "value_error.extra")
        names, owner, field = _walk(model, loc[:-1] if missing else loc)
        if missing:
            explain = _absent if kind.endswith("missing") else _unknown
            message = explain(owner, str(loc[-1]))
        else:
            message = _wrong(part, kind, _value_at(data, loc), field)
        place = " · ".join(filter(None, (where, " ".join(names))))
        found.append(FieldError(".".join(map(str, loc)), f"{place}：{message}。"))
    return found


def _walk(model: type[BaseModel], loc: Loc) -> tuple[list[str], type[BaseModel] | None, ModelField | None]:
    """Chinese names along a path, the model at its end and the last field passed."""
    names: list[str] = []
    owner: type[BaseModel] | None = model
    field: ModelField | None = None
    for step in loc:
        if isinstance(step, int):
            names.append(f"第{step + 1}条")
        elif owner is not None and step in owner.__fields__:
            field = owner.__fields__[step]
            names.append(field.field_info.title or step)
            inner = field.type_
            owner = inner if isinstance(inner, type) and issubclass(inner, BaseModel) else None
        elif step != "__key__":
            names.append(step)
    return names, owner, field


def _value_at(data: Any, loc: Loc) -> object:
    """The value a path leads to; None when the path leaves the data."""
    for step in loc:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _absent(owner: type[BaseModel] | None, name: str) -> str:
    if owner is None or name not in owner.__fields__:
        return f"没有写 {name}"
    info = owner.__fields__[name].field_info
    return f"没有写{info.title}（{name}）。请补上：{info.description}"


def _unknown(owner: type[BaseModel] | None, name: str) -> str:
    fields = owner.__fields__ if owner is not None else {}
    near = get_close_matches(name, list(fields), n=1)
    if near:
        return f"没有“{name}”这一项，是不是想写 {near[0]}（{fields[near[0]].field_info.title}）"
    return f"没有“{name}”这一项，请删掉，或写进注意事项（notes）"


def _wrong(part: Mapping[str, Any], kind: str, value: object, field: ModelField | None) -> str:
    """What is wrong with a value, and what would be right."""
    if kind == "value_error.const":
        return f"“{part['ctx']['given']}”不行，只能写 {'、'.join(map(str, part['ctx']['permitted']))}"
    if kind == "type_error.enum":
        near = nearest_units(str(value))
        return f"没有“{value}”这个单位" + (f"，最接近的是 {'、'.join(near)}" if near else "，可用的单位见字段说明")
    if kind in ("type_error.none.not_allowed", "type_error.none.allowed"):
        return "是空的，请写上内容，或者整行删掉"
    if kind in ("type_error.tuple", "type_error.list"):
        return "要一条一条地写，每条前面加“- ”"
    if kind in ("type_error.dict", "type_error"):
        return "要写成“名称: 内容”的样子"
    if kind.startswith(("type_error.integer", "type_error.float", "value_error.number")):
        return f"“{value}”不行，要写一个数" + (f"：{field.field_info.description}" if field else "")
    if kind.startswith("type_error.bool") or kind == "value_error.strictbool":
        return f"“{value}”不行，只能写 true 或 false"
    return str(part["msg"])
