"""In: a YAML file a clerk edits, or plain data. Out: plain data, or a DataError that names file and line; YAML text.

Stricter and plainer than stock YAML: a key may stand once, there are no anchors, no dates, no yes/no/on/off,
no octal or base-60 numbers – "8:30" and "012" stay text, as the clerk meant them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from bot.errors import DataError, FieldError

MAX_BYTES = 4_000_000
"""Largest file that is read; the largest topic file has 100 kB."""
MAX_DEPTH = 12
"""Deepest nesting that is read; an item needs 6. Deeper text could exhaust the parser's stack."""


class _Refused(yaml.YAMLError):
    """Valid YAML that we do not take: what is wrong, in the clerk's words, and its line from 1."""

    def __init__(self, problem: str, mark: Any) -> None:
        super().__init__(problem)
        self.problem = problem
        self.line: int = mark.line + 1


class _Loader(yaml.CSafeLoader):
    """YAML for people: text stays text unless it is plainly a number, true, false or nothing."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 (PyYAML's own form)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise _Refused(f"“{key.value}”写了两遍", key.start_mark)
            seen.add(key.value)
        result: dict[Any, Any] = super().construct_mapping(node, deep)
        return result


for _tag, _form, _first in (
    ("null", r"~|null|", ["~", "n", ""]),
    ("bool", r"true|false", list("tf")),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)", list("-+0123456789")),
    ("float", r"[-+]?(?:0|[1-9][0-9]*)\.[0-9]+(?:e[-+]?[0-9]+)?", list("-+0123456789")),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"(?:{_form})\Z"), _first)


def _broken(label: str, line: int | None, what: str) -> DataError:
    place = f"{label} 第{line}行" if line else label
    message = f"{place}：{what}。"
    return DataError(message, (FieldError(field=label, message=message),))


def _check_shape(text: str) -> None:
    """Raises YAMLError for anchors and for nesting too deep to build safely."""
    depth = 0
    for event in yaml.parse(text, yaml.CSafeLoader):
        if getattr(event, "anchor", None):
            raise _Refused("不能用 & 和 * 引用别处", event.start_mark)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                raise _Refused("缩进套得太深", event.start_mark)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _explain(error: yaml.YAMLError, text: str) -> tuple[int | None, str]:
    """Line (from 1) and plain words for a YAML error."""
    if isinstance(error, _Refused):
        return error.line, error.problem
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return None, "里面有看不见的特殊字符，请删掉"
    line: int = mark.line + 1
    lines = text.splitlines()
    if any("\t" in near for near in lines[max(line - 2, 0) : line]):
        return line, "用了制表符（Tab），请改成空格"
    return line, "格式不对，请看缩进、冒号和引号；冒号后面要有一个空格，有特殊符号的内容要加引号"


def parse_yaml(text: str, label: str) -> Any:
    """Plain data of YAML text.

    Args:
        text: the text.
        label: what to call it in a complaint ("policy/housing.yml").

    Raises:
        DataError: naming the line.
    """
    try:
        _check_shape(text)
        return yaml.load(text, Loader=_Loader)
    except yaml.YAMLError as error:
        raise _broken(label, *_explain(error, text)) from error


def read_yaml(path: Path) -> Any:
    """Plain data of a YAML file, named in complaints by its folder and name.

    Raises:
        DataError: the file is missing, too large, not UTF-8 or not YAML.
    """
    label = label_of(path)
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise _broken(label, None, "读不到这个文件") from error
    if len(raw) > MAX_BYTES:
        raise _broken(label, None, f"太大了，最多 {MAX_BYTES // 1_000_000} MB")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise _broken(label, line, "不是 UTF-8 编码，请在编辑器里另存为 UTF-8") from error
    return parse_yaml(text, label)


def label_of(path: Path) -> str:
    """What to call a file in a complaint.

    >>> label_of(Path("/srv/app/policy/housing.yml"))
    'policy/housing.yml'
    """
    return f"{path.parent.name}/{path.name}"


def dump_yaml(entries: Iterable[object]) -> str:
    """YAML text of a list: block style, one empty line between entries, lines never folded."""
    return "\n".join(dump_mapping([entry]) for entry in entries) or "[]\n"


def dump_mapping(data: object) -> str:
    """YAML text of one piece of plain data, in the same style."""
    text: str = yaml.dump(data, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False, width=2**31 - 1)
    return text
