"""In: the answers to one message. Out: what to say: portions a listener keeps in mind, and choices for the keypad."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from bot.answers.phrases import phrase
from bot.answers.spoken import speak, to_spoken
from bot.dialogue.engine import Turned
from bot.messages import ITEM_ACTS, Answer

PORTION = 90
"""Characters of one portion, about twenty seconds; a longer sentence is a portion of its own."""
_MOST_CHOICES, _MOST_NEXT = 9, 3
_ENDS = re.compile(r"(?<=[。？！])")
_ABOUT_THE_CALLER = frozenset({"check_eligibility", "ask_conditions", "ask_amount", "ask_overview", "ask_time"})
"""Acts whose answer may be a verdict, with what the caller told in its words."""
_FIXED = frozenset({"greet", "thanks", "goodbye", "capabilities", "out_of_scope"})


@dataclass(frozen=True)
class Told:
    """One message's answers, ready to be spoken."""

    portions: tuple[str, ...]
    """In order, each of whole sentences; never empty."""
    choices: tuple[str, ...] = ()
    """What key 1, 2 … stands for once the last portion is told; each is understood as if it were said."""
    asks: bool = False
    """The choices answer a question; else they are what may be asked next."""
    more: bool = False
    """The item has more lines, which phrase("more_question") brings."""
    keep: bool = False
    """Nothing of the caller is in the words."""


def fixed(*texts: str) -> str:
    """Lines of the phrase book as one text to speak.

    >>> fixed("打12345。", "还在吗？")
    '打幺二三四五。还在吗？'
    """
    lines = (line for text in texts for line in text.splitlines())
    return "".join(f"{speak(line)}。" for line in lines).replace("？。", "？")


def tell(turned: Turned, states_told: Collection[str] = ()) -> Told:
    """What to say for an answer.

    Args:
        turned: with at least one answer.
        states_told: items whose checking state the caller has heard in this call.
    """
    last, more = turned.answers[-1], phrase("more_question")
    said = "".join(map(_said, turned.answers)).replace("？。", "？")
    states = [line for answer in turned.answers if answer.item_id not in states_told for line in _state(answer)]
    # Who stops listening after the first portion must have heard whether anybody has checked it.
    first, *others = tuple(_portions(said + fixed(*states[1:]))) or (fixed(phrase("voice.not_heard")),)
    choices = tuple(one for one in last.quick_replies if one != more)
    asks = _asks(last, said)
    return Told(
        (first + fixed(*states[:1]), *others),
        choices[: _MOST_CHOICES if asks else _MOST_NEXT],
        asks,
        more in last.quick_replies,
        keep=_nothing_of_the_caller(turned),
    )


def read_choices(told: Told) -> str:
    """The choices with their keys; empty when there is nothing worth reading.

    >>> read_choices(Told((), ("是的", "不是"), asks=True)), read_choices(Told((), ("要带什么",)))
    ('是的，按一，不是，按二。', '还可以问，要带什么，按一。')
    """
    if not told.choices or told.choices == (phrase("interview.unknown"),):
        return ""
    keys = "，".join(
        phrase("voice.choice", choice=one, number=place) for place, one in enumerate(told.choices, start=1)
    )
    return fixed(keys if told.asks else phrase("voice.next", choices=keys))


def _said(answer: Answer) -> str:
    """All of the answer; choices are left out: they are read with their keys."""
    body = tuple(block for block in answer.blocks if not set(block.lines) <= set(answer.quick_replies))
    return to_spoken(replace(answer, blocks=body), full=True)


def _state(answer: Answer) -> tuple[str, ...]:
    """How far its item can be trusted."""
    return tuple(line for block in answer.blocks if block.kind == "state" for line in block.lines)


def _asks(answer: Answer, said: str) -> bool:
    """Whether the quick replies are answers: to a clarification, or to a question of an interview."""
    listed = {line for block in answer.blocks if block.kind == "steps" for line in block.lines}
    return bool(listed & set(answer.quick_replies)) or said.endswith("？")


def _portions(said: str) -> Iterator[str]:
    portion = ""
    for sentence in filter(None, _ENDS.split(said)):
        if portion and len(portion) + len(sentence) > PORTION:
            yield portion
            portion = ""
        portion += sentence
    if portion:
        yield portion


def _nothing_of_the_caller(turned: Turned) -> bool:
    heard, answers = turned.heard, turned.answers
    if heard.facts or heard.supposed:
        return False
    if heard.alert or heard.act in _FIXED:
        return all(answer.item_id is None for answer in answers)
    from_item = all(answer.item_version is not None for answer in answers)
    return heard.act in ITEM_ACTS and heard.act not in _ABOUT_THE_CALLER and from_item


def is_lost(answers: Sequence[Answer]) -> bool:
    """Whether the dialogue had nothing to say but that it did not understand."""
    leads = [phrase("out_of_scope"), phrase("not_understood", hotline=""), phrase("interview.again")]
    lead = answers[0].blocks[0].lines[0]
    return any(lead == words.splitlines()[0] for words in leads)
