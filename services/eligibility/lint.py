"""In: one scheme as written, the catalogue and its item. Out: what a clerk must put right before it can be used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import pairwise

from bot.errors import FieldError
from services.eligibility.explain import PLACEHOLDER
from services.eligibility.facts.calendar import FAR
from services.eligibility.facts.models import Fact
from services.eligibility.models import COMPARISONS, Line, Node, Outcome, SchemeFile
from services.eligibility.outcome.formula import formula, names_in
from services.eligibility.rules.parameters import spans, worths
from services.knowledge.models import Item
from services.knowledge.text_types import PartialDate

Found = Iterator[FieldError]
_NUMERIC = ("at_least", "at_most", "over", "under")
_DAYS = ("on_or_after", "on_or_before", "within", "past")


def lint(file: SchemeFile, facts: Mapping[str, Fact], item: Item | None, folder: str) -> list[FieldError]:
    """Every error of a scheme; an empty list when it can be used."""
    if file.id != folder:
        return [FieldError("id", f"方案编号：写的是 {file.id}，要和文件夹同名。")]
    if item is None:
        return [FieldError("item", f"事项：政策库里没有 {file.item}。")]
    refs = {str(source.ref) for source in item.sources}
    return [
        *_ids(file),
        *(error for node in _nodes(file) for error in _node(node, file, facts, refs)),
        *_parameters(file, item, refs),
        *(_outcome(file.outcome, file, facts, refs) if file.outcome else ()),
        *_asked(file, facts),
        *(
            FieldError("decided_later", f"“{remark.text}”：来源 {remark.cite} 不在事项 {file.item} 的依据里。")
            for remark in file.decided_later
            if remark.cite not in refs
        ),
    ]


def walk(node: Node) -> Iterator[Node]:
    """A node and all inside it."""
    yield node
    for part in node.parts:
        yield from walk(part)
    for exception in node.except_:
        yield from walk(exception.when)


def _nodes(file: SchemeFile) -> Iterator[Node]:
    yield from walk(file.needs)
    outcome = file.outcome
    for part in outcome.lines if outcome else ():
        yield from walk(part.when) if part.when else ()
    for deadline in outcome.deadlines if outcome else ():
        yield from walk(deadline.when) if deadline.when else ()


def _ids(file: SchemeFile) -> Found:
    outcome = file.outcome
    named = [node.id for node in _nodes(file) if node.id]
    named += [line.id for line in outcome.lines] if outcome else []
    named += [deadline.id for deadline in outcome.deadlines] if outcome else []
    for name, times in Counter(named).items():
        if times > 1:
            yield FieldError(name, f"编号 {name} 写了 {times} 遍，每条要有自己的编号。")


def _node(node: Node, file: SchemeFile, facts: Mapping[str, Fact], refs: set[str]) -> Found:
    place = node.id or "一组条件"
    for text in (node.text, node.remedy):
        for name in PLACEHOLDER.findall(text or ""):
            if name not in file.parameters:
                yield FieldError(place, f"{place}：内容里的 {{{name}}} 不是参数。")
    if node.cite is not None and node.cite not in refs:
        yield FieldError(place, f"{place}：来源 {node.cite} 不在事项 {file.item} 的依据里。")
    if node.score and file.outcome is None:
        yield FieldError(place, f"{place}：看总分（score）要有 outcome。")
    if node.fact is not None:
        if node.fact not in facts:
            yield FieldError(place, f"{place}：facts.yml 里没有 {node.fact}。")
        else:
            yield from _compared(node, facts[node.fact], file, place)


def _compared(node: Node, fact: Fact, file: SchemeFile, place: str) -> Found:
    kind = str(node.comparison)
    number = fact.type in ("int", "number")
    if kind in ("equals", "one_of"):
        wanted = node.one_of if node.one_of is not None else (node.equals,)
        for one in wanted:
            fits = isinstance(one, bool) if fact.type == "bool" else one in fact.choices if fact.choices else number
            if not fits or fact.type == "date":
                yield FieldError(place, f"{place}：{fact.id} 不能等于“{one}”。")
        return
    if (kind in _NUMERIC and not number) or (kind in _DAYS and fact.type != "date"):
        yield FieldError(place, f"{place}：{fact.id} 是 {fact.type}，不能这样比（{kind}）。")
        return
    bound = getattr(node, kind)
    if isinstance(bound, str) and bound not in file.parameters and not _is_date(bound):
        yield FieldError(place, f"{place}：没有参数 {bound}。")


def _parameters(file: SchemeFile, item: Item, refs: set[str]) -> Found:
    used = set(_used(file))
    for name, parameter in file.parameters.items():
        if not PLACEHOLDER.fullmatch(f"{{{name}}}"):
            yield FieldError(name, f"参数 {name}：名称要用小写英文、数字和下划线。")
        if name not in used:
            yield FieldError(name, f"参数 {name}：没有地方用它。")
        for dated in parameter.values:
            if dated.cite not in refs:
                yield FieldError(name, f"参数 {name}：来源 {dated.cite} 不在事项 {file.item} 的依据里。")
        if parameter.number is not None:
            number = next((value for name, value in item.numbers.items() if name == parameter.number), None)
            last = parameter.values[-1].value
            if number is None:
                yield FieldError(name, f"参数 {name}：事项 {file.item} 没有叫 {parameter.number} 的数。")
            elif number.value != last:
                yield FieldError(name, f"参数 {name}：这里是 {last}，事项里的 {parameter.number} 是 {number.value}。")
        yield from _gaps(name, file)


def _gaps(name: str, file: SchemeFile) -> Found:
    """Days of the scheme on which the parameter has no value, but for those after an end written on purpose; and days
    on which it has two.
    """
    for dated, follows in pairwise(file.parameters[name].values):
        if dated.until is not None and dated.until.last_day() >= follows.since.first_day():
            yield FieldError(name, f"参数 {name}：到 {dated.until} 的值和从 {follows.since} 起的值重叠。")
    covered = spans(file.parameters[name])
    day = file.in_force.since.first_day()
    end = file.in_force.until.last_day() + timedelta(1) if file.in_force.until else FAR
    for start, stop, _ in covered:
        if start > day:
            break
        day = max(day, stop)
    if day < min(end, file.check_before.last_day()) and file.parameters[name].values[-1].until is None:
        yield FieldError(name, f"参数 {name}：从 {day.isoformat()} 起没有值。")


def _used(file: SchemeFile) -> Iterator[str]:
    for node in _nodes(file):
        yield from (value for kind in COMPARISONS if isinstance(value := getattr(node, kind), str))
        yield from PLACEHOLDER.findall(f"{node.text} {node.remedy}")
    outcome = file.outcome
    if outcome:
        yield str(outcome.threshold)
        for line in outcome.lines:
            yield from _names(line)
            yield from PLACEHOLDER.findall(line.text)
        yield from (str(deadline.add) for deadline in outcome.deadlines)


def _names(line: Line) -> set[str]:
    try:
        return names_in(line.formula) if line.formula else set()
    except ValueError:
        return set()


def _outcome(outcome: Outcome, file: SchemeFile, facts: Mapping[str, Fact], refs: set[str]) -> Found:
    day = file.in_force.since.first_day()
    if outcome.threshold and outcome.threshold not in file.parameters:
        yield FieldError("outcome", f"够格线 {outcome.threshold} 不是参数。")
    cited = [(part.text, part.cite) for part in outcome.lines]
    cited += [(part.text, part.cite) for part in outcome.deadlines] + [(part.text, part.cite) for part in outcome.ways]
    for text, cite in cited:
        if cite not in refs:
            yield FieldError("outcome", f"“{text}”：来源 {cite} 不在事项 {file.item} 的依据里。")
    for line in outcome.lines:
        try:
            if line.formula:
                formula(line.formula, facts, worths(file.parameters, day))
        except ValueError as error:
            yield FieldError(line.id, f"{line.id}：{error}。")
        if line.table and (line.table not in facts or set(line.scores) != set(facts[line.table].choices)):
            yield FieldError(line.id, f"{line.id}：表里的每一项要和 {line.table} 的选项一一对应。")
        if line.over and (line.over not in facts or facts[line.over].range is None):
            yield FieldError(line.id, f"{line.id}：{line.over} 不是一个数的事实。")
        if list(line.steps) != sorted(line.steps):
            yield FieldError(line.id, f"{line.id}：分档要从小到大写。")
    for deadline in outcome.deadlines:
        if deadline.since not in facts or facts[deadline.since].type != "date":
            yield FieldError(deadline.id, f"{deadline.id}：{deadline.since} 不是日期事实。")
        if isinstance(deadline.add, str) and deadline.add not in file.parameters:
            yield FieldError(deadline.id, f"{deadline.id}：没有参数 {deadline.add}。")
    for way in outcome.ways:
        for name, value in way.sets.items():
            if name not in facts or (facts[name].choices and value not in facts[name].choices):
                yield FieldError("outcome", f"“{way.text}”：{name} 不能是 {value}。")


def _asked(file: SchemeFile, facts: Mapping[str, Fact]) -> Found:
    for name in file.ask:
        if name not in facts:
            yield FieldError("ask", f"先问哪个：facts.yml 里没有 {name}。")


def _is_date(text: str) -> bool:
    try:
        PartialDate.check(text)
    except ValueError:
        return False
    return True
