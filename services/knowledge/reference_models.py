"""In: plain data of the tables beside the items (places, hotlines, immunisation, gaps). Out: checked records.

Like models.py: unknown fields are errors, each field carries its Chinese name for complaints.
"""

from __future__ import annotations

from typing import Literal

from pydantic import ConstrainedInt, Field, root_validator

from services.knowledge.models import Confidence, Evidence, Number, Part, Region
from services.knowledge.text_types import AreaCode, NumberName, PartialDate, PhoneNumber, Text


class Count(ConstrainedInt):
    """A whole number from 0."""

    strict = True
    ge = 0


Level = Literal["subdistrict", "neighbourhood", "district", "concept"]


class Subdistrict(Part):
    """One of the 14 towns, sub-districts and the industrial zone of Minhang."""

    name: Text = Field(..., title="名称", description="例如 莘庄镇")
    kind: Literal["镇", "街道", "工业区"] = Field(..., title="类型", description="镇、街道或工业区")
    code: AreaCode = Field(..., title="区划代码", description="统计用区划代码的前 9 位，加引号")
    lat: float = Field(..., title="纬度", description="办公地点的大致位置，WGS84，度", ge=30.9, le=31.3)
    lon: float = Field(..., title="经度", description="办公地点的大致位置，WGS84，度", ge=121.2, le=121.6)
    confidence: Confidence = Field(..., title="把握程度", description="high、medium 或 low")
    near: tuple[Text, ...] = Field((), title="附近地名", description="大家用来说位置的地名")
    metro: tuple[Text, ...] = Field((), title="地铁站", description="站名，括号里写几号线")
    transit_note: Text | None = Field(None, title="交通说明", description="没有地铁时怎么走")


class VenueKind(Part):
    """A kind of place where people get things done."""

    kind: NumberName = Field(..., title="种类编码", description="永远不变的英文编码")
    name: Text = Field(..., title="名称", description="简短的中文名称")
    official_name: Text = Field(..., title="正式名称", description="挂牌的名称")
    aliases: tuple[Text, ...] = Field((), title="常用叫法", description="大家平时怎么叫它")
    level: Level = Field(
        ...,
        title="层级",
        description="subdistrict 每个街镇有，neighbourhood 街镇里有多个，district 区里有，concept 不是一个门牌",
    )
    what: Text = Field(..., title="能办什么", description="一句话")
    hours: Text = Field(..., title="开放时间", description="一般什么时候开")
    find: Text = Field(..., title="怎么找", description="怎么查到最近的一个")
    address: Text | None = Field(None, title="地址", description="全区只有一处、并且知道地址才写")
    phone: Text | None = Field(None, title="电话", description="全区只有一处、并且知道电话才写")
    confidence: Confidence = Field(..., title="把握程度", description="high、medium 或 low")


class Hotline(Part):
    """One telephone number."""

    number: PhoneNumber = Field(..., title="号码", description="只写数字，加引号")
    name: Text = Field(..., title="名称", description="这是谁的电话")
    what: Text = Field(..., title="管什么", description="什么事打这个电话")
    hours: Text | None = Field(None, title="接听时间", description="什么时候有人接")
    confidence: Confidence = Field(..., title="把握程度", description="high、medium 或 low")
    evidence: Evidence = Field(..., title="来源方式", description="official_text、secondary 或 recollection")


class OpeningHours(Part):
    """When a kind of place is usually open."""

    where: Text = Field(..., title="地方", description="哪一类地方")
    kinds: tuple[NumberName, ...] = Field((), title="种类编码", description="venue_kinds.yml 里的编码")
    pattern: Text = Field(..., title="开放规律", description="一般什么时候开")
    confidence: Confidence = Field(..., title="把握程度", description="high、medium 或 low")
    evidence: Evidence = Field(..., title="来源方式", description="official_text、secondary 或 recollection")


class Gap(Part):
    """Something that is not known; never filled by guessing."""

    what: Text = Field(..., title="缺什么", description="还不知道的事")
    why: Text | None = Field(None, title="为什么缺", description="查过哪里、差在哪里")
    how_to_fill: Text | None = Field(None, title="怎么补", description="问谁、查哪里")


class Dose(Part):
    """One dose of one vaccine in the schedule."""

    vaccine: Text = Field(..., title="疫苗", description="疫苗名称")
    code: Text = Field(..., title="疫苗代码", description="例如 HepB")
    disease: Text = Field(..., title="预防的病", description="防什么病")
    dose: Count = Field(..., title="第几剂", description="从 1 数起")
    age_months: Count = Field(..., title="月龄", description="满几个月可以打，出生是 0")
    within_hours_of_birth: Count | None = Field(None, title="出生后几小时内", description="小时")
    complete_before_age_months: Count | None = Field(None, title="最晚月龄", description="满几个月以前打完")
    min_interval_from_previous: Text | None = Field(None, title="与上一剂间隔", description="用文字写")
    group: Literal["core", "core_choice_JE", "core_choice_HepA", "shanghai_extra", "old_schedule"] = Field(
        ..., title="组别", description="core 全国必打，core_choice 二选一，shanghai_extra 上海另加，old_schedule 旧程序"
    )
    sex: Literal["F", "M"] | None = Field(None, title="性别", description="只给一种性别打才写，F 女，M 男")
    region: Region = Field(..., title="行使层级", description="national 或 shanghai")
    fee: Count = Field(..., title="收费", description="元，0 是免费")
    effective_from: PartialDate | None = Field(None, title="实施日期", description="从哪天起")
    effective_to: PartialDate | None = Field(None, title="有效期至", description="到哪天为止")
    note: Text | None = Field(None, title="说明", description="对外公开")
    basis: Text = Field(..., title="依据", description="出自哪个文件")
    confidence: Confidence = Field(..., title="把握程度", description="high、medium 或 low")
    clerk_note: Text | None = Field(None, title="内部备注", description="不对外")

    @root_validator(skip_on_failure=True)
    def _age_before_limit(cls, values: dict[str, int | None]) -> dict[str, int | None]:
        age, limit = values["age_months"], values["complete_before_age_months"]
        if age is not None and limit is not None and limit < age:
            raise ValueError(f"最晚月龄（{limit}）小于月龄（{age}）")
        return values


class ImmunisationSchedule(Part):
    """The children's schedule: general rules and one row a dose."""

    about: Text = Field(..., title="说明", description="怎么看这张表")
    general_rules: dict[NumberName, Number] = Field(..., title="通用规定", description="间隔、留观、补种年龄")
    rows: tuple[Dose, ...] = Field(..., title="剂次", description="一剂一条")
