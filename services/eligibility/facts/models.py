"""In: plain data of schemes/facts.yml. Out: checked, immutable facts, or errors that name the field."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field, StrictBool, StrictFloat, StrictInt, root_validator

from services.knowledge.text_types import FactId, Text

Scalar = StrictBool | StrictInt | StrictFloat | str
FactType = Literal["bool", "int", "number", "date", "enum"]


class Part(BaseModel):
    """Base of everything here: immutable, and unknown fields are errors."""

    class Config:
        extra = "forbid"
        frozen = True
        allow_population_by_field_name = True


class Growth(Part):
    """A number that rises by itself as time goes on."""

    every: Literal["month", "year"] = Field(..., title="多久加一", description="month 每个月加一，year 每年加一")
    assuming: Text = Field(..., title="前提", description="要怎样才会一直涨，例如“社保不断缴”")


class CountedFrom(Part):
    """A number that is the time since a date: an age from a birth date."""

    date: FactId = Field(..., title="从哪天算", description="另一个日期事实的编号")
    unit: Literal["year", "month"] = Field(..., title="单位", description="year 满几年，month 满几个月")


class Implied(Part):
    """What a value of this fact says about another fact."""

    equals: Scalar | None = Field(None, alias="is", title="是", description="本事实是这个值的时候")
    at_least: StrictInt | StrictFloat | None = Field(None, title="至少", description="本事实不少于这个数的时候")
    fact: FactId = Field(..., title="另一个事实", description="它的编号")
    value: Scalar = Field(..., title="就是", description="另一个事实的值")


class FactRef(Part):
    """The value of another fact."""

    same_as: FactId = Field(..., title="和哪个一样", description="另一个事实的编号")


class Fact(Part):
    """One thing a rule can ask about a person."""

    id: FactId = Field(..., title="事实编号", description="小写英文，例如 social_insurance_months")
    label: Text = Field(..., title="叫法", description="几个字，例如“社保月数”")
    type: FactType = Field(..., title="类型", description="bool 是否，int 整数，number 数，date 日期，enum 选一个")
    unit: Text | None = Field(None, title="单位", description="数的单位，例如“个月”")
    range: tuple[float, float] | None = Field(None, title="范围", description="数的最小值和最大值")
    choices: dict[str, Text] = Field({}, title="选项", description="enum 的每个值和它的叫法")
    sayings: dict[str, Scalar] = Field(
        {}, title="特别的说法", description="话里有这几个字就是这个值，例如“无固定期限: 720”"
    )
    question: Text = Field(..., title="怎么问", description="一句大白话，一次只问一件事")
    spoken: Text | None = Field(None, title="电话里怎么问", description="和怎么问不同才写")
    example: Text | None = Field(None, title="回答的例子", description="没听懂时给的例子，例如“比如：8个月”")
    where: Text = Field(..., title="哪里查", description="不知道的人到哪里能查到")
    why: Text = Field(..., title="为什么问", description="一句话，例如“办居住证要看这个”")
    grows: Growth | None = Field(None, title="会涨", description="随时间增加的数才写")
    counted_from: CountedFrom | None = Field(None, title="从日期算", description="年龄这类从日期算出来的数才写")
    implies: tuple[Implied, ...] = Field((), title="推出", description="知道了本事实，就知道别的什么")
    usual: FactRef | Scalar | None = Field(None, title="一般是", description="没说的先按它算；或 same_as: 另一个事实")
    future: StrictBool = Field(False, title="可以在将来", description="日期可以晚于今天才写 true")
    less_than: tuple[FactId, ...] = Field((), title="必须小于", description="例如孩子年龄必须小于本人年龄")

    @root_validator(skip_on_failure=True)
    def _fits_its_type(cls, values: dict[str, Any]) -> dict[str, Any]:
        kind, number = values["type"], values["type"] in ("int", "number")
        if number and (values["range"] is None or values["range"][0] > values["range"][1]):
            raise ValueError("数要写范围 range，最小的在前")
        if (kind == "enum") != bool(values["choices"]):
            raise ValueError("enum 要写选项 choices，别的类型不要写")
        if not number and (values["grows"] or values["counted_from"] or values["range"] or values["less_than"]):
            raise ValueError("只有数（int、number）能写 range、grows、counted_from、less_than")
        if (values["grows"] or values["counted_from"]) and kind != "int":
            raise ValueError("会涨的、从日期算的数要写成 int")
        if values["grows"] and values["counted_from"]:
            raise ValueError("grows 和 counted_from 只能写一样")
        return values


class FactFile(Part):
    """schemes/facts.yml."""

    facts: tuple[Fact, ...] = Field(..., title="事实", description="一条一个")
