"""In: a call's timeline and a segment. Out: what the segment does to the transcript, and the timeline after it. Pure.

Recognisers repeat themselves after a reconnect, mend what they said, deliver late, and begin at zero again when they
restart. Whatever they do, a word is neither lost nor written down twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Any, Literal

from bot.channels.hotline.segments import Segment, Speaker

LATE_MS = 15_000
"""A segment that ends this much before the newest end of its speaker is not late: the clock has begun anew."""
REMEMBERED = 128
"""Utterances that a repetition or a mended version is looked for among: bounded, however long the call."""
Kind = Literal["partial", "new", "revised", "duplicate", "stale"]


@dataclass(frozen=True)
class Line:
    """One utterance of the transcript."""

    id: int
    """From 0, in the order of arrival; never changes."""
    speaker: Speaker
    """Who spoke."""
    text: str
    """What was said, masked."""
    begin_ms: int
    """Since the call began."""
    end_ms: int
    """Likewise."""
    revised: bool = False
    """True once the recogniser mended it."""

    def to_dict(self) -> dict[str, Any]:
        """As a segment message of a screen."""
        return {"type": "segment", "final": True, **vars(self)}


@dataclass(frozen=True)
class Change:
    """What a segment did."""

    kind: Kind
    """partial: shown until the final comes · new: appended · revised: in place of an older version · duplicate and
    stale: nothing."""
    line: Line
    """The utterance; the id of a partial is -1."""


@dataclass(frozen=True)
class Timeline:
    """What must be known of a call to place its next segment; small, whatever the call's length."""

    next_id: int = 0
    """Of the next new line."""
    newest: Mapping[str, int] = field(default_factory=dict)
    """Speaker → the latest end, in the call's time."""
    shift: Mapping[str, int] = field(default_factory=dict)
    """Speaker → what is added to a recogniser's clock that began anew."""
    seen: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    """Utterance → its line and a digest of its words; the last REMEMBERED ones."""

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {**vars(self), "seen": {name: list(pair) for name, pair in self.seen.items()}}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Timeline:
        """The inverse of to_dict."""
        return cls(**{**data, "seen": {name: (int(pair[0]), str(pair[1])) for name, pair in data["seen"].items()}})


def placed(timeline: Timeline, segment: Segment) -> tuple[Change, Timeline]:
    """Where a segment belongs.

    >>> first = Segment("caller", "喂你好", True, 0, 900)
    >>> change, timeline = placed(Timeline(), first)
    >>> change.kind, placed(timeline, first)[0].kind
    ('new', 'duplicate')
    >>> placed(timeline, replace(first, text="喂，你好"))[0].kind
    'revised'
    """
    if not segment.final:
        return _partial(timeline, segment), timeline
    name, digest = _name(segment, timeline.shift.get(segment.speaker, 0)), _digest(segment)
    known = timeline.seen.get(name)
    if known and known[1] == digest:
        return Change("duplicate", _line(segment, known[0], 0)), timeline
    if known and not _began_anew(timeline, segment):
        shift = timeline.shift.get(segment.speaker, 0)
        seen = _noted(timeline, {name: (known[0], digest)})
        return Change("revised", replace(_line(segment, known[0], shift), revised=True)), replace(timeline, seen=seen)
    if not segment.text:
        return Change("stale", _line(segment, -1, 0)), timeline
    return _appended(timeline, segment, digest)


def _appended(timeline: Timeline, segment: Segment, digest: str) -> tuple[Change, Timeline]:
    newest, shift = timeline.newest.get(segment.speaker, 0), _shift(timeline, segment)
    line = _line(segment, timeline.next_id, shift)
    after = Timeline(
        next_id=timeline.next_id + 1,
        newest={**timeline.newest, segment.speaker: max(newest, line.end_ms)},
        shift={**timeline.shift, segment.speaker: shift},
        seen=_noted(timeline, {_name(segment, shift): (line.id, digest)}),
    )
    return Change("new", line), after


def _partial(timeline: Timeline, segment: Segment) -> Change:
    """A partial that comes after its final says nothing new."""
    shift = _shift(timeline, segment)
    line = _line(segment, -1, shift)
    heard_already = line.end_ms <= timeline.newest.get(segment.speaker, -1) or _name(segment, shift) in timeline.seen
    return Change("stale" if heard_already else "partial", line)


def _began_anew(timeline: Timeline, segment: Segment) -> bool:
    shifted = segment.end_ms + timeline.shift.get(segment.speaker, 0)
    return shifted < timeline.newest.get(segment.speaker, 0) - LATE_MS


def _shift(timeline: Timeline, segment: Segment) -> int:
    """What to add to the segment's times: nothing while the clock runs well."""
    newest = timeline.newest.get(segment.speaker, 0)
    if _began_anew(timeline, segment):
        return newest - segment.begin_ms
    return 0 if segment.begin_ms >= newest else timeline.shift.get(segment.speaker, 0)


def _line(segment: Segment, number: int, shift: int) -> Line:
    return Line(number, segment.speaker, segment.text, segment.begin_ms + shift, segment.end_ms + shift)


def _name(segment: Segment, shift: int) -> str:
    """An utterance's name: of the recogniser's clock, so that one that began anew does not mend what was before."""
    return f"{segment.speaker} {shift} {segment.key or segment.begin_ms}"


def _digest(segment: Segment) -> str:
    words = f"{segment.text} {segment.begin_ms} {segment.end_ms}"
    return blake2b(words.encode("utf-8", "replace"), digest_size=6).hexdigest()


def _noted(timeline: Timeline, fresh: Mapping[str, tuple[int, str]]) -> Mapping[str, tuple[int, str]]:
    seen = {**timeline.seen, **fresh}
    return dict(list(seen.items())[-REMEMBERED:])
