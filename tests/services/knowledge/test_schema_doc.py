"""In: the models and docs/reference/item_schema.md. Out: whether the page says what the models say."""

from __future__ import annotations

from pathlib import Path

from services.knowledge.models import Condition, Item, Number, Source, Verification
from services.knowledge.reference_models import Hotline, VenueKind
from services.knowledge.schema_doc import DOC, render, write


def test_the_page_is_what_the_models_say() -> None:
    assert DOC.read_text(encoding="utf-8") == render(), "运行 python -m services.knowledge.schema_doc"


def test_every_field_has_a_chinese_name_and_a_meaning() -> None:
    for model in (Item, Condition, Number, Source, Verification, Hotline, VenueKind):
        for name, field in model.__fields__.items():
            assert field.field_info.title, (model, name)
            assert field.field_info.description, (model, name)


def test_the_elements_of_the_standard_are_covered() -> None:
    covered = {field.field_info.extra.get("gbt") for field in Item.__fields__.values()}
    needed = "事项名称 事项编码 服务对象 受理条件 申请材料 办理流程 办理地点 办理时间 承诺办结时限 咨询方式 设定依据"
    assert set(needed.split()) <= covered


def test_the_page_can_be_written_anywhere(tmp_path: Path) -> None:
    write(tmp_path / "docs" / "x.md")
    assert (tmp_path / "docs" / "x.md").read_text(encoding="utf-8") == render()
