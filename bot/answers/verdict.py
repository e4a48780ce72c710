"""In: an assessment (contract.md, "Eligibility") and its item. Out: an Answer: the verdict in the first line, why, from
when, what to do, what to bring, where, the source.

Every sentence is a condition's, a remedy's or an outcome's text from the rules, a field of the item, or of the phrase
book. "Unknown" has phrases of its own: no path leads from it to a refusal.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from bot.answers.outcome import outcome_blocks, outcome_lead, so_far
from bot.answers.phones import phone_to_ask
from bot.answers.phrases import phrase
from bot.answers.sources import citation, source_block, state_block
from bot.answers.text import is_empty, say_date
from bot.messages import Answer, Block

_HAVE = re.compile("有没有|有过|有人|还有")
"""In a question: it is answered with 有 or 没有."""
_SUBJECTS = ("社保", "医保", "居住证", "居住登记", "合同", "积分", "公积金", "学历", "工龄", "收入")
"""What a question may be about besides its item; people and places ("孩子", "单位") stand in nearly every condition."""
_TOLD = 2
_LINES = 5
_ALSO = 3
Data = Mapping[str, Any]


def asking(question: Data, before: Sequence[str] = (), item_id: str | None = None) -> Answer:
    """A question of the interview.

    Args:
        question: `next_question` of an assessment.
        before: lines to say first: what was noted, or why it is asked again.
        item_id: the item the interview is about.
    """
    lines = (*before, question["text"])
    blocks = [Block("lead", lines[:1])] + ([Block("note", lines[1:])] if before else [])
    return Answer(tuple(blocks), quick_replies=taps(question), item_id=item_id)


def back_to(answer: Answer, question: Data) -> Answer:
    """An answer to something else, with the open question asked again below it."""
    again = Block("note", (phrase("interview.back") + question["text"],))
    return replace(answer, blocks=(*answer.blocks, again), quick_replies=taps(question))


def not_before(assessment: Data, facts: Collection[str] | None = None) -> list[str]:
    """Conditions that are not met yet and the day from which they are, while others are still being asked for.

    Args:
        facts: only conditions on these; None: all.
    """
    late = [c for c in assessment["conditions"] if c["status"] == "unmet" and c["decides"] and c["met_from"]]
    told = [c for c in late if facts is None or c["fact"] in facts]
    return [_not_before(c) for c in told[:_TOLD]]


def _not_before(condition: Data) -> str:
    key = "not_before_but" if condition["groups"] else "not_before"
    return phrase(f"interview.{key}", text=condition["text"], date=say_date(condition["met_from"]))


def rules_about(assessment: Data, sentence: str) -> list[str]:
    """The conditions on what a question names itself: whoever asks "社保断过，行不行" hears what the rule on it says.

    Args:
        sentence: the question that began the interview.
    """
    named = [word for word in _SUBJECTS if word in sentence and word not in assessment["name"]]
    open_ones = [c["text"] for c in assessment["conditions"] if c["status"] == "unknown" and c["decides"]]
    about = [text for text in open_ones if any(word in text for word in named)]
    return [phrase("interview.rule_is", text="；或者".join(about))] if 0 < len(about) <= _TOLD else []


def taps(question: Data) -> tuple[str, ...]:
    """What may be tapped as an answer."""
    if question["type"] == "bool":
        key = "have_or_not" if _HAVE.search(question["text"]) else "yes_no"
        return (*phrase(f"interview.{key}").splitlines(), phrase("interview.unknown"))
    choices = [choice["text"] for choice in question.get("choices") or ()]
    return (*choices, phrase("interview.unknown"))


def settled(assessment: Data, item: Data, also: Sequence[str], as_of: date) -> Answer:
    """The verdict, once no answer can change it any more (or the person has had enough).

    Args:
        assessment: of the scheme.
        item: JSON of its item.
        also: names of other schemes that what was told makes likely.
        as_of: the day it was judged for.
    """
    sources = _sources(assessment, item)
    blocks = [
        Block("lead", (_lead(assessment, item),)),
        *_why(assessment),
        *outcome_blocks(assessment.get("outcome")),
        *(_next_steps(assessment, item) if assessment["status"] == "eligible" else ()),
        *_others(also),
        source_block(sources),
        state_block(item, sources, as_of),
    ]
    asks = [phrase("interview.also_ask", name=name) for name in also[:1]]
    eligible = assessment["status"] == "eligible"
    usual = [phrase(f"ask.{act}") for act in (("ask_materials", "ask_place") if eligible else ("ask_conditions",))]
    return Answer(
        blocks=tuple(block for block in blocks if block),
        quick_replies=(*usual, *asks),
        item_id=item["id"],
        item_version=item.get("version"),
        citations=tuple(citation(source) for source in sources),
        verification=item["verification_state"],
    )


def supposed(assessment: Data, item: Data, said: str, as_of: date) -> Answer:
    """The verdict as it would be if something were otherwise.

    Args:
        assessment: with the supposed facts in place of the told ones.
        said: these facts, as one says them.
    """
    answer = led_by(phrase("interview.suppose", facts=said), settled(assessment, item, (), as_of))
    lead, *others = answer.blocks
    return replace(answer, blocks=(lead, Block("note", (phrase("interview.suppose_only"),)), *others))


def led_by(line: str, answer: Answer) -> Answer:
    """The answer with a sentence before its first one."""
    lead, *others = answer.blocks
    return replace(answer, blocks=(replace(lead, lines=(line + lead.lines[0], *lead.lines[1:])), *others))


def _lead(assessment: Data, item: Data) -> str:
    name, status = assessment["name"], assessment["status"]
    counted = outcome_lead(assessment.get("outcome"))
    if status == "eligible":
        return counted or phrase("verdict.eligible", name=name)
    if status == "ineligible":
        since = assessment.get("eligible_from")
        if since:
            return phrase("verdict.later", name=name, date=say_date(since["date"]))
        return counted or phrase("verdict.ineligible", name=name)
    doubt = assessment.get("needs_check")
    if doubt:
        return phrase(f"verdict.{doubt}", name=name, phone=phone_to_ask(item))
    if sums := so_far(assessment.get("outcome")):
        return sums[0]
    return phrase("verdict.open", name=name)


def _why(assessment: Data) -> Iterator[Block]:
    """What the verdict rests on: what is missing of a no, what is open of an unknown, what was met of a yes."""
    conditions, status = assessment["conditions"], assessment["status"]
    if status == "ineligible":
        missing = _worth_telling([c for c in conditions if c["status"] == "unmet" and c["decides"]])
        yield Block("points", tuple(_missing(c) for c in missing), phrase("verdict.missing_title"))
        assuming = (assessment.get("eligible_from") or {}).get("assuming")
        if assuming:
            yield Block("note", (phrase("verdict.assuming", what="，".join(assuming)),))
    elif status == "undetermined":
        open_ones = [c for c in conditions if c["status"] == "unknown" and c["decides"]][:_LINES]
        if open_ones:
            yield Block("points", tuple(_open(c) for c in open_ones), phrase("verdict.open_title"))
    else:
        met = [c["text"] for c in conditions if c["status"] == "met" and c["decides"]][:_LINES]
        if met:
            yield Block("points", tuple(met), phrase("verdict.met_title"))


def _worth_telling(missing: Sequence[Data]) -> Sequence[Data]:
    """Of several ways to the same end, those a person can still go: nobody can become a native."""
    groups: dict[str, bool] = {}
    for condition in missing:
        for group in condition["groups"]:
            groups[group] = groups.get(group, False) or _reachable(condition)
    kept = [c for c in missing if _reachable(c) or not any(groups.get(group) for group in c["groups"])]
    return (kept or missing)[:_LINES]


def _reachable(condition: Data) -> bool:
    return bool(condition["remedy"] or condition["met_from"])


def _missing(condition: Data) -> str:
    line = condition["text"]
    if condition["met_from"]:
        line = phrase("verdict.missing_until", text=line, date=say_date(condition["met_from"]))
    return phrase("verdict.missing_do", text=line, remedy=condition["remedy"]) if condition["remedy"] else line


def _open(condition: Data) -> str:
    doubt = condition["doubt"]
    if doubt in ("low_confidence", "no_value"):
        return phrase("verdict.open_unsure", text=condition["text"])
    if doubt == "judged":
        return phrase("verdict.open_judged", text=condition["text"], who=condition["required"])
    return str(condition["text"])


def _next_steps(assessment: Data, item: Data) -> Iterator[Block]:
    """What to bring, where, and what others still decide."""
    materials = tuple(item.get("materials") or ())[:_LINES]
    if materials:
        yield Block("ticks", materials, phrase("verdict.bring_title"))
    if not is_empty(item.get("where")):
        yield Block("contact", (phrase("place.lead", where=item["where"]),))
    later = tuple(remark["text"] for remark in assessment.get("decided_later") or ())
    if later:
        yield Block("note", later)


def _others(also: Sequence[str]) -> Iterator[Block]:
    if also:
        yield Block("note", (phrase("verdict.also", names="、".join(also[:_ALSO])),))


def _sources(assessment: Data, item: Data) -> list[Data]:
    """The documents of the conditions the verdict rests on; the item's first when there are none."""
    deciding = (c["source"] for c in assessment["conditions"] if c["decides"] and c["source"])
    found = _unique(deciding)
    return found or list(item["sources"][:1])


def _unique(sources: Iterable[Data]) -> list[Data]:
    found: dict[str, Data] = {}
    for source in sources:
        found.setdefault(f"{source['title']}{source.get('doc_no')}", source)
    return list(found.values())
