"""In: a short answer and the fact that was asked for. Out: its value ("有啊" true, "三个" 3, "记不清" unknown)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from bot.understanding.facts.attach import interval, value_of
from bot.understanding.facts.catalogue import DONE, FactType
from bot.understanding.facts.spans import Span

LONGEST = 24
"""A longer sentence is no bare answer."""
UNKNOWN = "unknown"
"""Value of a fact the person was asked for and does not know."""

_UNKNOWN = re.compile(
    "不知道|不晓得|哪晓得|哪知道|谁晓得|谁知道|说不上来|讲不清|不好说|没印象|想不起|没留意|没查过|弄不清|不清楚|不大清楚|不太清楚|记不清|记不得|不记得|忘了|忘记了|搞不清|搞不懂|说不准|说不清|唔知|唔清楚|不确定|不了解|没数|弗晓得|勿晓得|整不明白|晓不得|知不道|没问过|没注意"
)
_HOW_MUCH = re.compile("^(?:我|也|都|真)*(?:不知道|不晓得|不清楚)(?:咋|怎么|多少|几|是多少|有多少)[^?]{0,4}$")
_NO = re.compile(
    r"^(?:一(?:分|个月|天)钱?|肯定|当然|绝对|我|俺|那|还|也|都|真|好像|从来|根本|压根|目前|暂时|现在|好像|一直|他们|单位|厂里|公司|老板|房东|孩子|娃|从没)*(?:没有|没得|没|冇|无|莫得|木有|不是|不对|不|否|未|唔系|勿是|弗是|别)"
)
_YES_BEFORE = (
    "^(?:我|俺|那|是|算是|都|也|早就|已经|当然|肯定|目前|现在|一直|他们|单位|厂里|公司|老板|给|是的|嗯|啊|哦|刚|全)*"
)
_YES = re.compile(_YES_BEFORE + "(?:有|是|算是|对|嗯|中$|要得|系|对头|没错|确实|好的|恩|可以|行)")
_DID = re.compile(_YES_BEFORE + "(?P<verb>[{DONE}])".replace("{DONE}", DONE))
"""A yes by the verb of the question: "你登记了吗" – "登记了"; "交了三年" is no answer to it."""
_NONE = "none"
"""The choice of a fact that says there is none."""
_DENIED = re.compile(r"(?:没|不是|冇|未|莫得|木有)[^,，。!?]{0,3}$")
"""Before the words of a choice: "没读过大专"."""
_NONE_BEFORE = "(?:我|俺|还|都|也|一直|从来|根本|压根)*"
_NEXT_YEAR = re.compile("下学期|下半年|明年|马上|开学|快要?[上读]|要[上读]")
"""A grade to come is not today's."""
_QUESTION = re.compile(
    r"[吗么嘛?]$|多少|几个|怎么|咋|哪(?!晓得|知道)|什么|啥|为什么|能不能|是不是|(?<!没)有没有|要不要|可以不"
)


def bare(text: str) -> str:
    """A label as it comes back when tapped, whatever was made of its signs on the way.

    >>> bare("五级（初级工）") == bare("五级(初级工)")
    True
    """
    return re.sub(r"\W", "", text)


def read_answer(text: str, spans: Iterable[Span], fact: FactType) -> Any:
    """The value of `fact` in a bare answer, None when there is none."""
    if _HOW_MUCH.match(text):
        return UNKNOWN
    tapped = fact.labels.get(bare(text))
    if tapped is not None:
        return tapped
    if len(text) > LONGEST or _QUESTION.search(text) or (fact.value == "grade" and _NEXT_YEAR.search(text)):
        return None
    said = _said(text, fact)
    if said is not None:
        return said
    if fact.type == "bool":
        return UNKNOWN if _UNKNOWN.search(text) else _yes_or_no(text, fact.verbs)
    if fact.zero and _nothing(text, fact.zero):
        return 0
    value = _chosen(text, fact) if fact.type == "enum" else _measured(spans, fact)
    if value is not None:
        return value
    if _UNKNOWN.search(text):
        return UNKNOWN
    if fact.type == "enum":
        # "没考过证" where "没有" is one of the choices.
        return _NONE if _NONE in fact.choices and re.match(f"{_NONE_BEFORE}(?:没|冇|无|莫得|木有)", text) else None
    return None


def _nothing(text: str, verbs: str) -> bool:
    """Whether a bare answer says that there is none: "没有", "还没交" where it is about paying.

    >>> _nothing("还没交呢", "有交"), _nothing("没签", "有交"), _nothing("没有房子", "有住")
    (True, False, True)
    """
    return bool(verbs) and bool(
        re.match(
            rf"{_NONE_BEFORE}(?:一(?:个月|天|次|分|块)?[都也])?(?:没|冇|无|莫得|木有)(?:[{verbs}]|得|$|房|有)", text
        )
    )


def _said(text: str, fact: FactType) -> Any:
    """The value that the fact's special sayings give; of a denied one the contrary, where there is one."""
    for words, value in fact.sayings.items():
        place = text.find(words)
        if place < 0:
            continue
        if not _DENIED.search(text[:place]):
            return value
        if isinstance(value, bool):
            return not value
    return None


def _yes_or_no(text: str, verbs: str) -> bool | None:
    if re.match("没错|不错|没问题", text):
        return True
    if re.match("只有[^我俺]|只有我(?:老|爱|媳|家)", text):
        return False
    if _NO.match(text):
        return False
    did = _DID.match(text)
    return True if _YES.match(text) or (did and did["verb"] in verbs) else None


def _chosen(text: str, fact: FactType) -> Any:
    for value, words in fact.words:
        found = words.search(text)
        if found and not _DENIED.search(text[: found.start()]):
            return value
    return None


def takes(span: Span, fact: FactType) -> bool:
    """Whether a span is of the kind that a bare answer about a fact is in; a bare number is in the question's unit."""
    if span.kind == fact.value or (fact.value == "money" and span.kind == "big_number"):
        return True
    if fact.value == "months_old":
        return span.kind in ("age", "duration", "number")
    return span.kind in ("number", "big_number") and fact.value not in ("", "date", "place", "home")


def _measured(spans: Iterable[Span], fact: FactType) -> Any:
    """The last value of the right kind."""
    values = (_value(span, fact) for span in spans if takes(span, fact))
    return next((value for value in reversed([*values]) if value is not None), None)


def _value(span: Span, fact: FactType) -> Any:
    if span.kind in ("number", "big_number") and fact.value != "money":
        return interval(span.low, span.high)
    if span.kind == "age" and fact.value == "months_old" and not span.months:
        return interval(span.low * 12, span.high * 12 + 11)  # "两岁" alone is somewhere in that year
    return value_of(fact, span)
