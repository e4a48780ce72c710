"""In: sentences of an item. Out: those that speak of a part (time, cost, …), known by the words people use for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from bot.answers.text import sentences_of

_SPAN = r"(?:\d+|[一二两三四五六七八九十半]+)\s*个?(?:工作日|日|天|月|年|周|小时|学期)"
MENTIONS: Mapping[str, re.Pattern[str]] = {
    "materials": re.compile(r"材料|合同|发票|凭证|复印件|原件|身份证|户口簿|带上|打印"),
    "procedure": re.compile(r"申请|办理|登记|报名|先|窗口"),
    "place": re.compile(r"窗口|中心|随申办|一网通办|公众号|小程序|户籍地|居住地|派出所"),
    "time": re.compile(
        _SPAN + r"(?:以?内|之?前|以?后|之?内|左右)|之日起|(?<!合同)到期|截止|期限|逾期(?=不)|有效期|最迟|时限|随时"
    ),
    "cost": re.compile(r"收费|免费|自费|费用|手续费|押金|工本费|交钱|掏钱|不用钱|学费|餐费"),
    "amount": re.compile(
        r"\d[\d.]*\s*(?:[%％]|分(?!钟|别|之)|倍|折|万?(?:多|几)?元)|\d\s*个?月[^，。；]{0,14}工资|最高\d|[÷×]\d"
    ),
    "progress": re.compile(r"进度|查询|上查|可查|查看|查结果|回执|到账|短信"),
    "problem": re.compile(r"投诉|举报|反映|仲裁|监察|协商|调解|起诉|报警|派出所|法院|证据|不给|不办|拒|催"),
}
"""What shows that a sentence speaks of a part."""
ANY_SPAN = re.compile(r"\d+\s*(?:天|个月|年|周岁|小时|次)")
FIRST = re.compile(r"算法|怎么算|^(?!.*(?:以前|旧))(?:.*?\d[^、，。；]*、){3}")
"""A formula, or a whole table in one line ("一级27个月、二级25、…"): says more than one amount of it."""
WALK_IN = re.compile(r"中心|窗口|院|所|站|馆|机构|街镇|居委|网点|局|门诊|校|部门|区")
"""Places one walks into; going there in vain is what a call beforehand saves."""


def mentioning(pattern: re.Pattern[str], texts: Iterable[str | None]) -> list[str]:
    """The sentences that speak of something, each once, in their order.

    >>> mentioning(MENTIONS["cost"], ["申请免费", "先预约", "申请免费"])
    ['申请免费']
    """
    return list(dict.fromkeys(line for text in texts for line in sentences_of(text) if pattern.search(line)))
