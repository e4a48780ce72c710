"""In: plain data of one policy item (YAML, JSON). Out: a checked, immutable Item, or errors that name the field.

Each field carries its Chinese element name (`title`), what it means (`description`) and the element of
GB/T 39554.2 it stands for (`gbt`, absent where the standard has none). `docs/reference/item_schema.md` is made of them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, Literal, get_args

from pydantic import BaseModel, Field, StrictFloat, StrictInt, root_validator, validator

from services.knowledge.text_types import ItemId, NumberName, PartialDate, Ref, Summary, Text
from services.knowledge.units import Unit

Topic = Literal[
    "culture", "employment", "family_planning", "health", "housing", "labour",
    "medical_insurance", "points", "residence", "schooling", "training", "venue",
]  # fmt: skip
TOPICS: tuple[str, ...] = get_args(Topic)
"""Every topic; each has one file, policy/<topic>.yml."""
Region = Literal["national", "shanghai", "minhang"]
Confidence = Literal["high", "medium", "low"]
Evidence = Literal["official_text", "secondary", "recollection"]
CheckState = Literal["unverified", "verified"]


class Part(BaseModel):
    """Base of everything here: immutable, and unknown fields are errors."""

    class Config:
        extra = "forbid"
        frozen = True


class Condition(Part):
    """One condition a person must meet."""

    text: Text = Field(..., title="条件内容", description="给人看的一句话", gbt="受理条件")
    rule: Text = Field(..., title="规则提示", description="给程序看的提示，以条件内容为准")
    source_ref: Ref = Field(..., title="来源", description="出自哪个依据，填 sources 里的编号，例如 s1")
    confidence: Confidence | None = Field(None, title="把握程度", description="和整个事项不同才写")


class Number(Part):
    """One threshold or amount."""

    value: StrictInt | StrictFloat | PartialDate = Field(
        ..., title="数值", description="一个数；单位是“日期”时写日期，例如 2026-06-01"
    )
    unit: Unit = Field(..., title="单位", description="只能用单位表里的")
    note: Text | None = Field(None, title="说明", description="这个数在什么情况下用，念的时候放在括号里")
    valid_for: Text | None = Field(None, title="适用年度", description="这个数管哪一段时间")
    confidence: Confidence | None = Field(None, title="把握程度", description="和整个事项不同才写")

    @validator("value", pre=True)
    def _number_or_date(cls, value: object) -> object:
        if isinstance(value, str):
            return PartialDate.check(value)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise ValueError("要写一个数，或者写日期")
        return value

    @root_validator(skip_on_failure=True)
    def _date_goes_with_date(cls, values: dict[str, Any]) -> dict[str, Any]:
        if isinstance(values["value"], str) != (values["unit"] is Unit.DATE):
            raise ValueError("数值是日期时单位要写“日期”，单位是“日期”时数值要写日期（例如 '2026-06-01'）")
        return values


class Source(Part):
    """One document or page that an item rests on."""

    ref: Ref = Field(..., title="依据编号", description="在本事项里的编号，例如 s1")
    title: Text = Field(..., title="依据名称", description="文件或网页的名称", gbt="设定依据（法律法规名称）")
    doc_no: Text | None = Field(
        None, title="依据文号", description="例如 沪府规〔2025〕9号", gbt="设定依据（依据文号）"
    )
    issuer: Text | None = Field(None, title="颁布机关", description="谁发的", gbt="设定依据（颁布机关）")
    issued: PartialDate | None = Field(None, title="发布日期", description="年、年月或年月日")
    effective_from: PartialDate | None = Field(
        None, title="实施日期", description="从哪天起施行；年、年月或年月日", gbt="设定依据（实施日期）"
    )
    effective_to: PartialDate | None = Field(None, title="有效期至", description="最后有效的一天；没写就是没有说到期")
    url: Text | None = Field(None, title="网址", description="官方网址，以 http 开头")
    note: Text | None = Field(None, title="说明", description="日期写不全的地方，例如“每年发布”")

    @root_validator(skip_on_failure=True)
    def _ends_after_start(cls, values: dict[str, Any]) -> dict[str, Any]:
        start, end = values["effective_from"], values["effective_to"]
        if start is not None and end is not None and end.last_day() < start.first_day():
            raise ValueError(f"有效期至（{end}）早于实施日期（{start}）")
        return values

    @validator("url")
    def _is_web_address(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("https://", "http://")):
            raise ValueError("网址要以 https:// 或 http:// 开头")
        return value


class Verification(Part):
    """Whether a named clerk has held the item against the official page."""

    state: CheckState = Field(..., title="核对状态", description="unverified 没核对过，verified 核对过")
    by: Text | None = Field(None, title="核对人", description="谁核对的；核对过必填，不对外")
    on: PartialDate | None = Field(None, title="核对日期", description="哪天核对的；核对过必填")
    source: Text | None = Field(None, title="核对来源", description="对着哪个官方页面或文件；核对过必填")
    check_again: PartialDate | None = Field(None, title="下次核对", description="最晚哪天再核对一次")

    @root_validator(skip_on_failure=True)
    def _complete(cls, values: dict[str, Any]) -> dict[str, Any]:
        missing = [name for name in ("by", "on", "source") if values[name] is None]
        if values["state"] == "verified" and missing:
            raise ValueError("核对过的事项要写明核对人（by）、核对日期（on）、核对来源（source）")
        for name in ("on", "check_again"):
            if values[name] is not None and len(values[name]) < len("2026-01-01"):
                raise ValueError("核对日期和下次核对要写到哪一天，例如 '2026-11-23'")
        return values


def _unique(values: Iterable[str], what: str) -> None:
    """Raises ValueError naming the first value that stands twice."""
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise ValueError(f"{what}“{value}”写了两遍")
        seen.add(value)


class Item(Part):
    """One service item: what a person can ask for, as the files hold it."""

    id: ItemId = Field(..., title="事项编码", description="永远不变；别的系统也用它", gbt="事项编码")
    topic: Topic = Field(..., title="主题分类", description="和文件名相同", gbt="主题分类")
    name: Text = Field(..., title="事项名称", description="正式名称", gbt="事项名称")
    summary: Summary = Field(..., title="一句话说明", description="一句大白话，最多 60 个字")
    aliases: tuple[Text, ...] = Field((), title="常用叫法", description="大家平时怎么叫它、怎么问它")
    region: Region = Field(
        ..., title="行使层级", description="national 全国，shanghai 上海市，minhang 闵行区", gbt="行使层级"
    )
    audience: Text = Field(..., title="服务对象", description="谁能办", gbt="服务对象")
    conditions: tuple[Condition, ...] = Field((), title="受理条件", description="要满足哪些条件", gbt="受理条件")
    materials: tuple[Text, ...] = Field((), title="申请材料", description="要带什么，一条一样", gbt="申请材料")
    steps: tuple[Text, ...] = Field((), title="办理流程", description="先后几步，一条一步", gbt="办理流程")
    where: Text | None = Field(None, title="办理地点", description="到哪里办，包括网上", gbt="办理地点")
    time_limit: Text | None = Field(None, title="办结时限", description="多久办好", gbt="承诺办结时限")
    fee: Text | None = Field(None, title="收费", description="收不收钱，收多少", gbt="是否收费、收费标准")
    when: Text | None = Field(None, title="办理时间", description="什么时候能办", gbt="办理时间")
    phone: Text | None = Field(None, title="咨询方式", description="打哪个电话问", gbt="咨询方式")
    numbers: dict[NumberName, Number] = Field(
        default_factory=dict, title="数量标准", description="每个门槛和金额，名称用英文小写和下划线"
    )
    notes: tuple[Text, ...] = Field((), title="注意事项", description="常见误会和提醒，对外公开")
    sources: tuple[Source, ...] = Field(..., title="设定依据", description="依据的文件", gbt="设定依据")
    valid_for: Text | None = Field(None, title="适用年度", description="每年变的规定，最后知道的是哪一年")
    confidence: Confidence = Field(..., title="把握程度", description="high 高，medium 中，low 低")
    evidence: Evidence = Field(
        ..., title="来源方式", description="official_text 看过原文，secondary 看过转述，recollection 一般了解"
    )
    verification: Verification = Field(..., title="核对情况", description="有没有人对着官方页面核对过")
    clerk_notes: tuple[Text, ...] = Field((), title="内部备注", description="只给工作人员看，不对外")

    @validator("aliases")
    def _aliases_once(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        _unique(value, "叫法")
        return value

    @validator("sources")
    def _refs_fit(cls, value: tuple[Source, ...], values: dict[str, Any]) -> tuple[Source, ...]:
        _unique((source.ref for source in value), "依据编号")
        if not value:
            raise ValueError("一条依据也没有，至少写一条")
        known = [source.ref for source in value]
        for number, condition in enumerate(values.get("conditions", ()), 1):
            if condition.source_ref not in known:
                raise ValueError(
                    f"受理条件第{number}条写的来源 {condition.source_ref} 在这里没有，这里有 {'、'.join(known)}"
                )
        return value
