"""In: plain data of schemes/<id>/scheme.yml. Out: a checked, immutable SchemeFile, or errors that name the field.

The grammar in one look (docs/reference/scheme_format.md has examples):

    node   = condition | {all: [node…]} | {any: [node…]} | {not: node} | {count: k, of: [node…]}
             each group may carry id, text and except: [{when: node, then: met | unmet}]
    bound  = a number, a date, true/false, a word – or the name of a parameter
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, StrictBool, StrictFloat, StrictInt, root_validator

from services.eligibility.facts.models import Part
from services.knowledge.models import Confidence
from services.knowledge.text_types import FactId, ItemId, PartialDate, Ref, Text

Bound = StrictBool | StrictInt | StrictFloat | str
COMPARISONS = ("at_least", "at_most", "over", "under", "on_or_after", "on_or_before", "within", "past")
"""Comparisons that take one bound; `is` and `one_of` stand beside them."""


class Dated(Part):
    """What a parameter is worth from a day on."""

    since: PartialDate = Field(..., alias="from", title="从哪天起", description="例如 '2026-07-01'")
    until: PartialDate | None = Field(None, alias="to", title="到哪天", description="最后一天；接着下一个值的不用写")
    value: StrictInt | StrictFloat | PartialDate = Field(..., title="数值", description="一个数，或者一个日期")
    cite: Ref = Field(..., title="来源", description="事项 sources 里的编号，例如 s1")
    confidence: Confidence | None = Field(None, title="把握程度", description="没把握写 low：结论会说“要核实”")


class Parameter(Part):
    """A threshold that changes with the years."""

    unit: Text = Field(..., title="单位", description="例如“个月”；日期写“日期”")
    number: Text | None = Field(None, title="事项里的数", description="事项 numbers 里同一个数的名称，两边会核对")
    values: tuple[Dated, ...] = Field(..., title="历年的值", description="从早到晚")

    @root_validator(skip_on_failure=True)
    def _in_order(cls, values: dict[str, Any]) -> dict[str, Any]:
        starts = [dated.since.first_day() for dated in values["values"]]
        if not starts or starts != sorted(set(starts)):
            raise ValueError("历年的值至少写一个，从早到晚，日期不能重复")
        return values


class Exemption(Part):
    """When the rule of a group gives way."""

    when: Node = Field(..., title="什么时候", description="一个条件或一组条件")
    then: Literal["met", "unmet"] = Field(..., title="那就", description="met 算满足，unmet 算不满足")


class Node(Part):
    """A condition or a group; which of them, the fields tell."""

    id: Text | None = Field(None, title="编号", description="小写英文，本方案里不重复")
    text: Text | None = Field(None, title="内容", description="给人看的一句话；{参数名} 会换成当年的数")
    # a condition
    fact: FactId | None = Field(None, title="事实", description="facts.yml 里的编号")
    equals: Bound | None = Field(None, alias="is", title="是", description="等于这个值")
    one_of: tuple[Bound, ...] | None = Field(None, title="是其中一个", description="几个值里的一个")
    at_least: Bound | None = Field(None, title="至少", description="数或参数名")
    at_most: Bound | None = Field(None, title="至多", description="数或参数名")
    over: Bound | None = Field(None, title="大于", description="数或参数名")
    under: Bound | None = Field(None, title="小于", description="数或参数名")
    on_or_after: Bound | None = Field(None, title="不早于", description="日期或参数名")
    on_or_before: Bound | None = Field(None, title="不晚于", description="日期或参数名")
    within: Bound | None = Field(None, title="还没过", description="从那天起多久以内：数或参数名，单位看 unit")
    past: Bound | None = Field(None, title="已经过了", description="从那天起满了多久：数或参数名，单位看 unit")
    unit: Literal["day", "month", "year"] | None = Field(None, title="时间单位", description="within、past 用")
    score: Literal[True] | None = Field(None, title="看总分", description="和 outcome 的总数比，代替 fact")
    judged_by: Text | None = Field(None, title="谁来定", description="要由人或名额决定、规则定不了的条件，写由谁定")
    cite: Ref | None = Field(None, title="来源", description="事项 sources 里的编号")
    remedy: Text | None = Field(None, title="怎么补", description="不满足的人下一步做什么")
    confidence: Confidence | None = Field(None, title="把握程度", description="没把握写 low：结论会说“要核实”")
    # a group
    all: tuple[Node, ...] | None = Field(None, title="都要", description="每条都满足")
    any: tuple[Node, ...] | None = Field(None, title="占一样", description="满足一条就行")
    not_: Node | None = Field(None, alias="not", title="不能", description="里面那条不满足才行")
    count: StrictInt | None = Field(None, title="至少几条", description="和 of 一起写")
    of: tuple[Node, ...] | None = Field(None, title="从这些里", description="和 count 一起写")
    except_: tuple[Exemption, ...] = Field((), alias="except", title="例外", description="什么时候这条规则让开")

    @root_validator(skip_on_failure=True)
    def _one_shape(cls, values: dict[str, Any]) -> dict[str, Any]:
        subjects = [name for name in ("fact", "score", "judged_by") if values[name] is not None]
        groups = [name for name in ("all", "any", "not_", "of") if values[name] is not None]
        if len(subjects) + len(groups) != 1:
            raise ValueError("一条里要写 fact、score、judged_by、all、any、not、count+of 其中一样，只能写一样")
        if (values["count"] is None) != (values["of"] is None):
            raise ValueError("count 和 of 要一起写")
        _check_condition(values) if subjects else _check_group(values)
        return values

    @property
    def parts(self) -> tuple[Node, ...]:
        """The nodes directly inside, without exceptions."""
        return self.all or self.any or self.of or ((self.not_,) if self.not_ else ())

    @property
    def comparison(self) -> str | None:
        """Which comparison the condition makes."""
        named = ("equals", "one_of", *COMPARISONS)
        return next((name for name in named if getattr(self, name) is not None), None)


def _check_condition(values: dict[str, Any]) -> None:
    named = [name for name in ("equals", "one_of", *COMPARISONS) if values[name] is not None]
    missing = [name for name in ("id", "text", "cite") if values[name] is None]
    if missing:
        raise ValueError(f"条件还要写 {'、'.join(missing)}")
    if values["except_"]:
        raise ValueError("例外（except）写在一组条件上，不写在单个条件上")
    if len(named) != (0 if values["judged_by"] else 1):
        raise ValueError("每个条件要写一种比法（is、one_of、at_least……）；由人定的（judged_by）不写")
    if (values["unit"] is not None) != bool({"within", "past"} & set(named)):
        raise ValueError("within、past 要写时间单位 unit，别的比法不写")


def _check_group(values: dict[str, Any]) -> None:
    wrong = [
        n for n in ("equals", "one_of", *COMPARISONS, "unit", "remedy", "cite", "confidence") if values[n] is not None
    ]
    if values["count"] is not None and not 1 <= values["count"] <= len(values["of"]):
        raise ValueError("count 要在 1 和 of 的条数之间")
    if any(values[name] == () for name in ("all", "any", "of")):
        raise ValueError("一组里至少要有一条")
    if wrong:
        raise ValueError(f"一组条件上不能写 {'、'.join(wrong)}，写到里面的条件上")


class Line(Part):
    """One line of a sum: points, money, months."""

    id: Text = Field(..., title="编号", description="小写英文，本方案里不重复")
    text: Text = Field(..., title="内容", description="给人看的几个字")
    cite: Ref = Field(..., title="来源", description="事项 sources 里的编号")
    formula: Text | None = Field(None, title="算式", description="用事实、参数和 min max floor ceil 写的算式")
    table: FactId | None = Field(None, title="查表", description="按哪个 enum 事实查")
    scores: dict[str, StrictInt | StrictFloat] = Field({}, title="表", description="事实的每个值对应的数")
    steps: tuple[tuple[float, float], ...] = Field((), title="分档", description="[从多少起, 得多少]，从小到大")
    over: FactId | None = Field(None, title="按哪个数分档", description="和 steps 一起写")
    when: Node | None = Field(None, title="什么时候算", description="满足才算这一行，不满足算 0")
    confidence: Confidence | None = Field(None, title="把握程度", description="没把握写 low")
    group: Text | None = Field(None, title="只取一样", description="同名的几行只取最多的")

    @root_validator(skip_on_failure=True)
    def _one_way(cls, values: dict[str, Any]) -> dict[str, Any]:
        ways = [values["formula"] is not None, values["table"] is not None, bool(values["steps"])]
        if sum(ways) != 1 or (values["table"] is None) == bool(values["scores"]):
            raise ValueError("一行要写 formula、table 加 scores、over 加 steps 其中一样")
        if (values["over"] is None) == bool(values["steps"]):
            raise ValueError("steps 和 over 要一起写")
        return values


class Way(Part):
    """Something a person can do to get more."""

    text: Text = Field(..., title="做什么", description="一句大白话")
    sets: dict[str, Bound] = Field(..., title="做到以后", description="哪些事实变成什么")
    cite: Ref = Field(..., title="来源", description="事项 sources 里的编号")


class Deadline(Part):
    """A day something must be done by."""

    id: Text = Field(..., title="编号", description="小写英文")
    text: Text = Field(..., title="内容", description="到那天为止要做什么")
    since: FactId = Field(..., alias="from", title="从哪天算", description="一个日期事实")
    add: Bound = Field(..., title="多久", description="数或参数名")
    unit: Literal["day", "month", "year"] = Field(..., title="时间单位", description="day、month 或 year")
    cite: Ref = Field(..., title="来源", description="事项 sources 里的编号")
    when: Node | None = Field(None, title="什么时候算", description="满足才有这个期限")


class Outcome(Part):
    """What comes out besides yes or no."""

    kind: Literal["points", "amount", "months", "deadline", "doses"] = Field(
        ..., title="算什么", description="points 分，amount 钱，months 月数，deadline 期限，doses 该打的针"
    )
    unit: Text | None = Field(None, title="单位", description="例如“分”“元”“个月”")
    threshold: Text | None = Field(None, title="够格线", description="参数名：还差多少")
    floor: StrictInt | StrictFloat | None = Field(None, title="最低", description="合计不低于这个数")
    lines: tuple[Line, ...] = Field((), title="各行", description="加起来就是合计")
    ways: tuple[Way, ...] = Field((), title="还能怎么加", description="从最省事的写起")
    deadlines: tuple[Deadline, ...] = Field((), title="期限", description="deadline 用")


class Remark(Part):
    """What somebody else decides after the conditions are met: a quota, a vacancy, an officer."""

    text: Text = Field(..., title="内容", description="一句话，例如“有没有学位看当年报名人数”")
    by: Text = Field(..., title="谁来定", description="例如“区教育局”")
    cite: Ref = Field(..., title="来源", description="事项 sources 里的编号")


class Period(Part):
    """From which day to which the rules are in force."""

    since: PartialDate = Field(..., alias="from", title="从哪天起", description="例如 '2025-12-01'")
    until: PartialDate | None = Field(None, alias="to", title="到哪天", description="最后有效的一天；没写就是没说到期")


class SchemeFile(Part):
    """One scheme: who may have something, and how much of it."""

    id: ItemId = Field(..., title="方案编号", description="和文件夹同名；一般就是事项编码")
    item: ItemId = Field(..., title="事项", description="说的是哪个事项，来源也从那里取")
    serves: tuple[ItemId, ...] = Field((), title="也管", description="问这些事项“我行不行”也用本方案")
    counted_by: ItemId | None = Field(None, title="只算数的", description="只想知道多少分、不问条件的，用哪个方案问")
    name: Text = Field(..., title="名称", description="给人看的名称")
    in_force: Period = Field(..., title="有效期", description="规则从哪天到哪天有效")
    check_before: PartialDate = Field(..., title="最晚核对", description="过了这天没人核对，结论就说“要核实”")
    parameters: dict[str, Parameter] = Field({}, title="参数", description="会变的数都写在这里")
    needs: Node = Field(..., title="条件", description="一个条件或一组条件")
    decided_later: tuple[Remark, ...] = Field((), title="够条件以后", description="够条件了还要看什么、由谁定")
    ask: tuple[str, ...] = Field((), title="先问哪个", description="问的先后；没写的排在后面")
    outcome: Outcome | None = Field(None, title="算出来的", description="分数、金额、期限；没有就不写")
    screened: StrictBool = Field(True, title="主动提", description="“还有什么能办”里提不提它")


Exemption.update_forward_refs()
Node.update_forward_refs()
Line.update_forward_refs()
Deadline.update_forward_refs()
