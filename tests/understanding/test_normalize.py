"""One plain spelling, whatever comes in."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.normalize import READ_CHARS, normalize


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("居住證怎麼辦理", "居住证怎么办理"),
        ("我 要 办 居住证", "我要办居住证"),
        ("ＪＺＺ　８个月", "jzz 8个月"),
        ("嗯 那个 我想问一下公积金", "我想问一下公积金"),
        ("那个那个社保怎么交", "那个社保怎么交"),
        ("居\u200b住\ufeff证😀怎么办", "居住证怎么办"),
        ("好！！！！", "好!"),
        ("\t\n", ""),
    ],
)
def test_plain_spelling(said: str, plain: str) -> None:
    assert normalize(said) == plain


@pytest.mark.parametrize("answer", ["嗯", "那个", "哦", "啊", "公租房那个", "这个证"])
def test_short_answers_stay(answer: str) -> None:
    assert normalize(answer) == answer


@given(st.text(max_size=300))
def test_twice_changes_nothing(text: str) -> None:
    assert normalize(normalize(text)) == normalize(text)


@given(st.text(alphabet=" 嗯那个就是然后我要,。!", max_size=60))
def test_twice_changes_nothing_with_fillers(text: str) -> None:
    assert normalize(normalize(text)) == normalize(text)


@pytest.mark.parametrize("piece", ["那个 ", "嗯", "a", "\u0301", "我 ", ",", "居住证"])
def test_long_text_is_cut_and_quick(piece: str) -> None:
    began = time.perf_counter()
    assert len(normalize(piece * 50_000)) <= READ_CHARS
    assert time.perf_counter() - began < 1.0
