"""In: one error of a request's validation (pydantic). Out: what is wrong with the field, in plain Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_MESSAGES: Mapping[str, str] = {
    "value_error.missing": "不能缺。",
    "value_error.extra": "没有这一项。",
    "type_error.none.not_allowed": "不能是空值。",
    "type_error.str": "要写成文字。",
    "type_error.integer": "要写成整数。",
    "type_error.float": "要写成数字。",
    "type_error.decimal": "要写成数字。",
    "type_error.bool": "要写成 true 或 false。",
    "value_error.strictbool": "要写成 true 或 false。",
    "type_error.list": "要写成列表。",
    "type_error.dict": "要写成 JSON 对象。",
    "value_error.date": "日期要写成 2026-09-01 这样。",
    "value_error.datetime": "时间要写成 2026-09-01T08:30:00+08:00 这样。",
    "value_error.any_str.min_length": "至少要 {limit_value} 个字。",
    "value_error.any_str.max_length": "最多 {limit_value} 个字。",
    "value_error.list.min_items": "至少要 {limit_value} 项。",
    "value_error.list.max_items": "最多 {limit_value} 项。",
    "value_error.number.not_ge": "不能小于 {limit_value}。",
    "value_error.number.not_gt": "要大于 {limit_value}。",
    "value_error.number.not_le": "不能大于 {limit_value}。",
    "value_error.number.not_lt": "要小于 {limit_value}。",
    "value_error.str.regex": "写法不对。",
    "value_error.uuid": "编号写法不对。",
}
"""pydantic 1 error kind → sentence; names in braces come from the error's context."""
_FAMILIES: Mapping[str, str] = {
    "type_error.integer": "要写成整数。",
    "value_error.date": "日期要写成 2026-09-01 这样。",
    "type_error": "类型不对。",
}


def field_message(error: Mapping[str, Any]) -> str:
    """What is wrong, for a person.

    Args:
        error: one of `RequestValidationError.errors()`: type, msg, ctx.

    A validator's own Chinese sentence goes through unchanged; anything unknown gets a general one.

    >>> field_message({"type": "value_error.any_str.max_length", "msg": "…", "ctx": {"limit_value": 20}})
    '最多 20 个字。'
    """
    kind, written, context = str(error["type"]), str(error.get("msg", "")), error.get("ctx") or {}
    if kind == "value_error.const":
        return f"只能是 {'、'.join(str(each) for each in context.get('permitted', ()))}。"
    if kind == "type_error.enum":
        return f"只能是 {'、'.join(str(each.value) for each in context.get('enum_values', ()))}。"
    if kind in _MESSAGES:
        return _MESSAGES[kind].format(**context)
    if any("\u4e00" <= char <= "\u9fff" for char in written):
        return written
    return next((text for family, text in _FAMILIES.items() if kind.startswith(family)), "内容不对。")
