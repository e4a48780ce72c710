"""In: one call as Redis holds it, and as a process went on with it alone. Out: one call with the words of both. Pure.

It happens when Redis was away while caller and agent came by connections to two processes. What Redis holds goes on;
lines that only this process has get new numbers where theirs are taken, and are understood with the next segment.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from bot.channels.hotline.assist.mind import MOST_DEMANDS, Mind
from bot.channels.hotline.assist.warnings import with_warnings
from bot.channels.hotline.state import MOST_PENDING, MOST_SAID, Call, Said
from bot.channels.hotline.transcript import REMEMBERED, Line, Timeline


def merged(theirs: Call, there: Mapping[int, Line], ours: Call, unsent: Iterable[Line]) -> tuple[Call, list[Line]]:
    """The call to go on with, and the lines to write.

    Args:
        theirs: what Redis holds.
        there: its lines, by number.
        ours: what this process made of the call meanwhile.
        unsent: lines Redis lacks, or holds in an older version.
    """
    numbers, free = {}, max([theirs.timeline.next_id, *(number + 1 for number in there)])
    lines = []
    for line in sorted(unsent, key=lambda one: one.id):
        known = there.get(line.id)
        mended = known is not None and (known.speaker, known.begin_ms) == (line.speaker, line.begin_ms)
        numbers[line.id] = line.id if mended else free
        free += not mended
        lines.append(replace(line, id=numbers[line.id]))
    call = replace(
        theirs,
        state="live" if "live" in (theirs.state, ours.state) else "ended",
        ended_at=max(theirs.ended_at, ours.ended_at) if theirs.state == ours.state else "",
        stored=theirs.stored and not lines,
        revision=max(theirs.revision, ours.revision),
        timeline=_timeline(theirs.timeline, ours.timeline, numbers, free),
        pending=tuple(dict.fromkeys([*theirs.pending, *numbers.values()]))[-MOST_PENDING:],
        mind=_mind(theirs.mind, ours.mind, numbers),
        said=_said(theirs.said, ours.said, numbers),
        pinned=tuple(dict.fromkeys([*theirs.pinned, *ours.pinned])),
        producers={name: max(theirs.producers.get(name, ""), ours.producers.get(name, ""))
                   for name in {**theirs.producers, **ours.producers}},
        agent=ours.agent or theirs.agent,
    )  # fmt: skip
    return call, lines


def _timeline(theirs: Timeline, ours: Timeline, numbers: Mapping[int, int], free: int) -> Timeline:
    """Both have heard what either has heard."""
    newest = {
        name: max(theirs.newest.get(name, 0), ours.newest.get(name, 0)) for name in {**theirs.newest, **ours.newest}
    }
    fresh = {name: (numbers[number], digest) for name, (number, digest) in ours.seen.items() if number in numbers}
    seen = dict(list({**theirs.seen, **fresh}.items())[-REMEMBERED:])
    return Timeline(free, newest, {**theirs.shift, **ours.shift}, seen)


def _mind(theirs: Mind, ours: Mind, numbers: Mapping[int, int]) -> Mind:
    """What only we have heard of: facts, demands and warnings; of which item is meant, the lines tell again."""
    asked = {(one.item_id, one.act) for one in theirs.demands}
    demands = [
        replace(one, segment_id=numbers.get(one.segment_id, one.segment_id))
        for one in ours.demands
        if (one.item_id, one.act) not in asked
    ]
    facts = {
        name: replace(heard, segment_id=numbers.get(heard.segment_id, heard.segment_id))
        for name, heard in ours.facts.items()
        if name not in theirs.facts
    }
    mind = replace(
        theirs,
        facts={**theirs.facts, **facts},
        demands=(*theirs.demands, *demands)[-MOST_DEMANDS:],
        rejected={**theirs.rejected, **ours.rejected},
        not_meant=tuple(dict.fromkeys([*theirs.not_meant, *ours.not_meant])),
    )
    return with_warnings(mind, ours.warnings)


def _said(theirs: Sequence[Said], ours: Sequence[Said], numbers: Mapping[int, int]) -> tuple[Said, ...]:
    known = {(one.item_id, one.act) for one in theirs}
    more = [one for one in ours if (one.item_id, one.act) not in known]
    at = [replace(one, segment_id=numbers.get(one.segment_id, one.segment_id)) if one.segment_id is not None else one
          for one in more]  # fmt: skip
    return (*theirs, *at)[-MOST_SAID:]
