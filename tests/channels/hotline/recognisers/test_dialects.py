"""What recognisers may send, and must not harm; the words they are told."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.hotline.recognisers.base import Heard
from bot.channels.hotline.recognisers.funasr import FunAsr
from bot.channels.hotline.recognisers.vosk import END, Vosk
from bot.channels.hotline.recognisers.words import field_words, prompt

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text("居住证[]{}<|>1, ", max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(("start", "end", "x")), inner),
    max_leaves=8,
)
FIELDS = ("mode", "text", "partial", "result", "timestamp", "stamp_sents", "is_final", "is_end")


@given(st.dictionaries(st.sampled_from(FIELDS), JSON), st.integers(0, 10**9))
def test_strange_messages_say_nothing_that_makes_no_sense(data: dict[str, Any], sent_ms: int) -> None:
    for dialect in (FunAsr(), Vosk()):
        for heard in dialect.read(json.dumps(data), sent_ms):
            assert heard.begin_ms <= heard.end_ms


@pytest.mark.parametrize(
    "message", ["", "null", "[]", "{", '{"text": 5}', b"\xff\x00", "[" * 100_000, '{"mode": "2pass-offline"}']
)
def test_what_is_no_result_is_passed_over(message: str | bytes) -> None:
    for dialect in (FunAsr(), Vosk()):
        assert dialect.read(message, 600) == []
        assert not dialect.last(message) or "offline" in str(message)


def test_a_funasr_sentence_ends_by_its_mode_whatever_is_final_says() -> None:
    dialect = FunAsr()
    said = [dialect.read(json.dumps(data), 1_000 + 600 * at) for at, data in enumerate((
        {"mode": "2pass-online", "text": "居住", "is_final": True},
        {"mode": "2pass-online", "text": "证怎", "is_final": False},
        {"mode": "2pass-offline", "text": "<|zh|><|NEUTRAL|>居住证怎么办？", "is_final": False},
        {"mode": "2pass-offline", "text": "", "is_final": True},
    ))]  # fmt: skip
    assert [[(heard.text, heard.final) for heard in some] for some in said] == [
        [("居住", False)], [("居住证怎", False)], [("居住证怎么办？", True)], []
    ]  # fmt: skip


def test_what_the_second_pass_hears_nothing_of_is_taken_back() -> None:
    dialect = FunAsr()
    dialect.read('{"mode": "2pass-online", "text": "嗯"}', 900)
    (heard,) = dialect.read('{"mode": "2pass-offline", "text": ""}', 1_800)
    assert (heard.text, heard.final) == ("", True)


def test_vosk_is_told_the_end_to_the_letter_and_no_phrase_list() -> None:
    assert Vosk().bye() == END == '{"eof" : 1}'
    assert json.loads(Vosk().hello()) == {"config": {"sample_rate": 16_000, "words": True}}


def test_vosk_words_are_joined_and_placed() -> None:
    result = [{"word": "居住证", "start": 0.5, "end": 1.1}, {"word": "怎么", "start": 1.2, "end": 1.6}]
    assert Vosk().read(json.dumps({"text": "居住证 怎么", "result": result}), 2_000) == [
        Heard("居住证怎么", True, 500, 1_600, "")
    ]


def test_hot_words_are_within_the_runtimes_limits() -> None:
    words = [f"词{number}" for number in range(2_000)] + ["一二三四五六七八九十一", ""]
    hot = json.loads(json.loads(FunAsr(words).hello())["hotwords"])
    assert len(hot) == 1_000
    assert all(0 < len(word) <= 10 and 1 <= weight <= 100 for word, weight in hot.items())


def test_the_prompt_names_the_field_and_fits() -> None:
    words = field_words([f"{a}{b}证" for a in "甲乙丙丁戊己庚辛" for b in "子丑寅卯辰巳午未"])
    assert len(words) == 64
    assert "居住证、" in prompt(words)
    assert len(prompt(words)) <= 151
    assert prompt([]).endswith("随申办。")
