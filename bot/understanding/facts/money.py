"""In: a sentence. Out: its sums in yuan ("八千块" 8000, "1.2万" 12000, "三千五百元") and bare large numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.understanding.facts.numerals import FUZZ, NUMBER, parse
from bot.understanding.facts.spans import Span

_MONEY = re.compile(
    rf"(?<![0-9.零〇一二两三四五六七八九十百千万])(?P<n>{NUMBER}{FUZZ}?)(?:(?=[一1](?:个月|天|个小时|个钟|小时))|(?![0-9零〇一二两三四五六七八九十]))(?P<scale>[百千万])?(?P<more>多)?"
    r"(?:块钱|块(?P<cents>[五])?|元钱?|圆|人民币|(?P<unit_less>(?!(?!1(?:个月|天|个小时|个钟|小时))[0-9]|[年月天岁周号日%斤米点次级期份楼路弄户人名家岁届]|小时|分钟|分之)))"
)
BIG = 300
"""A bare number from here on can be a sum of money; below it is an age, a count, a number of points."""


_LONE = re.compile("[零〇一二两三四五六七八九十百千万俩仨廿卅幺]")
_AFTER_LONE = re.compile("$|[,。!?;]|[个分口平了孩娃胎多吧啊呀嘛]")
_ORDINAL = "第周初高期拜万统唯之同每单任某逐哪"


def _counts(text: str, match: re.Match[str]) -> bool:
    """Whether a numeral without a unit is one: 一共, 五险, 第三 and 周一 only look like it."""
    said = match["n"]
    if (
        (said[-1] in "几来" and not text.startswith("分", match.end()))
        or said in ("万一", "千万")
        or text[match.start() - 1 : match.start()] in tuple(_ORDINAL)
    ):
        return False
    return not (len(said) == 1 and _LONE.match(said)) or bool(_AFTER_LONE.match(text, match.end()))


_UNDER = re.compile(r"(?:不到|不足|少于|没到|没满|未满)(?:个)?$")
_A_LITTLE = 0.1
"""“人均不到15平” is anything below 15."""


def find_money(text: str) -> Iterator[Span]:
    """Sums of money in `text`; a number without a unit is `big_number` or `number`.

    >>> [(m.kind, m.low) for m in find_money("工资三千五,押金两百块,积分118")]
    [('big_number', 3500), ('money', 200), ('number', 118)]
    """
    for match in _MONEY.finditer(text):
        said = match["n"]
        value = parse(said)
        if value is None:
            continue
        if text.startswith(("出头", "挂零"), match.end()):
            value = parse(f"{said}多") or value
        scale = {"百": 100, "千": 1_000, "万": 10_000}.get(match["scale"] or "", 1)
        low, high = value[0] * scale, value[1] * scale
        if scale > 1 and said[-1] in "多余":
            high += scale - 1
        bare = match["unit_less"] is not None
        if bare and not _counts(text, match):
            continue
        if bare and _UNDER.search(text[: match.start()]):
            low, high = 0, high - _A_LITTLE
        if bare:
            yield Span("big_number" if low >= BIG else "number", match.start(), match.end(), low, high)
        else:
            yield Span("money", match.start(), match.end(), low, high, "yuan")
