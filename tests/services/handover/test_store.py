"""Cases on SQLite and PostgreSQL: one open case a conversation, one clerk a case, one way out for each reply."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.errors import BadInput, Conflict, NotFound, Unavailable
from services.handover.store import MOST_CHARS, HandoverStore
from services.knowledge.store import KnowledgeStore


@pytest.fixture
def store(database_url: str) -> HandoverStore:
    made = HandoverStore(database_url)
    made.migrate()
    return made


def at_once(count: int, work: Callable[[int], object]) -> list[object]:
    def tried(n: int) -> object:
        try:
            return work(n)
        except (Conflict, Unavailable) as error:
            return type(error)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(tried, range(count)))


def test_its_tables_stand_beside_those_of_knowledge(database_url: str) -> None:
    KnowledgeStore(database_url).migrate()
    for _ in range(2):
        HandoverStore(database_url).migrate()
    KnowledgeStore(database_url).migrate()
    assert HandoverStore(database_url).waiting() == []


def test_the_way_of_a_case(store: HandoverStore) -> None:
    case, new = store.open("c1", "web", "asked", [("person", "人工"), ("machine", "打12345")])
    assert (new, case.state) == (True, "waiting")
    assert [one.id for one in store.waiting()] == [case.id]
    assert store.claim(case.id, "小王").staff == "小王"
    store.add(case.id, "person", "在吗", "k1")
    store.add(case.id, "person", "在吗", "k1")
    store.reply(case.id, "小王", " 在的 ")
    assert store.transfer(case.id, "小王", "小李").staff == "小李"
    store.reply(case.id, "小李", "我接着办")
    assert store.close(case.id, "小李").state == "closed"
    assert [(line.who, line.text) for line in store.history(case.id)] == [
        ("person", "人工"), ("machine", "打12345"), ("notice", "claimed"), ("person", "在吗"), ("staff", "在的"),
        ("notice", "transferred"), ("staff", "我接着办"), ("notice", "closed"),
    ]  # fmt: skip
    assert store.open_cases() == []
    assert store.open("c1", "web", "asked")[0].id != case.id


def test_only_who_has_it_may(store: HandoverStore) -> None:
    case, _ = store.open("c1", "web", "asked")
    with pytest.raises(Conflict):
        store.reply(case.id, "小王", "在")
    store.claim(case.id, "小王")
    for refused in (
        lambda: store.claim(case.id, "小李"),
        lambda: store.reply(case.id, "小李", "在"),
        lambda: store.transfer(case.id, "小李", "小张"),
        lambda: store.close(case.id, "小李"),
    ):
        with pytest.raises(Conflict):
            refused()
    assert store.transfer(case.id, "小王", "").state == "waiting"


@pytest.mark.parametrize("text", ["", "  ", "字" * (MOST_CHARS + 1)])
def test_a_reply_has_words_but_not_too_many(store: HandoverStore, text: str) -> None:
    case, _ = store.open("c1", "web", "asked")
    store.claim(case.id, "小王")
    with pytest.raises(BadInput):
        store.reply(case.id, "小王", text)


def test_what_is_not_there(store: HandoverStore) -> None:
    for missing in (store.get, store.history, lambda n: store.claim(n, "小王"), lambda n: store.reply(n, "小王", "在")):
        with pytest.raises(NotFound):
            missing(99)
    with pytest.raises(BadInput):
        store.claim(99, " ")


def test_many_at_once_open_one_case_and_one_of_them_gets_it(store: HandoverStore) -> None:
    opened = at_once(6, lambda n: store.open("c1", "web", "asked")[1])
    assert opened.count(True) == 1
    (case,) = store.waiting()
    claimed = at_once(6, lambda n: store.claim(case.id, f"员{n}").staff)
    assert len([one for one in claimed if isinstance(one, str)]) == 1


def test_a_reply_is_taken_by_one_sender(store: HandoverStore) -> None:
    case, _ = store.open("c1", "wechat", "asked")
    store.claim(case.id, "小王")
    line = store.reply(case.id, "小王", "带合同")
    assert store.take_outgoing(["web"]) == []
    taken = [one for found in at_once(4, lambda n: store.take_outgoing(["wechat"])) for one in list(found)]  # type: ignore[call-overload]
    assert [one.line.text for one in taken] == ["claimed"]
    assert store.take_outgoing(["wechat"]) == [], "the reply waits until the notice before it has left"
    store.sent(taken[0].line.id)
    assert [one.line.text for one in store.take_outgoing(["wechat"])] == ["带合同"]
    assert store.take_outgoing(["wechat"]) == []
    store.not_sent(line.id)
    assert [one.line.text for one in store.take_outgoing(["wechat"])] == ["带合同"]
    store.sent(line.id)
    assert store.history(case.id)[-1].sent_at is not None


def test_a_page_gets_what_is_new_to_it(store: HandoverStore) -> None:
    case, _ = store.open("c1", "web", "asked", [("person", "人工")])
    store.claim(case.id, "小王")
    first = store.for_page("c1", 0)
    assert [line.text for line in first] == ["claimed"]
    store.reply(case.id, "小王", "在的")
    assert [line.text for line in store.for_page("c1", first[-1].id)] == ["在的"]
    assert store.for_page("other", 0) == []


def test_everything_of_a_person_can_be_erased(store: HandoverStore) -> None:
    case, _ = store.open("c1", "wechat", "asked", [("person", "人工")])
    store.record("c1", 48001, "没有权限", "在的")
    assert [one["code"] for one in store.records()] == [48001]
    store.forget("c1")
    assert (store.open_cases(), store.records()) == ([], [])
    with pytest.raises(NotFound):
        store.get(case.id)


def test_a_database_that_is_gone_is_said_to_be(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        HandoverStore(f"sqlite:///{tmp_path / 'gone' / 'x.db'}").waiting()
