"""In: catalogue.yml. Out: the facts people tell about themselves, each with compiled patterns of how they say it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from bot.errors import DataError
from bot.understanding.facts.view import ALIASES, ANY

FILE = Path(__file__).with_name("catalogue.yml")
"""The facts and the phrases that raise them."""

_GAP = rf"[^,。!?;:\n{ANY}]{{0,8}}?"
_WIDE_GAP = rf"[^,。!?;:\n{ANY}]{{0,8}},?[^,。!?;:\n{ANY}]{{0,6}}?"
_GOES_ON = "(?=能|可以|够不够|怎么|咋|想|要(?!求)|行不|后来|一直|现在|给我|在(?!上海)|自己|今年|快|还|都|就是|[我俺])"
"""What follows a clause whose comma nobody wrote."""
_ANOTHER = "社保|公积金|居住证|居住登记|合同|工资|房租|押金|积分|户口|工伤|失业|没|不|断|欠|老家|离|差|前"
"""What stands between a topic and a value when the value is not the topic's."""
_HAVE = "有(?![效没多几什啥哪用关规法人时时点问])|办好|办下来|到手|已经有"
_NONE = "没有|没得|没|冇|无|未|莫得|木有|没有过|从没|从来没|还没|还没有|一直没|都没|也没|不"
_PAPERS = "社保|五险|公积金|居住证|居住登记|劳动合同|合同|医保|保险"
"""What people say they have none of in one breath: "社保公积金都没有"."""


@dataclass(frozen=True)
class Pattern:
    """One way of saying a fact."""

    regex: re.Pattern[str]
    """Over the text of a View."""
    value: Any = None
    """What it says, for yes or no and for choices; None when a span in it carries the value."""


DONE = "办交签缴买得领登做拿结住想愿租参上离收到备"
"""Verbs that may repeat a question's own in the place of a yes."""


@dataclass(frozen=True)
class FactType:
    """One fact of the catalogue."""

    name: str
    """As eligibility rules call it."""
    label: str
    """As people call it."""
    type: str
    """number, bool, date, enum or place."""
    unit: str
    """month, week, year, hour, yuan … or empty."""
    value: str
    """Kind of span that carries its value: duration, money, age, date, number, grade, place, home; or empty."""
    about: str
    """self, child, child_or_self or anyone: whose situation it is."""
    child: str | None
    """The fact to raise instead when a child is spoken of."""
    heard: tuple[Pattern, ...]
    """Ways of saying it."""
    near: tuple[Pattern, ...]
    """Looser ways, for values that no fact has taken: its topic, and the value further on in the clause."""
    unless: re.Pattern[str] | None
    """Not raised when this stands in the same clause."""
    choices: Mapping[Any, str]
    """Values of an enum with what people call them."""
    gate: re.Pattern[str] | None
    """What every way of saying it holds; where this is not found, nothing else need be tried."""
    between: tuple[float, float] | None
    """Smallest and largest believable number; for a date, years before today."""
    words: tuple[tuple[Any, re.Pattern[str]], ...] = ()
    """Values of an enum with the words for them, for a bare answer."""
    zero: str = ""
    """Verbs with which "没…" is the number 0, for a bare answer ("没签" of a contract); empty: it has no zero."""
    sayings: Mapping[str, Any] = MappingProxyType({})
    """Words that stand for a value in a bare answer ("无固定期限")."""
    labels: Mapping[str, Any] = MappingProxyType({})
    """What each choice is called when it is tapped, letters only, with its value."""
    verbs: str = DONE
    """Verbs with which a bare answer says yes ("登记了")."""


@lru_cache(maxsize=4)
def load(file: Path = FILE) -> tuple[FactType, ...]:
    """The facts of a catalogue file, in order.

    Raises:
        DataError: a pattern or an entry is wrong; the sentence names file and fact.
    """
    data = yaml.load(file.read_text("utf-8"), yaml.CSafeLoader)
    words: Mapping[str, str] = data["words"]
    facts: list[FactType] = []
    for entry in data["facts"]:
        try:
            facts.append(_fact(entry, words))
        except (KeyError, re.error) as error:
            name = entry.get("name", f"第{len(facts) + 1}条")
            raise DataError(f"{file.name} · {name}：写法不对（{error}）。请照前面几条的样子改。") from error
    return tuple(facts)


@lru_cache(maxsize=1)
def by_name() -> Mapping[str, FactType]:
    """The same facts by name; a child's variant stands under its own name."""
    facts = load()
    own = {fact.name: fact for fact in facts}
    return {**{fact.child: fact for fact in facts if fact.child}, **own}


def _fact(entry: Mapping[str, Any], words: Mapping[str, str]) -> FactType:
    kind = entry["type"]
    choices = {value: choice["label"] for value, choice in entry.get("choices", {}).items()}
    bare = tuple(
        (value, _compile(f"(?:{choice['words']})", words)) for value, choice in entry.get("choices", {}).items()
    )
    unless = entry.get("unless")
    return FactType(
        name=entry["name"],
        label=entry["label"],
        type=kind,
        unit=entry.get("unit", ""),
        value=_value_kind(entry),
        about=entry.get("about", "self"),
        child=entry.get("child"),
        heard=tuple(_patterns(entry, words)),
        near=tuple(_near(entry, words)),
        unless=_compile(unless, words) if unless else None,
        choices=choices,
        gate=_gate(entry, words),
        between=_bounds(entry),
        words=bare,
    )


def _gate(entry: Mapping[str, Any], words: Mapping[str, str]) -> re.Pattern[str] | None:
    if "choices" in entry:
        return _compile("|".join(f"(?:{choice['words']})" for choice in entry["choices"].values()), words)
    if "thing" in entry and not {"says_yes", "says_no", "holds"} & set(entry):
        return _compile(entry["thing"], words)
    return _compile(entry["holds"], words) if "holds" in entry else None


def _bounds(entry: Mapping[str, Any]) -> tuple[float, float] | None:
    bounds = entry.get("between") or entry.get("years_back")
    return (bounds[0], bounds[1]) if bounds else None


def _value_kind(entry: Mapping[str, Any]) -> str:
    if entry["type"] in ("bool", "enum"):
        return ""
    return str(entry.get("value", "duration"))


def _patterns(entry: Mapping[str, Any], words: Mapping[str, str]) -> Sequence[Pattern]:
    if entry["type"] == "bool":
        yes, no = list(entry.get("says_yes", ())), list(entry.get("says_no", ()))
        if "thing" in entry:
            thing_yes, thing_no = _thing(entry)
            yes, no = yes + thing_yes, no + thing_no
        return [Pattern(_compile(p, words), False) for p in no] + [Pattern(_compile(p, words), True) for p in yes]
    if entry["type"] == "enum":
        return [
            Pattern(_compile(frame.replace("{choice}", f"(?:{choice['words']})"), words), value)
            for value, choice in entry["choices"].items()
            for frame in entry["heard"]
        ]
    return [Pattern(_compile(p, words)) for p in entry["heard"]]


def _near(entry: Mapping[str, Any], words: Mapping[str, str]) -> Iterator[Pattern]:
    if "near" in entry:
        value = "{money}" if entry.get("value") == "money" else f"{{{entry.get('value', 'duration')}}}"
        yield Pattern(_compile(f"(?:{entry['near']})(?:(?!{_ANOTHER})[^,。!?]){{0,14}}?{value}", words))


def _thing(entry: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """Ways of saying that something is there or was done, and that it is not or was not."""
    thing, done = f"(?:{entry['thing']})", f"(?:{entry['done']}|弄|搞|整|批)"
    none = f"(?:{_NONE})"
    some = "(?:过|了|到|好|下来|成|上|完)+"
    who = "我|我们|俺|给我|给我们|给俺|给|帮我|跟我|和我|跟我们|和我们|[跟和](?:人家|单位|公司|老板|厂里)"
    filler = f"(?:{who}|任何|什么|啥|个|这个|上海的?|上海市?|去|来|来得及|过|在上海|一张|张|份|一份|的|补|再|重新)*"
    state = f"|{thing}(?:都|已经|早就|也|刚|才|是)*(?:{entry['state']})" if "state" in entry else ""
    yes = [
        f"(?<![没不冇无未帮要该想能]){done}(?:的)?{thing}(?:了|过)",
        f"(?:单位|公司|厂里?|老板|店里|工地)(?:都|也|是)*(?:给|帮)(?:我|我们|俺)?{done}(?:着|了|的)*{thing}",
        f"(?<![没不冇无未帮要]){done}{some}(?:{{duration}}|上海的?|这个|一张|张|份|一份|个|正式|书面|无固定期限|固定期限|长期|的|{{number}})*{thing}",
        f"(?<![没冇莫哪])有(?:上海的?|这个|一张|张|份|一份|个|正式的?|书面的?|交|缴|签|办)*{thing}(?!没(?:有)?(?:[,。?]|$|啊|呀)|不)",
        f"{thing}(?:我|我们|俺|都|已经|早就|也|倒是|一直|刚|是|单位|公司|厂里)*(?:{done}{some}|{_HAVE}|{done}着)(?!没|不)",
        f"{thing}(?:是|我|也|同年|当年)*(?:{{date}}|{{duration}})(?:份|底|初|才|刚|就)*{done}(?:的|了|好|到|下)",
        f"{thing}在[^,。!?]{{1,6}}?{done}(?:过|了|好|的)+",
        f"{thing}(?:我)?[和跟]我?(?:老婆|老公|爱人|媳妇)(?:俩)?都(?:有|{done}了)",
        f"{thing}(?:都|也)*(?:给|帮)(?:我|我们|俺)?{done}",
        f"(?:{{date}}|{{duration}})(?:份|底|初|才|刚|就)*{done}的(?:个|一张|张|这个)?{thing}",
    ]
    if state:
        yes.append(state[1:])
    no = [
        f"(?<![有办签交缴登领拿做]){none}{filler}(?:{done}(?![满够齐足]))?{filler}{thing}",
        f"(?:不给|不肯|不愿意?|不帮){filler}{done}?{filler}{thing}",
        f"{thing}(?:我|我们|俺|他们|老板|单位|公司|厂里|都|也|一直|到现在|至今|还|又|从来|根本|压根)*(?:没有|没得|没|冇|未|莫得|不给|不肯|从没|不(?={done}))(?:{filler}{done}(?![满够齐足])|[,。!]|$|了|的)",
        f"{thing}(?:,|和|跟|还有)?(?:{_PAPERS})(?:都|也|全)(?:没有|没得|没{filler}{done}|没)(?:[,。]|$)",
    ]
    return yes, no


def _compile(pattern: str, words: Mapping[str, str]) -> re.Pattern[str]:
    """A pattern of the catalogue as a regular expression."""
    pattern = pattern.replace("[,。]|$", f"[,。]|$|{_GOES_ON}")
    for _ in range(2):
        pattern = re.sub(r"\{([\u4e00-\u9fff]+)\}", lambda m: f"(?:{words[m[1]]})", pattern)
    pattern = re.sub(r"\{([a-z_]+)\}", lambda m: ALIASES[m[1]], pattern)
    return re.compile(pattern.replace("^^", _WIDE_GAP).replace("~", _GAP))
