"""Ended calls and wrong cards, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.clock import now
from bot.errors import Conflict, NotFound, Unavailable
from services.calls.models import CallRecord
from services.calls.store import CallStore

BEGUN = now().replace(microsecond=0) - timedelta(minutes=5)
CALL = CallRecord("c1", BEGUN, BEGUN + timedelta(minutes=4), "小陈", [{"id": 0, "text": "喂"}], {"demand": "问居住证"})


@pytest.fixture
def store(database_url: str) -> CallStore:
    return CallStore(database_url)


def test_a_call_is_kept_and_found(store: CallStore) -> None:
    store.record(CALL)
    assert store.get("c1") == CALL
    assert store.listed(waiting=True) == [CALL]
    with pytest.raises(NotFound):
        store.get("c2")


def test_ended_once_more_it_stays_one_call(store: CallStore) -> None:
    store.record(CALL)
    longer = replace(CALL, ended_at=CALL.ended_at + timedelta(minutes=1), summary={"demand": "问两件事"})
    store.record(longer)
    assert store.listed() == [replace(longer, saves=1)]
    later = replace(CALL, started_at=BEGUN + timedelta(hours=1), ended_at=BEGUN + timedelta(hours=2))
    store.record(later)
    assert store.get("c1") == later
    assert len(store.listed()) == 2


def test_what_an_agent_saved_is_not_written_over(store: CallStore) -> None:
    store.record(CALL)
    day = date(2026, 12, 1)
    number = store.get("c1").id
    saved = store.save(number, 0, "小陈", {"demand": "改过"}, day)
    assert (saved.summary, saved.saved_by, saved.call_back_on, saved.saves) == ({"demand": "改过"}, "小陈", day, 1)
    store.case_opened(number, "MH1")
    assert store.one(number).case_number == "MH1"
    store.record(replace(CALL, transcript=[{"id": 1}], summary={"demand": "又算"}))
    kept = store.get("c1")
    assert (kept.summary, kept.transcript) == ({"demand": "改过"}, [{"id": 1}])
    assert store.listed(waiting=True) == []
    assert store.to_call_back(day) == [kept]
    assert store.to_call_back(day - timedelta(days=1)) == []
    asked = store.called_back(number, kept.saves, {"demand": "改过", "satisfaction": []}, None)
    assert (asked.call_back_on, asked.saved_by) == (None, "小陈")
    assert store.to_call_back(day) == []


def test_two_agents_save_at_once(store: CallStore) -> None:
    store.record(CALL)
    number = store.get("c1").id
    store.save(number, 0, "小陈", {"demand": "一"})
    for late in (
        lambda: store.save(number, 0, "小李", {"demand": "二"}),
        lambda: store.called_back(number, 0, {}, None),
    ):
        with pytest.raises(Conflict):
            late()
    assert store.get("c1").saved_by == "小陈"
    with pytest.raises(NotFound):
        store.save(number + 1, 0, "小陈", {})


def test_who_has_an_older_summary_before_them_cannot_save_it(store: CallStore) -> None:
    store.record(CALL)
    store.record(CALL)
    assert store.get("c1").saves == 0, "the same once more changes nothing"
    store.record(replace(CALL, summary={"demand": "问两件事"}))
    with pytest.raises(Conflict):
        store.save(store.get("c1").id, 0, "小陈", {"demand": "一件"})


def test_a_later_call_of_the_same_name_is_not_written_over(store: CallStore) -> None:
    store.record(CALL)
    first = store.get("c1").id
    store.record(replace(CALL, started_at=BEGUN + timedelta(hours=1), ended_at=BEGUN + timedelta(hours=2)))
    store.save(first, 0, "小陈", {"demand": "第一通"})
    assert (store.one(first).saved_by, store.get("c1").saved_by) == ("小陈", "")


def test_wrong_cards(store: CallStore) -> None:
    store.wrong("c1", "办那个证", "a", "b", "小陈")
    store.wrong("c1", "还有", "c", "", "小陈")
    last, first = store.wrongs()
    assert (first.words, first.shown_item, first.meant_item, last.meant_item) == ("办那个证", "a", "b", "")
    store.wrong("c2", "来了新的", "a", "b", "小陈")
    assert store.wrong_done("a", "b", first.id, "小王") == 1
    assert [one.words for one in store.wrongs()] == ["来了新的", "还有"]
    assert [one.done_by for one in store.wrongs(done=True)] == ["小王"]
    assert store.wrong_done("a", "b", 0, "小王") == store.wrong_done("no", "", 99, "小王") == 0
    assert last in store.wrongs()


def test_what_is_too_old_goes(store: CallStore) -> None:
    store.record(CALL)
    store.record(
        replace(CALL, call_id="old", started_at=BEGUN - timedelta(days=40), ended_at=BEGUN - timedelta(days=39))
    )
    store.wrong("c1", "办那个证", "a", "b", "小陈")
    assert store.forget(now() - timedelta(days=30)) == 1
    assert [one.call_id for one in store.listed()] == ["c1"]
    assert len(store.wrongs()) == 1
    assert store.erase("c1") == 1
    assert store.listed() == []
    assert store.wrongs() == []


def test_a_database_that_is_away() -> None:
    with pytest.raises(Unavailable):
        CallStore("postgresql://nobody@127.0.0.1:1/none").record(CALL)
