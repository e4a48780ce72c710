"""Partial, final, revised, late, doubled segments and clocks that begin anew: no word lost, none written twice."""

from __future__ import annotations

import json
from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.hotline.segments import Segment
from bot.channels.hotline.transcript import LATE_MS, REMEMBERED, Change, Timeline, placed


def final(text: str, begin: int, end: int | None = None, key: str | None = None, speaker: str = "caller") -> Segment:
    return Segment(speaker, text, True, begin, begin + 1000 if end is None else end, key)  # type: ignore[arg-type]


def all_placed(segments: Iterable[Segment]) -> tuple[list[Change], Timeline]:
    timeline, changes = Timeline(), []
    for segment in segments:
        change, timeline = placed(timeline, segment)
        changes.append(change)
    return changes, timeline


def kinds(*segments: Segment) -> list[str]:
    return [change.kind for change in all_placed(segments)[0]]


def test_finals_append_and_partials_do_not() -> None:
    partial = Segment("caller", "我想", False, 0, 300)
    changes, timeline = all_placed([partial, final("我想问居住证", 0), final("要带什么", 2000)])
    assert [(change.kind, change.line.id) for change in changes] == [("partial", -1), ("new", 0), ("new", 1)]
    assert timeline.next_id == 2


def test_a_partial_after_its_final_says_nothing() -> None:
    assert kinds(final("我想问居住证", 0), Segment("caller", "我想问", False, 0, 600)) == ["new", "stale"]


def test_the_same_again_is_a_duplicate_another_wording_a_revision() -> None:
    first = final("我想问居住正", 0)
    assert kinds(first, first, final("我想问居住证", 0), final("我想问居住证", 0)) == [
        "new", "duplicate", "revised", "duplicate",
    ]  # fmt: skip
    assert kinds(final("居住正", 0, key="u1"), final("居住证", 40, key="u1")) == ["new", "revised"]


def test_both_speakers_may_begin_at_the_same_moment() -> None:
    assert kinds(final("喂", 0), final("您好", 0, speaker="agent")) == ["new", "new"]


def test_a_late_segment_keeps_its_time() -> None:
    changes, _ = all_placed([final("第二句", 8_000), final("第一句", 2_000)])
    assert [(change.kind, change.line.begin_ms) for change in changes] == [("new", 8_000), ("new", 2_000)]


def test_a_clock_that_begins_anew_goes_on_where_the_call_was() -> None:
    before = [final(f"第{n}句", n * 3_000) for n in range(20)]
    changes, timeline = all_placed([*before, final("重新连上", 0), final("接着说", 3_000), final("第0句改", 0, 500)])
    again, further = changes[20].line, changes[21].line
    assert [change.kind for change in changes[20:22]] == ["new", "new"]
    assert again.begin_ms == 58_000
    assert further.begin_ms == 61_000
    assert timeline.newest["caller"] == 62_000


def test_a_revision_of_a_long_utterance_is_no_new_clock() -> None:
    assert kinds(final("很长的一句", 0, LATE_MS * 3), final("很长的一句话", 0, LATE_MS * 3)) == ["new", "revised"]


def test_an_empty_final_takes_nothing_back() -> None:
    assert kinds(final("", 0), final("喂", 1000)) == ["stale", "new"]


def test_the_timeline_stays_small() -> None:
    _, timeline = all_placed(final(f"第{n}句", n * 2_000) for n in range(1_000))
    assert len(timeline.seen) == REMEMBERED
    assert Timeline.from_dict(json.loads(json.dumps(timeline.to_dict()))) == timeline


SEGMENTS = st.builds(
    Segment,
    speaker=st.sampled_from(["caller", "agent"]),
    text=st.text(max_size=5),
    final=st.booleans(),
    begin_ms=st.integers(0, 10**6),
    end_ms=st.integers(0, 10**6),
    key=st.none() | st.sampled_from(["a", "b"]),
)


@given(st.lists(SEGMENTS, max_size=40))
def test_every_final_with_words_is_in_the_transcript(segments: list[Segment]) -> None:
    changes, timeline = all_placed(segments)
    new = [change.line.id for change in changes if change.kind == "new"]
    assert new == list(range(timeline.next_id))
    for segment, change in zip(segments, changes, strict=True):
        if segment.final and segment.text:
            assert change.kind in ("new", "revised", "duplicate")
