"""In: plain data of the residence point system (policy/tables). Out: checked tables and worked persons."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, StrictBool, StrictFloat, StrictInt

from services.knowledge.models import Part
from services.knowledge.text_types import NumberName, Text

Score = StrictInt
Amount = StrictInt | StrictFloat


class AgeLimits(Part):
    """Who may apply."""

    min: Score = Field(..., title="最小年龄", description="周岁")
    max: Score = Field(..., title="最大年龄", description="周岁")


class AgeIndicator(Part):
    """Points for age."""

    max: Score = Field(..., title="最高分", description="分")
    formula: Text = Field(..., title="公式", description="给人看的算法，以对照表为准")
    full_score_at_or_below_age: Score = Field(..., title="满分年龄", description="这个年龄和更小的得最高分")
    lookup: dict[Score, Score] = Field(..., title="对照表", description="年龄: 分")


class ChoiceIndicator(Part):
    """Points for education, or for a skill level or title; only one of the two counts."""

    max: Score = Field(..., title="最高分", description="分")
    exclusive_with: Literal["education", "skill"] = Field(..., title="二选一", description="和哪一项只能选一项")
    values: dict[NumberName, Score] = Field(..., title="分值", description="等级: 分")
    extra_condition_for: tuple[NumberName, ...] = Field(
        (), title="另有条件的等级", description="哪些等级还要满足另外条件"
    )
    extra_condition: Text | None = Field(None, title="另外条件", description="用文字写")
    also_required_for_all: Text | None = Field(None, title="都要满足", description="用文字写")


class YearlyIndicator(Part):
    """Points for every full year."""

    per_full_year: Score | None = Field(None, title="每满一年", description="分")
    per_full_year_married: Score | None = Field(None, title="结婚每满一年", description="分")
    counts_after_years: Score | None = Field(None, title="满几年后计分", description="年")
    cap: Score | None = Field(..., title="上限", description="分，没有上限写 null")
    note: Text | None = Field(None, title="说明", description="怎样才算")


class BaseIndicators(Part):
    """The basic indicators."""

    age: AgeIndicator = Field(..., title="年龄", description="年龄积分")
    education: ChoiceIndicator = Field(..., title="学历", description="学历积分")
    skill: ChoiceIndicator = Field(..., title="技能和职称", description="技能等级或职称积分")
    si_years: YearlyIndicator = Field(..., title="社保年限", description="职工社保缴费年限积分")


class Investment(Part):
    """Points for tax paid or local people employed."""

    unit: Score = Field(..., title="计分单位", description="10 万元或 10 人")
    per_unit: Score = Field(..., title="每单位得分", description="分")
    cap: Score = Field(..., title="上限", description="分")
    min_to_start: Score = Field(..., title="起点", description="到这个数才开始计分")
    basis: Text = Field(..., title="怎么算", description="用文字写")


class Window(Part):
    """So many months within so many years."""

    years: Score = Field(..., title="年数", description="最近几年")
    months: Score = Field(..., title="月数", description="其中累计几个月")


class Tier(Part):
    """One step of the contribution base."""

    ratio_min: Amount = Field(..., title="倍数下限", description="社平工资的倍数，含")
    ratio_below: Amount = Field(..., title="倍数上限", description="社平工资的倍数，不含")
    score: Score = Field(..., title="分值", description="分")


class ThreeTimes(Part):
    """The highest step of the contribution base."""

    window_years: Score = Field(..., title="年数", description="最近几年")
    months: Score = Field(..., title="月数", description="其中累计几个月")
    ratio: Amount = Field(..., title="倍数", description="社平工资的倍数")
    score: Score = Field(..., title="分值", description="分")


class SiBase(Part):
    """Points for a high contribution base."""

    max: Score = Field(..., title="最高分", description="分")
    window: Window = Field(..., title="计算时段", description="几年里的几个月")
    tiers: tuple[Tier, ...] = Field(..., title="档次", description="一档一条")
    three_times: ThreeTimes = Field(..., title="三倍档", description="最高一档")


class BonusIndicators(Part):
    """The bonus indicators."""

    startup_talent: Score = Field(..., title="创业人才", description="分")
    innovation_intermediary_talent: Score = Field(..., title="创新创业中介人才", description="分")
    shortage_major: Score = Field(..., title="紧缺急需专业", description="分")
    investment: Investment = Field(..., title="投资纳税或带动就业", description="两样取一样")
    si_base: SiBase = Field(..., title="缴费基数", description="社保缴费基数积分")
    public_service: YearlyIndicator = Field(..., title="特定公共服务", description="例如环卫")
    suburb: YearlyIndicator = Field(..., title="远郊重点区域", description="工作并居住")
    fresh_graduate: Score = Field(..., title="应届毕业生", description="分")
    award: dict[NumberName, Score] = Field(..., title="表彰奖励", description="等级: 分")
    spouse_shanghai_hukou: YearlyIndicator = Field(..., title="配偶是沪籍", description="按结婚年数")


class Deduction(Part):
    """Points taken off for each occurrence."""

    lookback_years: Score = Field(..., title="往前看几年", description="年")
    each: Score = Field(..., title="每次扣", description="负数，分")


class TotalRule(Part):
    """How the indicators are added up."""

    floor: Score = Field(..., title="最低", description="总分不低于")
    same_indicator: Literal["take_highest"] = Field(..., title="同一指标", description="取最高")
    education_vs_skill: Literal["take_one"] = Field(..., title="学历和技能", description="取一项")
    tax_vs_local_hires: Literal["take_one"] = Field(..., title="纳税和用工", description="取一项")
    deductions: Literal["cumulative"] = Field(..., title="扣分", description="累计")


class PointsTable(Part):
    """Every indicator of the point system with its score."""

    standard_score: Score = Field(..., title="标准分", description="达到这个分数可以享受待遇")
    applicant_age: AgeLimits = Field(..., title="申请年龄", description="周岁")
    base_indicators: BaseIndicators = Field(..., title="基础指标", description="年龄、学历或技能、社保年限")
    bonus_indicators: BonusIndicators = Field(..., title="加分指标", description="各项加分")
    deductions: dict[NumberName, Deduction] = Field(..., title="减分指标", description="各项扣分")
    veto: tuple[NumberName, ...] = Field(..., title="一票否决", description="有这些情况不能申请")
    total_rule: TotalRule = Field(..., title="合计办法", description="怎么加")


class PointsExpected(Part):
    """What the computation must give for an example."""

    eligible_to_apply: StrictBool = Field(..., title="能否申请", description="true 或 false")
    total: Score | None = Field(..., title="总分", description="不能申请时写 null")
    reaches_120: StrictBool = Field(..., title="达到标准分", description="true 或 false")
    gap_to_120: Score | None = Field(..., title="还差几分", description="不能申请时写 null")
    raw_before_floor: Score | None = Field(None, title="未封底的分", description="低于 0 分时写")
    reasons: tuple[Text, ...] = Field((), title="原因", description="不能申请的原因")


class PointsExample(Part):
    """One worked person of the point system."""

    id: NumberName = Field(..., title="编号", description="例如 ex01")
    person: Text = Field(..., title="人物", description="一句话说清情况")
    inputs: dict[NumberName, StrictBool | StrictInt | StrictFloat | Text] = Field(
        ..., title="输入", description="算分用到的情况"
    )
    expected: PointsExpected = Field(..., title="结果", description="应该算出什么")
    breakdown: dict[NumberName, StrictInt | Text] = Field({}, title="分项", description="每一项多少分")
