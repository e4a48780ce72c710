"""In: the answers to one message. Out: one Outgoing: text under 2,048 bytes, choices, the rest for "更多"."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from bot.answers.chat import to_reply
from bot.answers.phrases import phrase
from bot.messages import Answer

MOST_BYTES = 2_048
"""Of one text message, in UTF-8."""
_ROOM_FOR_CHOICES = 500
"""Bytes kept free for numbered choices below the text."""
_ROOM_FOR_MORE = 64
"""Bytes of the line that offers the next page."""
_ENDS = re.compile(r"(?<=[。！？；\n])")
_NUMBERED = re.compile(r"^(?:第\s*)?([1-9一二三四五六七八九])(?:\s*个)?[.。、)）]?$")
_DIGITS = "一二三四五六七八九"
_MOST_CHOICES = 9


@dataclass(frozen=True)
class Outgoing:
    """One message to a person; with empty text there is nothing to say."""

    text: str
    """The words, without choices; at most MOST_BYTES with them."""
    choices: tuple[str, ...] = ()
    """What may be tapped or chosen by number, in order."""
    listed: bool = False
    """True when the words themselves number the choices already."""
    rest: tuple[str, ...] = ()
    """Further pages, each a message of its own, for "更多"."""
    later: tuple[str, ...] = ()
    """What may be chosen below the last of them."""

    @property
    def in_the_end(self) -> tuple[str, ...]:
        """What may be chosen when all pages have been read."""
        return self.later if self.rest else self.choices

    def plain(self) -> str:
        """Words with numbered choices: for accounts without menu messages."""
        if not self.choices or self.listed:
            return self.text
        if len(self.choices) == 1:  # a number may be an answer to an open "how many"
            return f"{self.text}\n{phrase('wechat.or_reply', choice=self.choices[0])}"
        lines = (f"{place} {choice}" for place, choice in enumerate(self.choices, start=1))
        return "\n".join((self.text, phrase("wechat.by_number"), *lines))

    def linked(self) -> str:
        """Words with choices as links that send themselves back: for accounts with menu messages."""
        links = (
            f'<a href="weixin://bizmsgmenu?msgmenucontent={quote(choice)}&msgmenuid={place}">{html.escape(choice)}</a>'
            for place, choice in enumerate(self.choices, start=1)
        )
        shown = "\n".join((self.text, *links))
        return shown if len(shown.encode()) <= MOST_BYTES else self.plain()

    def whole(self) -> str:
        """All its words, for when they are to be given another way."""
        return "\n".join((self.text, *self.rest))

    def menu(self) -> dict[str, Any]:
        """The body of a customer message of type msgmenu."""
        entries = [{"id": str(place), "content": choice} for place, choice in enumerate(self.choices, start=1)]
        return {"head_content": self.text, "list": entries, "tail_content": ""}

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {**vars(self), "choices": list(self.choices), "rest": list(self.rest), "later": list(self.later)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Outgoing:
        """The inverse of to_dict.

        >>> out = Outgoing("好", ("是", "否"), rest=("还有",))
        >>> Outgoing.from_dict(out.to_dict()) == out
        True
        """
        later = tuple(data.get("later", ()))  # not in what an older server left
        return cls(data["text"], tuple(data["choices"]), data["listed"], tuple(data["rest"]), later)


def outgoing(answers: Iterable[Answer]) -> Outgoing:
    """All answers to one message as one message.

    Blocks become lines of one text: several messages would each cost one of five.
    """
    answers = tuple(answers)
    replies = [to_reply(answer, "wechat") for answer in answers]
    choices = tuple(dict.fromkeys(tap for reply in replies for tap in reply.quick_replies))[:_MOST_CHOICES]
    text = "\n".join(reply.text for reply in replies if reply.text)
    listed = tuple(
        line for answer in answers for block in answer.blocks if block.kind == "steps" for line in block.lines
    )
    return paged(text, choices, listed=len(choices) > 1 and choices[: len(listed)] == listed and bool(listed))


def paged(text: str, choices: Sequence[str] = (), listed: bool = False) -> Outgoing:
    """A text as a first page and the rest; only the last page offers the choices."""
    pages = split(text, MOST_BYTES - _ROOM_FOR_CHOICES)
    if len(pages) <= 1:
        return Outgoing(text, _fitting(choices), listed)
    return Outgoing(pages[0], (phrase("wechat.more"),), rest=tuple(pages[1:]), later=_fitting(choices))


def next_page(rest: Sequence[str], later: Sequence[str]) -> Outgoing:
    """What "更多" brings."""
    further = tuple(rest[1:])
    return Outgoing(rest[0], (phrase("wechat.more"),) if further else tuple(later), rest=further, later=tuple(later))


def followed(out: Outgoing, by: Outgoing) -> Outgoing:
    """Two as one: what was owed before what is answered now."""
    whole = paged(f"{out.text}\n{by.text}", by.in_the_end, by.listed)
    if not by.rest:
        return whole
    return Outgoing(whole.text, by.choices, rest=(*whole.rest, *by.rest), later=by.later)


def shorter(out: Outgoing) -> Outgoing:
    """The same in pages of half the length: no word is lost, the further ones wait for "更多"."""
    first, *others = split(out.text, MOST_BYTES // 2 - _ROOM_FOR_MORE)
    rest = (*others, *out.rest)
    return Outgoing(first, (phrase("wechat.more"),) if rest else out.choices, rest=rest, later=out.in_the_end)


def split(text: str, most: int = MOST_BYTES) -> list[str]:
    """A text in pieces of at most `most` bytes, cut at ends of lines and sentences; within one only when it is longer.

    >>> split("一。二。", 6)
    ['一。', '二。']
    """
    pages: list[str] = []
    page = ""
    for piece in (part for sentence in _ENDS.split(text) for part in _bounded(sentence, most)):
        if page and len((page + piece).encode()) > most:
            pages.append(page.strip("\n"))
            page = ""
        page += piece
    return [one for one in (*pages, page.strip("\n")) if one]


def chosen(text: str, choices: Sequence[str]) -> str:
    """What a person who answers with a number means: the choice of that number; else the text itself.

    >>> [chosen(said, ["在哪办", "要花钱吗"]) for said in ("2", "第一个", "3")]
    ['要花钱吗', '在哪办', '3']
    """
    found = _NUMBERED.match(text.strip().translate({0xFF10 + digit: str(digit) for digit in range(10)}))
    if not found or len(choices) < 2:
        return text
    sign = found.group(1)
    place = int(sign) if sign.isdigit() else _DIGITS.index(sign) + 1
    return choices[place - 1] if place <= len(choices) else text


def _fitting(choices: Sequence[str]) -> tuple[str, ...]:
    """As many choices as there is room for."""
    room, kept = _ROOM_FOR_CHOICES - 80, []
    for choice in choices:
        room -= len(choice.encode()) + 3
        if room < 0:
            break
        kept.append(choice)
    return tuple(kept)


def _bounded(sentence: str, most: int) -> Iterable[str]:
    while len(sentence.encode()) > most:
        head = sentence.encode()[:most].decode("utf-8", "ignore")
        yield head
        sentence = sentence[len(head) :]
    yield sentence
