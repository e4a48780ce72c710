"""Words of the domain by their sound: what recognisers write is mended, what people write stays as it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.by_sound import SoundReader
from bot.understanding.segment import Segmenter

WORDS = {
    "居住证": 900, "积分": 700, "加班费": 60, "加班": 60, "医保": 400, "灵活就业": 80, "电工证": 20, "工伤": 200,
    "补办": 30, "交": 500, "自己": 90, "怎么": 2_000, "算": 90, "要": 3_000, "不": 3_000, "办": 1_500, "的": 5_000,
    "人": 900, "什么": 900, "条件": 200, "考": 60, "我": 4_000, "手": 40, "被": 90, "了": 4_000, "材料": 300,
}  # fmt: skip
READER = SoundReader(WORDS, Segmenter(["公租房", "唔见"]))


@pytest.mark.parametrize(
    ("heard", "said"),
    [
        ("家班费怎么算", "加班费怎么算"), ("居住证机非要什么材料", "居住证积分要什么材料"),
        ("考店公正要什么条件", "考电工证要什么条件"),
        ("凌伙就业的人怎么自己交易保", "灵活就业的人怎么自己交医保"), ("支柱证怎么办", "居住证怎么办"),
    ],
)  # fmt: skip
def test_what_a_recogniser_wrote(heard: str, said: str) -> None:
    assert READER.read(heard) == said
    assert READER.read(said) == said


STAY = ("我不办了", "手被压伤了", "房间要什么条件", "公司交易", "居住证唔见了", "", "OK 12345!", "我")


@pytest.mark.parametrize("text", STAY)
def test_what_means_something_else_stays(text: str) -> None:
    assert READER.read(text) == text


@given(st.text(max_size=60))
def test_any_text_keeps_its_length(text: str) -> None:
    assert len(READER.read(text)) == len(text)
