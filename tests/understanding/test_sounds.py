"""Sound, pinyin and initials: what is meant is found whatever way it is written."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.latin import LatinReader
from bot.understanding.pinyin import initials, readings, syllables
from bot.understanding.respell import Respeller
from bot.understanding.segment import Segmenter

WORDS = {"公积金": 90, "居住证": 80, "社保": 70, "办": 40, "提取": 30, "多少": 30, "要": 30, "改": 50, "医保": 60}


@pytest.mark.parametrize(
    ("one", "other"),
    [("居住证", "居主证"), ("工伤", "公桑"), ("湖南", "福兰"), ("城里", "岑你"), ("公积金", "公鸡金")],
)
def test_accents_sound_alike(one: str, other: str) -> None:
    assert syllables(one) == syllables(other)


def test_different_words_sound_different() -> None:
    assert syllables("公租房") != syllables("保租房")
    assert readings()["女"] == "nv"
    assert initials("公积金") == "gjj"
    assert initials("公a金") == ""


@pytest.mark.parametrize(
    ("said", "meant"),
    [("gjj", "公积金"), ("juzhuzheng", "居住证"), ("ban ju zhu zheng", "办居住证"), ("gjj tiqu", "公积金提取")],
)
def test_pinyin_and_initials(said: str, meant: str) -> None:
    assert LatinReader(WORDS, ["app"]).read(said) == meant


@pytest.mark.parametrize("said", ["app", "xqz", "vvvv", "", "8个月"])
def test_other_letters_stay(said: str) -> None:
    assert LatinReader(WORDS, ["app"]).read(said) == said


def test_long_runs_of_letters_are_quick() -> None:
    began = time.perf_counter()
    LatinReader(WORDS).read("xianganeanaoeng" * 30 + " " + "xian" * 15)
    assert time.perf_counter() - began < 0.5


@pytest.fixture(scope="module")
def respeller() -> Respeller:
    return Respeller(WORDS, Segmenter(WORDS))


@pytest.mark.parametrize(("wrong", "right"), [("办居主证", "办居住证"), ("社宝提取", "社保提取")])
def test_wrong_characters_of_the_right_sound(respeller: Respeller, wrong: str, right: str) -> None:
    assert respeller.respell(wrong) == right


@pytest.mark.parametrize("text", ["我要改社保", "居住证办好了", "今天下雨", ""])
def test_right_characters_stay(respeller: Respeller, text: str) -> None:
    assert respeller.respell(text) == text


@given(st.text(max_size=60))
def test_respelling_keeps_the_length(text: str) -> None:
    assert len(Respeller(WORDS, _SEGMENTER).respell(text)) == len(text)


_SEGMENTER = Segmenter(WORDS)
