"""What agents press: seen on every screen, kept over the call, refused when it makes no sense."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from bot.channels.hotline.acts import words_behind
from bot.channels.hotline.assist.mind import Demand, Mind
from bot.errors import BadInput, Unavailable
from tests.channels.hotline.helper import Process, said
from tests.channels.hotline.test_calls import Screen


@pytest_asyncio.fixture()
async def here(valkey: Redis, sqlite_url: str) -> AsyncIterator[Process]:
    process = Process(valkey, sqlite_url)
    await process.calls.feed("c1", said("居住证"))
    yield process
    await process.stop()


async def test_said_and_pinned_are_seen_by_all_screens(here: Process) -> None:
    screen = Screen(here.calls, "c1")
    await screen.until("snapshot")
    await here.calls.act("c1", "小陈", {"type": "said", "item_id": "居住证"})
    marks = await screen.until("marks")
    assert [(one["item_id"], one["version"], one["by"], one["how"]) for one in marks["said"]] == [
        ("居住证", 1, "小陈", "marked")
    ]
    await here.calls.act("c1", "小陈", {"type": "pin", "item_id": "公积金", "on": True})
    assist = await screen.until("assist")
    assert [(one["item_id"], one["pinned"], one["said"]) for one in assist["items"]] == [
        ("居住证", False, True), ("公积金", True, False),
    ]  # fmt: skip
    await here.calls.act("c1", "小陈", {"type": "pin", "item_id": "公积金", "on": False})
    assert (await screen.until("marks", 3))["pinned"] == []
    await screen.close()


async def test_a_wrong_card_goes_and_is_written_down(here: Process) -> None:
    await here.calls.act("c1", "小陈", {"type": "wrong", "item_id": "居住证", "meant": "居住登记"})
    shot = await here.calls.snapshot("c1")
    assert [one["item_id"] for one in shot["assist"]["items"]] == ["居住登记"]
    (wrong,) = here.store.wrongs()
    assert (wrong.words, wrong.shown_item, wrong.meant_item, wrong.agent) == ("居住证", "居住证", "居住登记", "小陈")


def test_the_words_behind_a_card_are_those_that_asked_for_it() -> None:
    demands = (
        Demand("a", "ask_cost", "那个证多少钱", 3, 0, 900, 0.8),
        Demand("b", "ask_place", "在哪办", 4, 0, 900, 0.8),
    )
    mind = Mind(demands=demands, recent=("那个证多少钱", "在哪办", "谢谢"))
    assert words_behind(mind, "a") == "那个证多少钱"
    assert words_behind(mind, "c") == "那个证多少钱 在哪办 谢谢"


async def test_a_fact_is_typed_and_struck_out(here: Process) -> None:
    await here.calls.act("c1", "小陈", {"type": "fact", "fact": "social_insurance_months", "value": 8})
    assert (await here.calls.snapshot("c1"))["assist"]["facts"] == {"social_insurance_months": 8}
    await here.calls.act("c1", "小陈", {"type": "fact", "fact": "social_insurance_months", "value": None})
    assert (await here.calls.snapshot("c1"))["assist"]["facts"] == {}


@pytest.mark.parametrize(
    "message",
    [
        {}, {"type": "search"}, {"type": "said"}, {"type": "said", "item_id": 5},
        {"type": "said", "item_id": "x" * 200},
        {"type": "said", "item_id": "不在屏幕上"}, {"type": "pin", "item_id": "居住证"},
        {"type": "pin", "item_id": "居住证", "on": "yes"}, {"type": "wrong", "item_id": "居住证", "meant": 5},
        {"type": "fact", "fact": "no_such_fact", "value": 1}, {"type": "fact", "fact": ["x"], "value": 1},
        {"type": "fact", "fact": "social_insurance_months", "value": "八"},
        {"type": "fact", "fact": "social_insurance_months", "value": True},
        {"type": "fact", "fact": "social_insurance_months", "value": float("nan")},
        {"type": "fact", "fact": "social_insurance_months", "value": 10**4000},
        {"type": "fact", "fact": "social_insurance_months", "value": float("-inf")},
        {"type": "fact", "fact": "social_insurance_months", "value": {"min": 1}},
        {"type": "fact", "fact": "has_residence_permit", "value": 1},
    ],
)  # fmt: skip
async def test_what_makes_no_sense_is_refused_and_changes_nothing(here: Process, message: dict[str, Any]) -> None:
    before = await here.calls.snapshot("c1")
    with pytest.raises(BadInput):
        await here.calls.act("c1", "小陈", message)
    assert await here.calls.snapshot("c1") == before


async def test_a_database_that_is_away_holds_no_card_back(valkey: Redis, sqlite_url: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("stands where the folder should be")
    away = Process(valkey, f"sqlite:///{tmp_path}/file/calls.db")
    await away.calls.feed("c1", said("居住证"))
    with pytest.raises(Unavailable, match="没能记下来"):
        await away.calls.act("c1", "小陈", {"type": "wrong", "item_id": "居住证", "meant": None})
    assert (await away.calls.snapshot("c1"))["assist"]["items"] == []
    await away.stop()
