"""In: a sentence and its spans. Out: a view of it in which every span is one letter, so that patterns can name it.

"社保交了8个月" becomes "社保交了D" with D the duration of 8 months; "六个月 不对 八个月" keeps the last value only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.understanding.facts.spans import Kind, Span

LETTERS: dict[Kind, str] = {
    "duration": "\ue000", "money": "\ue001", "age": "\ue002", "date": "\ue003", "number": "\ue004",
    "big_number": "\ue005", "grade": "\ue006", "rate": "\ue007", "limit": "\ue008", "place": "\ue009",
    "home": "\ue00a", "rate_day": "\ue00b", "rate_hour": "\ue00c",
}  # fmt: skip
"""One private-use character for each kind of span; the normaliser removes such characters from messages."""
ANY = "\ue000-\ue00c"
"""All of them, for use inside a character class."""
ALIASES = {
    "duration": LETTERS["duration"],
    "money": f"[{LETTERS['money']}{LETTERS['big_number']}]",
    "age": LETTERS["age"],
    "date": LETTERS["date"],
    "number": f"[{LETTERS['number']}{LETTERS['big_number']}]",
    "grade": LETTERS["grade"],
    "money_small": f"[{LETTERS['money']}{LETTERS['big_number']}{LETTERS['number']}]",
    "rate": f"(?:{LETTERS['rate']}|每个?月|月月)",
    "rate_day": f"(?:{LETTERS['rate_day']}|每天|天天|日日)",
    "rate_hour": f"(?:{LETTERS['rate_hour']}|每个?(?:小时|钟头))",
    "place": LETTERS["place"],
    "home": LETTERS["home"],
}
"""What patterns may write in braces. A bare large number may be money."""

_RATE = re.compile("^(?:一|1)个?(?:月|天|小时|钟头|钟)$")
_AGAIN = (
    "(?:(?:不对|不是(?!说)|错了|[说记讲弄搞]错了?|更正|改成|应该是|准确[点说]?|哦不|噢不|不不|其实),?){1,3}"
    rf"[^。!?\n{ANY}要规才能得需]{{0,6}}?"
)
"""How people take back what they just said. "不是说要满12个月吗" takes nothing back."""
_CORRECTED = re.compile(rf"([{ANY}])[^。!?\n{ANY}]{{0,6}}?{_AGAIN}([{ANY}])")
_NOT_BUT = re.compile(rf"不是([{ANY}])[^。!?\n{ANY}]{{0,4}}?是([{ANY}])")
_BUT_NOT = re.compile(rf"是[^。!?\n{ANY}]{{0,3}}([{ANY}])的?,?(?:而|并)?不是([{ANY}])")


@dataclass(frozen=True)
class View:
    """A sentence as patterns see it."""

    text: str
    """The sentence, each span one letter of LETTERS."""
    spans: dict[int, Span]
    """Span by the place of its letter in `text`."""


def make_view(text: str, spans: Sequence[Span]) -> View:
    """The view of `text`. `spans` must be in order and must not overlap."""
    pieces: list[str] = []
    places: dict[int, Span] = {}
    read = length = 0
    clean = text.translate(_NO_LETTERS)
    for span in spans:
        before = clean[read : span.start]
        length += len(before)
        pieces += (before, LETTERS[span.kind])
        places[length] = span
        length += 1
        read = span.end
    pieces.append(clean[read:])
    return _corrected(_with_rates(View("".join(pieces), places), text))


_NO_LETTERS = {ord(letter): " " for letter in LETTERS.values()} | {ord("、"): ","}
"""Nobody's letters are ours; and "户口在湖北、人住颛桥" lists clauses."""


def _with_rates(view: View, original: str) -> View:
    """ "六千一个月": here "一个月" is what the money is for, not how long something lasted."""
    letters = list(view.text)
    money = LETTERS["money"] + LETTERS["big_number"]
    for place, span in view.spans.items():
        if span.kind != "duration" or not _RATE.match(original[span.start : span.end]):
            continue
        near = re.split("[,。!?;]", view.text[place + 1 : place + 8])[0] + view.text[max(0, place - 2) : place]
        if span.unit in ("day", "hour"):
            letters[place] = LETTERS["rate_day" if span.unit == "day" else "rate_hour"]
        elif any(letter in money for letter in near) or _monthly_hours(view, place):
            letters[place] = LETTERS["rate"]
    return View("".join(letters), view.spans)


def _monthly_hours(view: View, place: int) -> bool:
    """Whether "一个月" is what the hours right behind it are counted by."""
    return any((span := view.spans.get(at)) is not None and span.unit == "hour" for at in range(place + 1, place + 5))


def _corrected(view: View) -> View:
    """Drops a value that the speaker takes back in the same breath."""
    kept = _BUT_NOT.search(view.text)
    if kept and kept[1] == kept[2] and not view.text.startswith("不", kept.start() - 1):
        view = _cut(view, kept.end(1), kept.end())
    for pattern in (_NOT_BUT, _CORRECTED):
        match = pattern.search(view.text)
        rounds = 0
        while match and rounds < 4:
            rounds += 1
            if match[1] == match[2]:
                view = _cut(view, match.start(), match.end() - 1)
                match = pattern.search(view.text)
            else:
                match = pattern.search(view.text, match.start() + 1)
    return view


def _cut(view: View, start: int, end: int) -> View:
    gone = end - start
    spans = {
        (place - gone if place >= end else place): span
        for place, span in view.spans.items()
        if not start <= place < end
    }
    return View(view.text[:start] + view.text[end:], spans)


def without_overlap(groups: Iterable[Iterable[Span]]) -> list[Span]:
    """Spans of all groups in order of place; where two overlap, the earlier group's stays."""
    kept: list[Span] = []
    used: set[int] = set()
    for group in groups:
        for span in group:
            places = range(span.start, span.end)
            if span.end > span.start and used.isdisjoint(places):
                used.update(places)
                kept.append(span)
    return sorted(kept, key=lambda span: span.start)
