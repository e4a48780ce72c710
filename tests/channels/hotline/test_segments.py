"""What a recogniser may send, and what it is told when it may not."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.hotline.segments import MOST_BYTES, MOST_CHARS, End, Segment, read
from bot.errors import BadInput, TooLarge

GOOD = {"type": "segment", "speaker": "caller", "text": "喂", "final": True, "begin_ms": 0, "end_ms": 400}


def sent(**changes: Any) -> str:
    return json.dumps({**GOOD, **changes})


def test_a_segment_and_the_end() -> None:
    assert read(sent(key="u1", more="passed over")) == Segment("caller", "喂", True, 0, 400, "u1")
    assert read('{"type": "end"}') == End()


@pytest.mark.parametrize(
    ("message", "field"),
    [
        (sent(speaker="both"), "speaker"), (sent(speaker=None), "speaker"), (sent(text=5), "text"),
        (sent(final="yes"), "final"), (sent(begin_ms=1.5), "begin_ms"), (sent(end_ms=True), "end_ms"),
        (sent(begin_ms=10**40), "begin_ms"), (sent(key=""), "key"), (sent(key="k" * 200), "key"),
        (sent(type="segments"), "type"), ("[]", "type"), ("7", "type"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named(message: str, field: str) -> None:
    with pytest.raises(BadInput) as caught:
        read(message)
    assert [error.field for error in caught.value.fields] == [field]


@pytest.mark.parametrize("message", ["", "{", "音频", '{"type": "segment", ', "[" * 50_000])
def test_no_json(message: str) -> None:
    with pytest.raises(BadInput, match="JSON"):
        read(message)


def test_too_large() -> None:
    with pytest.raises(TooLarge):
        read(sent(text="长" * MOST_BYTES))


def test_a_clock_that_ran_backwards_inside_an_utterance_loses_no_words() -> None:
    assert read(sent(begin_ms=900, end_ms=400)) == Segment("caller", "喂", True, 900, 900)
    assert read(sent(begin_ms=-5, end_ms=-3)) == Segment("caller", "喂", True, 0, 0)


def test_signs_nobody_can_show_are_taken_out() -> None:
    heard = read(sent(text=" 你\x00好\ud800\u202e "))
    assert isinstance(heard, Segment)
    assert heard.text == "你 好"
    long = read(sent(text="长" * 5_000))
    assert isinstance(long, Segment)
    assert len(long.text) == MOST_CHARS


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda one: st.lists(one)
                    | st.dictionaries(st.sampled_from([*GOOD, "key", "x"]), one)))  # fmt: skip
def test_whatever_comes_is_read_or_refused(data: Any) -> None:
    try:
        heard = read(json.dumps(data))
    except BadInput:
        return
    assert isinstance(heard, Segment | End)
