"""In: messages with and without personal numbers. Out: every personal number is gone, everything else is kept."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels import masking
from bot.channels.masking import mask

SPOKEN = str.maketrans("0123456789", "零幺二三四五六七八九")
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
BIRTHS = st.dates(min_value=date(1930, 1, 1), max_value=date(2020, 1, 1))
PHONES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
BEFORE = st.sampled_from(["我手机", "打", "，", "", "老乡的号是", "\n", "tel:", "一共两个：", "2025年12月1日 "])
AFTER = st.sampled_from(["一直没人接", "。", "", "九点打", "\n来回电", " 谢谢", "、", "ok"])


@st.composite
def identities(draw: st.DrawFn) -> str:
    """A valid identity number of 18 characters."""
    number = draw(st.sampled_from(["310112", "412728", "340102", "830000"])) + draw(BIRTHS).strftime("%Y%m%d")
    number += f"{draw(st.integers(0, 999)):03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return number + "10X98765432"[sum(w * int(d) for w, d in zip(weights, number, strict=True)) % 11]


@st.composite
def spaced(draw: st.DrawFn, numbers: st.SearchStrategy[str]) -> str:
    """A number as people write it: in one piece, digit by digit, spoken, or in full width."""
    number = draw(numbers)
    way = draw(st.sampled_from(["plain", "spaces", "dashes", "lines", "spoken", "wide"]))
    joined = {"spaces": " ", "dashes": "-", "lines": "\n"}
    if way in joined:
        return joined[way].join(number)
    return number.translate({"spoken": SPOKEN, "wide": WIDE}.get(way, {}))


@given(BEFORE, spaced(PHONES), AFTER)
def test_mobile_numbers_go_however_they_are_written(before: str, phone: str, after: str) -> None:
    assert mask(before + phone + after) == f"{before}〔手机号〕{after}"


@given(BEFORE, spaced(identities()), AFTER)
def test_identity_numbers_go_however_they_are_written(before: str, number: str, after: str) -> None:
    assert mask(before + number + after) == f"{before}〔身份证号〕{after}"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("138-1234-5678", "〔手机号〕"),
        ("+86 138 1234 5678", "〔手机号〕"),
        ("0086-13812345678", "〔手机号〕"),
        ("138\n12345678", "〔手机号〕"),
        ("138，1234，5678", "〔手机号〕"),
        ("幺三八，一二三四，五六七八", "〔手机号〕"),
        ("1990-01-01 139 1234 5678", "1990-01-01 〔手机号〕"),
        ("310112 19900101 1234", "〔身份证号〕"),
        ("身份证号310112650308123", "身份证号〔身份证号〕"),
        ("31011219900101123x,", "〔身份证号〕,"),
        ("6222 0212 3456 7890 128", "〔银行卡号〕"),
        ("卡号4111 1111 1111 1111 300元", "卡号〔银行卡号〕元"),
        ("4111111111111111", "〔银行卡号〕"),
        ("021-54321098", "〔座机号〕"),
        ("（021）54321098", "〔座机号〕"),
        ("0566-7654321转8", "〔座机号〕转8"),
        ("座机是54321098", "座机是〔座机号〕"),
        ("沪A12345被拖走了", "〔车牌号〕被拖走了"),
        ("沪A·D12345", "〔车牌号〕"),
        ("皖 k 1 2 3 4 5", "〔车牌号〕"),
        ("沪A12345D", "〔车牌号〕"),
        ("居住证编号：SH20231234567", "居住证编号：〔居住证号〕"),
        ("护照E12345678", "护照〔护照号〕"),
        ("CAN310082090201", "〔居住证号〕"),
        ("通行证H12345678", "通行证〔通行证号〕"),
        ("13812345678310112199001011234", "〔长串号码〕"),
        ("13812345678,310112199001011234", "〔手机号〕,〔身份证号〕"),
    ],
)
def test_each_kind_is_named(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "打12345还是12333，或者021-12348、962525",
        "沪府规〔2025〕9号，沪人社规〔2023〕12号",
        "街道代码310112101，村310112101001",
        "2025年12月1日到2026-11-30，1990-01-01 100元",
        "月薪15000，2023-05到2025-11，房租3500一个月，3号楼101室",
        "1500 2000 300",
        "工资分别是13000 15000 9000",
        "一共三万六千九百二十一块",
        "二〇二五年十二月一日",
        "400-820-8820",
        "310112101001310112 不是身份证",
        "沪C牌照能进外环吗",
        "沪A2025年",
        "",
        "　\u200b",
    ],
)
def test_public_numbers_amounts_and_dates_stay(text: str) -> None:
    assert mask(text) == text


def test_office_numbers_under_places_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(masking, "public_numbers", lambda: frozenset({"64985020"}))
    assert mask("021-64985020和021-54321098") == "021-64985020和〔座机号〕"
    assert mask("电话64985020") == "电话64985020"


PIECES = st.sampled_from(
    [*"138一幺０ -\nXE沪AD（，年", "19900101", "310112", "62220212", "13812345678", "021", "+86", "CAN"]
) | st.sampled_from(["〔手机号〕", "居住证号", "护照", "电话"])


@given(st.lists(PIECES, max_size=40).map("".join))
def test_masking_twice_changes_nothing_more(text: str) -> None:
    once = mask(text)
    assert mask(once) == once


@given(st.text(max_size=200))
def test_any_text_is_accepted(text: str) -> None:
    assert isinstance(mask(text), str)


@pytest.mark.parametrize(
    "piece",
    ["1", "一", "1 ", "4 ", "19 ", "6222 ", "沪A", "0 ", "310112 1990 ", "居住证号", "E1234567 ", "1" + "—" * 3],
)
def test_time_grows_with_the_text_only(piece: str) -> None:
    """Ten times the text may take at most about ten times as long (the least of three tries each)."""

    def seconds(size: int) -> float:
        text, tries = piece * (size // len(piece)), []
        for _ in range(3):
            begun = time.process_time()
            mask(text)
            tries.append(time.process_time() - begun)
        return min(tries)

    assert seconds(20_000) < 25 * max(seconds(2_000), 0.002)
