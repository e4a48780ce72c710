"""In: what was said. Out: what the agent must not overlook: danger, many unpaid workers, a child at work. Pure.

Precision first: a warning that is often wrong is soon not read. Contradictions are in contradiction.py.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.answers.fixed import danger
from bot.answers.phrases import phrase
from bot.channels.hotline.assist.mind import MOST_WARNINGS, Mind, Warned
from bot.messages import Alert, Understood
from bot.understanding.danger import spoken_alert
from bot.understanding.facts.numerals import NUMBER, parse

MANY = 5
"""So many unpaid workers are a matter of its own."""
_WAGES = re.compile(
    r"工资|工钱|薪水|薪资|欠薪|血汗钱|劳务费|生活费|工程款|(?:人|工友|兄弟|干活|我们)的钱|钱[都也]?[没不]"
)
_UNPAID = re.compile(
    r"欠薪|拖欠|欠着?|拖着?|(?:没|不|未|莫|冇)(?:有)?(?:发|给|结|付|拿|领|见)|讨不?到?|要不[到回]|扣着|跑路|跑了|卷款"
)
_COUNTED = re.compile(
    rf"(?P<value>{NUMBER})(?P<vague>来|几|多|余)?\s*(?:个|号|名|位)?(?:人|工友|工人|兄弟|老乡|民工|农民工|同事|姐妹|号人)(?!份)"
)
_CROWD = re.compile(
    r"几十(?:个|号|名|来)|上百|好几十|十几(?:个|号|名)|二十几|三十几|一大帮|一帮(?:人|工友|老乡|兄弟)|全(?:厂|工地|班组|车间|队)(?:的)?(?:人|工人|工友|都)"
    r"|整个(?:工地|厂|班组|车间)|(?:工地|厂里|班组|车间)(?:上|里)?(?:所有|全部|大家)"
)
_WORK = r"打工|上班|干活|做工|进厂|做小工|当学徒|当服务员|送外卖|打零工|打暑假工|招进|工作"
_AGED = re.compile(
    rf"(?P<value>{NUMBER})(?:周?岁)(?P<between>[^。?？!！]{{0,12}}?)(?P<work>{_WORK})(?!居住证|签注|单位)"
)
_BARE_AGE = (
    rf"(?:才|刚满?|今年|只有)(?P<value>{NUMBER})(?![来几多余个月年天块元点号万千百平分人届班\d一二三四五六七八九十])"
)
_YOUNG = re.compile(rf"{_BARE_AGE}(?:周?岁)?了?(?P<between>[^。?？!！]{{0,12}}?)(?P<work>{_WORK})(?!居住证|签注|单位)")
_AGE_ENDS = re.compile(rf"(?:{_BARE_AGE}(?:周?岁)?|{NUMBER}周?岁)了?[。]?$")
_GOES_ON = re.compile(r"他|她|现在|就|在|都|已经|想")
_HOW_MANY = re.compile(r"多少(?:个|号|名|位)?(?:人|工友|工人)|几(?:个|位|名)(?:人|工友|工人)")
_HELD = (
    r"关[着在进起了]|锁|扣[着住了下押留]|不[让准许给放](?:我|他|她|人)?们?(?:走|出|回|离|见)"
    r"|骗|卖|拐|逼|强迫|看[着守管]|逃|跑不|失踪|走丢|不见了|传销"
)
_DESPAIR = (
    r"死|跳|楼[顶上]|天台|桥上|药|刀|腕|割|绳|遗书|想不开|不想活|活[着不]|撑不|熬不"
    r"|崩溃|绝望|解脱|轻生|自[杀残]|没意思|了断|走了算"
)
_SPOKEN_OF: Mapping[Alert, re.Pattern[str]] = {
    "suicide": re.compile(_DESPAIR),
    "self_harm_of_other": re.compile(_DESPAIR),
    "violence": re.compile(
        r"打(?!工|电话|算|听|卡|车|针|疫苗|不通|印|折|扫|扰|开|过)|砍|刀|威胁|堵|砸|揍|家暴|动手|抢|追|不敢|报复|掐|捅|踢"
    ),
    "serious_injury": re.compile(
        r"血|断了|压[着在到断住]|摔|撞|砸|晕|昏|烫|烧伤|触电|电到|掉下|煤气|中毒|抽搐|呼吸|喘不|疼得|痛得|叫不醒|没气|救"
    ),
    "forced_labour": re.compile(_HELD),
    "trafficking": re.compile(_HELD),
    "fire": re.compile(r"火|冒烟|浓烟|爆炸|煤气"),
}
"""Words without which likeness to a danger does not count."""
_CHILD_WORK = re.compile(
    rf"童工|未成年(?:人|的)?[^。]{{0,8}}(?:{_WORK})|(?:没|不|未)(?:满|到|足)(?:十六|十八|16|18)(?:周?岁)?[^。]{{0,10}}(?:{_WORK})"
)
_OTHER_PERSON = re.compile(r"我|爸|妈|父母|家长|老公|老婆|读|上学|入学|以后|才能|不能|可以|以上")
_YOUNGEST, _GROWN = 6, 18


def heard_in(heard: Understood, mind: Mind, segment_id: int, sure_only: bool = False) -> list[Warned]:
    """Warnings of a caller's utterance.

    Args:
        mind: before it: what was said and asked last.
        sure_only: of danger, hear nothing but phrases that leave no doubt: the utterance is joined to the one before.
    """
    found = []
    alert = alert_in(heard, sure_only)
    if alert is not None:
        found.append(Warned("crisis", " ".join(danger(alert).blocks[0].lines), segment_id))
    if collective(heard.normalized, mind.recent, mind.questioned):
        found.append(Warned("collective_wages", phrase("call.collective_wages"), segment_id))
    if minor_at_work(heard.normalized, mind.recent[-1] if mind.recent else ""):
        found.append(Warned("minor", phrase("call.minor"), segment_id))
    return found


def alert_in(heard: Understood, sure_only: bool = False) -> Alert | None:
    """The danger somebody is in.

    By a phrase, or by likeness to sentences of danger; likeness counts only where a word of that danger stands in the
    sentence: what callers tell of their lives ("我妈从老家过来跟我住的") resembles it too often.
    """
    if heard.alert is None or spoken_alert(heard.normalized) is not None:
        return heard.alert
    near: tuple[Alert, ...] = ("violence", "serious_injury")  # "被车撞了" is like both
    kinds = (heard.alert, *(kind for kind in near if heard.alert in near and kind != heard.alert))
    meant = next((kind for kind in kinds if _SPOKEN_OF[kind].search(heard.normalized)), None)
    return None if sure_only else meant


def collective(text: str, recent: Sequence[str], questioned: str = "") -> bool:
    """Whether many people's wages are owed; who and what may be told in two utterances.

    Args:
        questioned: what the agent has just asked; "一百多个" answers "一共多少人".

    >>> collective("我们工地二十多个人工资都没发", []), collective("我工资没发,有两个人可以作证", [])
    (True, False)
    """
    around = "。".join([*recent[-3:], text])
    counted = _is_crowd(text) or (bool(_HOW_MANY.search(questioned)) and _is_many(text))
    return _is_unpaid(around) and (counted or (bool(_WAGES.search(text)) and _is_crowd(around)))


def _is_unpaid(text: str) -> bool:
    return bool(_WAGES.search(text) and _UNPAID.search(text))


def _is_crowd(text: str) -> bool:
    if _CROWD.search(text):
        return True
    for found in _COUNTED.finditer(text):
        meant = parse(found["value"] + (found["vague"] or ""))
        if meant is not None and meant[0] >= MANY:
            return True
    return False


def _is_many(text: str) -> bool:
    found = re.search(rf"(?P<value>{NUMBER})(?P<vague>来|几|多|余)?", text)
    meant = parse(found["value"] + (found["vague"] or "")) if found else None
    return meant is not None and meant[0] >= MANY


def minor_at_work(text: str, before: str = "") -> bool:
    """Whether somebody under eighteen works or is to work.

    Args:
        before: the caller's utterance before: "我侄子才十五", "他在奶茶店上班".

    >>> minor_at_work("我弟弟十五岁在厂里打工"), minor_at_work("孩子15岁要上学,我在这上班")
    (True, False)
    """
    if _CHILD_WORK.search(text):
        return True
    around = before + text if _GOES_ON.match(text) and _AGE_ENDS.search(before) else text
    for found in (*_AGED.finditer(around), *_YOUNG.finditer(around)):
        meant = parse(found["value"])
        young = meant is not None and meant[0] >= _YOUNGEST and meant[1] < _GROWN
        if young and not _OTHER_PERSON.search(found["between"]):
            return True
    return False


def with_warnings(mind: Mind, fresh: Sequence[Warned]) -> Mind:
    """The mind with new warnings; the same one is not raised twice in a call."""
    kept = list(mind.warnings)
    for one in fresh:
        if not any((old.kind, old.text) == (one.kind, one.text) for old in kept):
            kept.append(one)
    crises = [one for one in kept if one.kind == "crisis"]
    others = [one for one in kept if one.kind != "crisis"]
    return replace(mind, warnings=(*crises, *others[-(MOST_WARNINGS - len(crises)) :]))
