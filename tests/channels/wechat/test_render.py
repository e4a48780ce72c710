"""One message for one answer: under 2,048 bytes, cut at sentences, choices that work by number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers.fixed import clarify, say
from bot.channels.wechat.render import MOST_BYTES, Outgoing, chosen, followed, next_page, outgoing, paged, split
from bot.messages import Answer, Block


def test_blocks_and_answers_are_one_message() -> None:
    out = outgoing([say("thanks"), say("greet")])
    assert out.text.count("\n") == 1
    assert out.plain().splitlines()[-3:] == ["1 孩子上小学要什么条件", "2 老板不发工资找谁", "3 居住证怎么办"]


def test_choices_that_are_listed_are_not_listed_twice() -> None:
    out = outgoing([clarify(["公租房（市筹）", "保租房"])])
    assert out.plain() == out.text
    assert "1. 公租房" in out.text
    assert chosen("2", out.choices) == "保租房"


def test_a_single_choice_has_no_number() -> None:
    out = outgoing([Answer((Block("lead", ("社保交了几个月？",)),), ("不知道",))])
    assert out.plain().endswith("也可以回：不知道")
    assert chosen("2", out.choices) == "2"
    assert chosen("1", out.choices) == "1"


@pytest.mark.parametrize("said", ["2", "２", "二", "第二个", "第2个", " 2。", "2、"])
def test_numbers_as_people_write_them(said: str) -> None:
    assert chosen(said, ["在哪办", "要花钱吗"]) == "要花钱吗"


@pytest.mark.parametrize("said", ["0", "5", "22", "2个月", "第二", "公租房", "两年"])
def test_other_words_stay_as_they_are(said: str) -> None:
    assert chosen(said, ["在哪办", "要花钱吗"]) == ("要花钱吗" if said == "第二" else said)


@given(st.text(alphabet="一二。！\n字a😀", max_size=3_000), st.lists(st.text(alphabet="好吗", min_size=1, max_size=30)))
def test_no_page_is_too_long_and_no_word_is_lost(text: str, choices: list[str]) -> None:
    out = paged(text, choices)
    pages = [Outgoing(out.text, out.choices, out.listed), *(Outgoing(page) for page in out.rest)]
    assert all(len(page.plain().encode()) <= MOST_BYTES for page in pages)
    assert all(len(page.linked().encode()) <= MOST_BYTES for page in pages)
    assert "".join(page.text for page in pages).replace("\n", "") == text.replace("\n", "")


def test_pages_end_at_sentences_and_offer_more() -> None:
    out = paged("这是一句话。" * 200)
    assert all(page.endswith("。") for page in (out.text, *out.rest))
    assert out.choices == ("更多",)
    assert len(out.rest) >= 1


def test_the_last_page_offers_what_the_whole_did() -> None:
    out = paged("这是一句话。" * 200, ("甲", "乙"))
    while out.rest:
        assert out.choices == ("更多",)
        out = next_page(out.rest, out.later)
    assert out.choices == ("甲", "乙")
    assert paged("短", ("甲", "乙")).in_the_end == paged("这是一句话。" * 200, ("甲", "乙")).in_the_end == ("甲", "乙")


@pytest.mark.parametrize("long", ["", "这是一句话。" * 200])
def test_what_is_owed_goes_before_and_takes_no_choice_away(long: str) -> None:
    out = followed(Outgoing(f"欠你的。{long}"), paged(f"这次的。{long}", ("甲", "乙")))
    said = [out.text]
    while out.rest:
        assert out.choices == ("更多",)
        out = next_page(out.rest, out.later)
        said.append(out.text)
    assert out.choices == ("甲", "乙")
    assert "".join(said).replace("\n", "") == f"欠你的。{long}这次的。{long}"
    assert all(len(page.encode()) <= MOST_BYTES - 500 for page in said)


def test_a_sentence_longer_than_a_page_is_cut_between_characters() -> None:
    assert "".join(split("字" * 2_000)) == "字" * 2_000


def test_links_say_what_they_send() -> None:
    shown = Outgoing("好", ("要 <钱> 吗&",)).linked()
    assert "msgmenucontent=%E8%A6%81%20%3C%E9%92%B1%3E" in shown
    assert ">要 &lt;钱&gt; 吗&amp;</a>" in shown
