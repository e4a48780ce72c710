"""In: the models of an item. Out: docs/reference/item_schema.md, the table field ↔ element of GB/T 39554.2 ↔ meaning.

python -m services.knowledge.schema_doc            (writes the file; a test compares it)
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel

from bot.settings import ROOT
from services.knowledge.models import Condition, Item, Number, Source, Verification
from services.knowledge.units import Unit

DOC = ROOT / "docs" / "reference" / "item_schema.md"

_HEAD = """# 事项字段

<!-- 由 python -m services.knowledge.schema_doc 生成，请不要手改。 -->

事项写在 `policy/<主题>.yml` 里，一个主题一个文件，一个事项一段。下面是每个字段的意思。
“标准要素”一栏是《全国一体化政务服务平台 政务服务事项基本目录及实施清单 第2部分：要素要求》（GB/T 39554.2）
里对应的要素，写“—”的是本项目自己加的。要素名称按各地办事指南的通行叫法填写，没有逐条对照标准原文。

写法：文字写成一行；电话、年份这类数字要加引号（`'12345'`）；日期知道多少写多少（`'2025'`、`'2025-03'`、`'2025-03-01'`）。
改完运行 `make check-data`，有错会写明在哪个文件、哪个事项、哪一条。
"""
_PARTS: tuple[tuple[str, type[BaseModel]], ...] = (
    ("事项", Item),
    ("受理条件（conditions）里的每一条", Condition),
    ("数量标准（numbers）里的每一个", Number),
    ("设定依据（sources）里的每一条", Source),
    ("核对情况（verification）", Verification),
)


def render() -> str:
    """The whole document."""
    sections = [f"## {title}\n\n{_table(model)}\n" for title, model in _PARTS]
    units = "、".join(f"`{unit.value}`" for unit in Unit)
    notes = (
        "“个月”“天”是多长时间，“月份”“日”是日历上的几月几日；单位是“日期”时数值写日期。"
        "单位后面要解释的话写进说明（note），不写进单位。"
    )
    return "\n".join([_HEAD, *sections, f"## 单位\n\n只能用这些：{units}。\n\n{notes}\n"])


def _table(model: type[BaseModel]) -> str:
    head = ["| 字段 | 名称 | 标准要素 | 必填 | 意思 |", "|---|---|---|---|---|"]
    return "\n".join([*head, *_rows(model)])


def _rows(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.__fields__.items():
        info = field.field_info
        needed = "是" if field.required else "否"
        yield f"| `{name}` | {info.title} | {info.extra.get('gbt', '—')} | {needed} | {info.description} |"


def write(path: Path = DOC) -> None:
    """Writes the document, making its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(render(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write()
