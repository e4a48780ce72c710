"""Answers that rest on no item."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from bot.answers import fixed
from bot.answers.chat import to_reply
from bot.errors import DataError
from bot.messages import Alert

FIRST_NUMBER = {
    "suicide": "12356",
    "self_harm_of_other": "120",
    "violence": "110",
    "serious_injury": "120",
    "forced_labour": "110",
    "trafficking": "110",
    "fire": "119",
}
PLACE: dict[str, Any] = {
    "name": "莘庄镇社区事务受理服务中心", "kind": "community_affairs_center", "distance_m": 900, "walking_minutes": 16,
    "hours": None, "phone": None, "verification": "unverified", "how_to_find": "在随申办里搜中心名字",
}  # fmt: skip


@pytest.mark.parametrize("alert", get_args(Alert))
def test_danger_gives_the_number_in_its_first_line(alert: Alert) -> None:
    answer = fixed.danger(alert)
    first, *then = to_reply(answer, "web").text.splitlines()
    assert FIRST_NUMBER[alert] in first
    assert len(then) == 2
    assert all(len(line) <= 34 for line in then)


def test_clarify_offers_short_names_and_a_way_out() -> None:
    answer = fixed.clarify(["失业保险金（上海）", "失业登记"])
    assert answer.quick_replies == ("失业保险金", "失业登记", "都不是")
    assert "1. 失业保险金" in to_reply(answer, "web").text


def test_clarify_keeps_brackets_that_tell_names_apart() -> None:
    answer = fixed.clarify(["转学（小学）", "转学（高中）"])
    assert answer.quick_replies[:2] == ("转学（小学）", "转学（高中）")


def test_noted_says_back_what_was_heard() -> None:
    answer = fixed.noted({"社保": "8个月", "孩子": "6岁"})
    assert answer.blocks[0].lines == ("记下了：社保 8个月，孩子 6岁。",)


def test_found_places_puts_the_nearest_first_and_its_state_last() -> None:
    text = to_reply(fixed.found_places([PLACE, {**PLACE, "name": "梅陇镇中心", "walking_minutes": None}]), "web").text
    assert text.splitlines() == [
        "最近的是莘庄镇社区事务受理服务中心，走路约16分钟",
        "· 在随申办里搜中心名字",
        "· 梅陇镇中心",
        "位置和时间是大概的，去之前打12345问清楚。",
    ]


def test_no_places_is_said() -> None:
    assert fixed.found_places([]).blocks[0].lines == ("这附近我没查到。",)


@pytest.mark.parametrize(
    "key",
    ["greet", "thanks", "goodbye", "capabilities", "out_of_scope", "repeat_nothing", "restarted", "noted_nothing",
     "place_none", "place_ask_where", "empty_message", "emoji_only"],
)  # fmt: skip
def test_phrases_that_need_nothing(key: str) -> None:
    assert to_reply(fixed.say(key), "wechat").text


def test_the_hotline_is_in_every_way_out() -> None:
    for answer in (fixed.not_understood("12345"), fixed.service_down("12345"), fixed.say("request_human", hotline="1")):
        assert "1" in to_reply(answer, "web").text


def test_quick_replies_travel_along() -> None:
    assert fixed.say("greet", ["居住证怎么办"]).quick_replies == ("居住证怎么办",)


@pytest.mark.parametrize(("key", "values"), [("no_such", {}), ("greet", {"x": "1"}), ("not_understood", {})])
def test_an_unknown_key_or_wrong_values_are_refused(key: str, values: dict[str, str]) -> None:
    with pytest.raises(DataError):
        fixed.say(key, **values)


def test_a_far_place_is_told_in_kilometres() -> None:
    far = {"name": "甲中心", "walking_minutes": 91, "distance_m": 5250, "verification": "unverified"}
    assert fixed.found_places([far]).blocks[0].lines == ("最近的是甲中心，大约5.2公里",)
