"""In: a view of a sentence as a recogniser writes it, without punctuation. Out: the same with commas between clauses.

"社保交了八个月居住证还没办" tells two things. Patterns end where a clause ends, and a value belongs to the words of its
own clause, so the comma nobody wrote is put back: where one clause can end and another plainly begins. Where in doubt
none is put, and none at all where something is supposed or required, for the words that say so reach to the end.
"""

from __future__ import annotations

import re

from bot.understanding.facts.clauses import AS_FOR
from bot.understanding.facts.view import LETTERS, View

_STOP = re.compile("[,。!?;:\n~]")
_NO_BREAK = re.compile(
    f"{AS_FOR}|如果|要是|假如|假设|万一|倘若|倘使|若是|比如|哪怕|就算|听说|听人|据说|规定|必须|要求|"
    f"是不是|有没有|要不要|需不需要|该不该|还是"
)
"""Where one of these stands, what follows is no statement, however many clauses later."""
_CLOSING = re.compile("[嘞咧咯噻哩哟](?=$|[,。!?])")
"""What dialects end a sentence with. Says nothing; a comma in its place leaves every other place as it is."""
_SHORTEST = 2
"""A clause has at least so many characters."""


def _any(*kinds: str) -> str:
    return "".join(letter for kind, letter in LETTERS.items() if kind in kinds)


_VALUE = _any("duration", "money", "big_number", "age", "grade")
_AMOUNT = f"[{_VALUE}{_any('number', 'home', 'place')}]"


def _gap(before: str, after: str) -> re.Pattern[str]:
    """Where a comma goes between two things; a match ends there."""
    return re.compile(f"{before}(?={after})")


_SELF = "我(?!这种)|俺|咱|阿拉"
_WHO = (
    "老板(?!娘)|厂里|公司|单位|工头|包工头|房东|人事|主管|站长|中介|老公|老婆|媳妇|爱人|孩子|"
    "娃(?!娃)|小孩|儿子|女儿|闺女|小囡|"
    "老大|老二|大的|小的|两口子|她|他"
)
_TOPIC = (
    "社保|五险|公积金|居住证|居住登记|暂住证|合同|劳动合同|租房合同|租赁合同|工资|工钱|房租|月租|"
    "押金|积分|户口|户籍|营业执照|执照|"
    "失业金|失业保险|失业登记|灵活就业登记|工伤(?!认定)|学历|房子|认定书"
)
_ITS_OWN = "社保|公积金|居住证|居住登记|营业执照|执照|失业登记|失业金|押金|房租"
"""Nouns that few words go with, so that they begin a clause after almost anything."""
_TELLS = (
    "[我俺也都还就才已一早又刚是有没不从到上交缴办签断过满领做拿申只被在给每单自"
    rf"{_VALUE}{_any('number', 'home', 'date', 'rate')}]"
)
_BINDS = (
    "交缴买参上办领签拿做续断停欠补转给有没无要扣涨提取退查算按认的我俺咱们厂司位娃子女他她海地家人己"
    "在是前后月直都也和跟与及这那个份常外公动房灵业工民镇险了过完说个居租纳"
)
"""Characters after which a noun belongs to what was just said: "交社保", "我的合同"."""
_MODIFIED = rf"(?:[{_any('home', 'date', 'age', 'grade')}]|毕业|打工|上班|人|外地|农村|生|来|开始|摔|砸|伤|撞|断|压)的"
_PARTICLE = rf"(?<!{')(?<!'.join(_TOPIC.split('|'))})[吧啊呀嘞咯咧噻哈]"
_JOB = "焊工|电工|厨师|保安|保洁|护工|月嫂|骑手|司机|个体户"
_FINISHED = (
    rf"(?:{_AMOUNT}[多整]?|办好|下来|到手|过期|到期|没有|没得|没|毕业|怀孕|怀上|结婚|离婚|倒闭|关门|跑|"
    rf"辞职|离职|失业|出来|开除|"
    "辞退|裁|炒|备案|退休|生|断掉|丢|搬走|不干|走|"
    rf"(?:{_TOPIC})[我都也已经早就倒是]{{0,3}}(?:做|办|交|缴|签|领|拿|批|断|停))了"
)
_END = (
    rf"(?:{_AMOUNT}[多整]?|{_any('home')}人|沪籍|(?:本地|外地|上海|农村|城镇)户口|读书|上学|念书|"
    rf"上海人|本地人|外地人|{_FINISHED}|{_PARTICLE}|上班|打工|干活|务工|毕业|学历|文凭|(?:没有|没得|"
    rf"没签|没交|没办|不交|不签|不办)(?:过)?)"
)
_FREE = (
    rf"(?:[{_any('age', 'grade', 'home', 'place')}]人?|{_FINISHED}|{_PARTICLE}|上班|打工|干活|务工|"
    rf"毕业|学历|{_MODIFIED}|(?:{_TOPIC})[^,]{{0,3}}没[交签办买](?:过)?)"
)
"""Ends of clauses that take no object: "三年社保" is one thing, "五十三岁社保没交" two."""
_NOW = rf"{_any('date')}|现在|目前|如今|原来|之前|以前"
_PLACE = rf"(?:[{_any('place', 'home')}]|上海|闵行|厂|公司|工地|店)"
_BREAKS = [
    _gap(f"(?:{_END}|的)", _SELF),
    _gap(f"(?:{_END}|{_MODIFIED})(?<!{LETTERS['number']})(?<!{LETTERS['age']}的)", _WHO),
    _gap(_FREE, f"(?:{_TOPIC}){_TELLS}"),
    _gap(f"[^{_BINDS}{''.join(LETTERS.values())},]", f"(?:{_ITS_OWN}){_TELLS}"),
    _gap(f"(?:{_TOPIC})", f"(?:{_TOPIC}){_TELLS}"),
    _gap(f"(?:{_TOPIC})(?<!登记)(?<!证)", f"(?:干|做|上班|住|来上海)[了满]?{LETTERS['duration']}"),
    _gap(f"(?:{_END}|{_MODIFIED}|的)", _NOW),
    _gap(f"(?:{_FREE}|{_END}|(?:农村|农业|外地|城镇|非农)户口)", f"(?:在|住在?|租在)[^,]{{0,4}}{_PLACE}"),
    _gap("", "(?:来|到)了?(?:上海|这边)(?:以后|之后|后)"),
    _gap("[^我俺是都还也就,]", "在老家(?:有|也|还|买|盖)"),
    _gap(LETTERS["age"], LETTERS["home"]),
    _gap(f"{LETTERS['home']}人", "本科|大专|高中|中专|初中|小学|男|女"),
    _gap(f"(?:{_JOB})", f"(?:没?有(?![{_VALUE}])|在|户口|老家|社保|[{_any('date', 'home')}])"),
    _gap(f"(?:{_END})", "想(?:转|上|办|问|落|报|买|让|把|在|申|读|学|考|去|来|换|做|给|要|知道)"),
    _gap(
        "",
        "(?:但是|可是|不过|而且|然后|就是(?:没|不|要|工|房|钱)|(?<![鉴认]定)结果|(?<![年以])后来|另外|"
        "我想问|想问一?下|麻烦问|(?<=外地的)结婚)",
    ),
    _gap(f"{LETTERS['number']}分?", "(?:还|就|只)差"),
    _gap("房子?", "也没"),
    _gap(f"(?:有(?:{_TOPIC})|险)", "没有?"),
    _gap(f"[{_VALUE}]", "没有"),
    _gap("姓[^,]", LETTERS["home"]),
    _gap("在老家", "上海"),
    _gap("", "不知道(?:能|可|该|怎)"),
    _gap("(?:老公|老婆|爱人|媳妇|孩子|儿子|女儿)[^,]{2,10}?", "我(?:在|是|做|干|自己|也|没|今年|现在|老家|户口)"),
    _gap(f"老家{LETTERS['home']}", "来(?:上海|闵行|沪)"),
    _gap(f"[是到]{LETTERS['date']}", f"(?:{_TOPIC}){_TELLS}"),
    _gap("(?:文化|毕业|学历|文凭)", "能不?能?|可以|够不够"),
    _gap(f"没有?(?:{_TOPIC}|医保)", _SELF),
    _gap("", "但(?:没|不|我|房|是|社|居|合|公|单|厂|现|人|还|户)"),
]
_OBJECT_OF = re.compile(
    rf"(?:交|缴|买|参|上|有|没|拿|办|领|签|发|欠|拖|压|扣|结|给)[了过满着我俺]*(?:[^,]{{0,2}}){_AMOUNT}[多整]?$"
)
"""Before a noun, a value that is the measure of that noun: "交了三年"."""
_SECOND_TOPIC = _gap(f"[{_VALUE}]", f"(?!工[资钱](?:都|还|也|一直|到现在)*[没不拖欠扣压])(?:{_TOPIC}){_TELLS}")


def with_breaks(view: View) -> View:
    """The view with a comma at every place where a clause plainly ends."""
    places: list[int] = []
    start = 0
    for stop in [*(match.start() for match in _STOP.finditer(view.text)), len(view.text)]:
        places += _in_stretch(view.text, start, stop)
        start = stop + 1
    view = _broken(view, places) if places else view
    return View(_CLOSING.sub(",", view.text), view.spans)


def _in_stretch(text: str, start: int, stop: int) -> list[int]:
    if stop - start < 2 * _SHORTEST or _NO_BREAK.search(text, start, stop):
        return []
    found = {match.end() for pattern in _BREAKS for match in pattern.finditer(text, start, stop)}
    found |= {m.end() for m in _SECOND_TOPIC.finditer(text, start, stop) if _owned(text[start : m.end()])}
    kept: list[int] = []
    for place in sorted(found):
        if place - (kept[-1] if kept else start) >= _SHORTEST and stop - place >= _SHORTEST:
            kept.append(place)
    return kept


def _owned(before: str) -> bool:
    """Whether the value at the end of `before` has its noun already, so that the next noun is not its own."""
    return bool(re.search(_TOPIC, before)) or not _OBJECT_OF.search(before)


def _broken(view: View, places: list[int]) -> View:
    pieces = [view.text[start:end] for start, end in zip([0, *places], [*places, len(view.text)], strict=True)]
    spans = {place + sum(at <= place for at in places): span for place, span in view.spans.items()}
    return View(",".join(pieces), spans)
