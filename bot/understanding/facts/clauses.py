"""In: a view of a sentence and a place in it. Out: whose situation it tells, and whether it states or only asks.

"社保要交几个月", "满六个月就行吗", "要是没有合同" tell nothing about the person; "交了六个月了,能办吗" does.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

import yaml

from bot.understanding.facts.view import ANY

Subject = Literal["self", "child", "spouse", "parent", "other"]

_STOPS = ",。!?;:\n~"

PEOPLE = Path(__file__).with_name("people.yml")
"""Words for oneself, a child, a spouse, a parent, somebody else."""


def _person_pattern(file: Path) -> re.Pattern[str]:
    words = yaml.load(file.read_text("utf-8"), yaml.CSafeLoader)
    who = {key: "|".join(sorted(group, key=len, reverse=True)) for key, group in words.items()}
    together = f"归我|判给我|由我|[和跟与同给替被](?:我|俺)?(?:家|们)?(?:{who['spouse']}|{who['child']}|{who['other']})"
    return re.compile(
        rf"(?P<again>[我俺](?:自己|本人))|{together}|(?P<parent>{who['parent']})|(?P<other>(?:{who['other']})(?:家|家里)?的?(?:{who['child']})?)"
        rf"|[我俺咱]?[家们]?(?:(?P<child>{who['child']})|(?P<spouse>{who['spouse']}))|(?P<self>{who['self']})"
    )


_PERSON = _person_pattern(PEOPLE)

AS_FOR = "(?<!社保)(?<!积分)(?<!合同)(?<!工资)(?<!户口)(?<!住证)(?<!积金)(?<!孩子)(?<!我)(?<!们)(?<!现在)(?<!目前)的话"
""" "社保的话我是断断续续交的" supposes nothing."""
_IF = re.compile(
    f"如果|要是|假如|假设|万一|倘若|倘使|假使|若是|比如|例如|{AS_FOR}|等于说|哪怕|就算|是不是|是否|算不算|有没有规定|没说|没讲|不是说"
)
_REQUIREMENT = re.compile(
    r"(?:至少|最少|起码|最低|最高|最多|最长|最短|必须|规定|需要|要求|非得|是要|要不要|得要(?![死命])|才能|才可以)"
)
_MUST = re.compile(
    rf"(?:要|得|需|应该|该|能|可以|会)(?:先|再|连续|连着|累计|一共|在上海|单位)*"
    rf"(?:交|缴|满|够|达到|办|住|干|签|做|等|拿|发|赔|给|有|过|持|休|补|付|罚|扣|报|领|续|超过|到)?(?:满|够|到|上|了)?(?:社保|公积金|居住证)?[^,。!?了过{ANY}]{{0,2}}$"
)
_GENERAL = re.compile(
    r"^(?:以[上下内]|之内)?(?:的?[\u4e00-\u9fff]{0,2})?(?:就|才|方)(?:能|可以|可|行|够|算|给|有|好|成|得|要)|^(?:的话|够不够|够吗|够了吗|行不行|行吗|行不|可以吗|可以不|能行|算不算|会不会|是不是)"
    r"|^(?:以[上下内前]|之内)?还是|^或者?是"
)
_ASKS = re.compile(
    r"[吗么嘛不没?](?:啊|呀|哦|嘞|撒|噻)?$|能不能|可不可以|行不行|要不要|会不会|可以[^,]*[吗不]|怎么|咋|哪|(?<!没)(?<!没有)(?<!没得)(?:啥|什么)|多少|几(?!家|位|个人|个工友)|谁|([\u4e00-\u9fff]{1,2})不\1|何|好久|点样|点解|边度|乜"
)
_HEARSAY = re.compile("听说|听讲|听人|据说|[他人]们?都?说(?!我|俺)|网上说|不是说")
_KINDS = re.compile("这[两三四几]?(?:样|种|档)(?:怎么|有啥|有什么|各|哪)")
""" "派遣、外包，这两样怎么认" lists kinds and is none of them."""
_DONE = re.compile("了|过|着|已经|一直|到现在|都|才|刚|只|总共|一共|还是|从")
_OR = re.compile(r"还是|或者|到底|究竟")


class Mood:
    """Reads persons and moods of one view; clauses end at punctuation.

    Args:
        text: the text of a View.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._persons = [(m.start(), _subject(m)) for m in _PERSON.finditer(text)]

    def clause(self, place: int) -> tuple[int, int]:
        """First character and end of the clause around `place`."""
        start = max(self.text.rfind(stop, 0, place) for stop in _STOPS) + 1
        ends = [end for end in (self.text.find(stop, place) for stop in _STOPS) if end >= 0]
        return start, min(ends, default=len(self.text))

    def subject(self, place: int) -> Subject:
        """The person last named before `place` in the same sentence; oneself when nobody was."""
        start = max(self.text.rfind(stop, 0, place) for stop in "。!?\n") + 1
        found: Subject = "self"
        for where, who in self._persons:
            if where >= place:
                break
            if where >= start and who:
                found = who
        return found

    def named_after(self, place: int) -> Subject | None:
        """The person named right behind `place` ("六岁女儿", "七十岁的爹"), if any."""
        place += self.text.startswith("的", place)
        return next((who for where, who in self._persons if where == place and who), None)

    def named_in(self, start: int, end: int) -> bool:
        """Whether oneself or one's child is named between two places."""
        return any(start <= where < end and who in ("self", "child", "spouse") for where, who in self._persons)

    def _own(self, start: int, end: int) -> bool:
        """Whether one's own child, or oneself, is named between two places, and not just any child."""
        return bool(re.search(f"[我俺咱阿偶今老大小{ANY}]|儿子|女儿|闺女|孙|囡", self.text[start:end]))

    def states_value(self, start: int, place: int, end: int) -> bool:
        """Whether the value at `place`, found by a match from `start` to `end`, is told as a fact."""
        if self._hearsay(place):
            return False
        first, last = self.clause(place)
        before, after = self.text[max(first, place - 24) : place], self.text[place + 1 : last]
        if _IF.search(before) or re.search(AS_FOR, after[:12]) or _OR.search(before[-8:]):
            return False
        near = self.text[max(first, place - 10) : place]
        done = _DONE.search(self.text[max(first, min(start, place) - 2) : place]) or after.startswith(("了", "过"))
        if _REQUIREMENT.search(near) or (_MUST.search(near) and not done):
            return False
        told = bool(done) and (self.named_in(first, place) or re.match("够[不了吗]|行不行", after) is not None)
        if not told and (_GENERAL.search(after) or (after.startswith("了") and _GENERAL.search(after[1:]))):
            return False
        if near.endswith("满") and not done and re.match("才|就|退|返|再|后|可|能|还|给", after):
            return False
        named = self.named_in(first, place)
        asks = self._asks(first, last)
        if asks and re.search("超过|低于|高于|少于", near):
            return False
        if named and not done and asks and re.match("能|可以|可不可以", after) and not self._own(first, place):
            return False  # "孩子三岁能上托班吗" asks about any child
        return bool(done) or named or not (asks or re.match("能|可以|够|也能|也可以|算", after))

    def states(self, start: int, end: int) -> bool:
        """Whether a yes or no between two places is told as a fact."""
        if self._hearsay(start) or (_KINDS.search(self.text) and not any(who == "self" for _, who in self._persons)):
            return False
        first, last = self.clause(start)
        last = max(last, end)
        before, after = self.text[max(first, start - 16) : start], self.text[end:last]
        if _IF.search(before) or after.startswith("的话") or "的话" in after[:8] or _OR.search(before[-6:]):
            return False
        if before.endswith(("不", "没", "没有", "不是", "不算", "不属于")):
            return False
        if _REQUIREMENT.search(before[-6:]) or re.search(
            r"(?:要|得|需|想|应该|该|准备|打算|能|可以|怎么|咋|如何|帮|给)$", before
        ):
            return False
        if _GENERAL.search(after) or re.match(
            r"[吗么]|[没不](?:有)?(?:$|啊|呀)|还是|就(?:能|可以|行|算|给|要|得|赔|不|没)|才(?:能|可以|行|算|给)|了?没有?$|与否",
            after,
        ):
            return False
        said = self.text[max(first, start - 6) : end]
        # "交了公积金有啥好处" supposes it, "公积金交了" tells it.
        done = re.search(f"(?:过期|到期)[^,]{{0,2}}[{ANY}]|一直|都|还|到现在|从来|已经|刚|没[^,]{{0,6}}过", said) or (
            "了" in self.text[start : end + 2] and len(after) < 2
        )
        named = self.named_in(first, end)
        if not named and re.match("也(?:不|要|没用)", after):
            return False
        return (
            bool(done) or named or not (self._asks(first, last) or re.match("(?:也|都|就)?(?:能|可以|行|算|给)", after))
        )

    def _hearsay(self, place: int) -> bool:
        """Whether the clause is what people say in general, with nobody of one's own in it."""
        start = max(self.text.rfind(stop, 0, place) for stop in "。!?\n") + 1
        return bool(_HEARSAY.search(self.text, start, place)) and not self.named_in(self.clause(place)[0], place)

    def _asks(self, start: int, end: int) -> bool:
        return self.text[end : end + 1] == "?" or bool(_ASKS.search(self.text[start:end]))


def _subject(match: re.Match[str]) -> Subject | None:
    if match["self"] or match["again"]:
        return "self"
    if match["child"]:
        return "child"
    if match["spouse"]:
        return "spouse"
    if match["parent"]:
        return "parent"
    return "other" if match["other"] else None
