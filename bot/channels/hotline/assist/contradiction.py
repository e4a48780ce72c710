"""In: what an agent said, the item talked of. Out: a figure that stands nowhere in the item, said of it. Pure.

Precision first. Raised only where the agent states (asks nothing, speaks of no caller's own figures) what something
costs, how long it takes or how much there is, and the item states that very thing in the same unit, but never with
this value, in any of its fields.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from bot.answers.phrases import phrase
from bot.answers.text import is_empty
from bot.channels.hotline.assist.asked import is_question
from bot.channels.hotline.assist.figures import Figure, figures, of_item, shown
from bot.channels.hotline.assist.mind import Warned

_ASPECTS: tuple[tuple[str, re.Pattern[str], frozenset[str]], ...] = (
    (
        "time_limit",
        re.compile(r"办好|办完|办结|办下来|出结果|出证|制证|审核|审批|受理|拿证|领证|要等|等待"),
        frozenset({"工作日", "天"}),
    ),
    (
        "fee",
        re.compile(r"工本费|手续费|收费|费用|收[您你]?(?=[\d一二两三四五六七八九十百])|要交|要付"),
        frozenset({"元"}),
    ),
    (
        "numbers",
        re.compile(
            r"要满|需要?满|必须满|至少|最少|满|最多|最高|不超过|有效期|每月|标准是|一共能|可以拿|能拿|能领|要达到|达到"
        ),
        frozenset({"月", "岁", "分", "元", "%", "平方米", "天", "工作日"}),
    ),
)
"""What is stated: the item's field, the words that speak of it, the units it is in."""
_OWN = re.compile(
    r"(?:您|你)(?:刚才|刚刚|说|讲|是|交了|缴了|工作了|住了|已经|现在|今年|家|孩子)"
    r"|刚才|如果|要是|假如|比如|例如|差|还有|之前|以前|去年|明年"
)
"""Speaks of the caller's own case, or of none."""
_MOST_GIVEN = 5
"""Figures a warning names."""
_CLAUSE = re.compile(r"[,，。;；!！]")


def contradicted(sentence: str, item: Mapping[str, Any], known: Collection[float], segment_id: int) -> Warned | None:
    """What the sentence says otherwise than the item.

    Args:
        sentence: the agent's, normalised.
        item: JSON of GET /api/v1/items/{id}.
        known: figures of the caller's own case; an agent may repeat them.
        segment_id: the utterance.
    """
    if is_question(sentence):
        return None
    stated = of_item(item)
    for clause in filter(None, _CLAUSE.split(sentence)):
        if _OWN.search(clause):
            continue
        for figure, _ in figures(clause):
            written = _written(clause, figure, item) if figure[0] not in known and figure not in stated else []
            if written:
                given = "、".join(shown(one) for one in written[:_MOST_GIVEN])
                text = phrase("call.contradiction", name=item["name"], said=shown(figure), given=given)
                return Warned("contradiction", text, segment_id, str(item["id"]))
    return None


def _written(clause: str, figure: Figure, item: Mapping[str, Any]) -> list[Figure]:
    """What the item itself gives, in that unit, for what the clause speaks of; nothing: no contradiction."""
    for field, words, units in _ASPECTS:
        if figure[1] in units and words.search(clause):
            value = item.get(field)
            own = set() if is_empty(value) else of_item({field: value})
            return sorted(one for one in own if one[1] == figure[1])
    return []
