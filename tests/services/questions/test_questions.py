"""What was asked, on SQLite and PostgreSQL: masked, hashed, forgotten in time, erased, written without waiting."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.clock import now
from bot.dialogue.engine import Turned
from bot.errors import Unavailable
from bot.messages import Answer, Block, Entity, Inbound, Understood
from bot.operation.asked import area_of, asked_of
from bot.settings import ROOT
from services.knowledge.reference_files import load_subdistricts
from services.questions.counting import week_of
from services.questions.models import Asked, Tally, conversation_hash
from services.questions.recorder import Recorder
from services.questions.store import QuestionStore
from services.questions.tables import asked
from staff.clusters import clusters

ROW = Asked(now(), conversation_hash("c1"), "web", "绿本本咋整", "ask_procedure", "", 0.0, True, "没听懂", "", 0)
TOLD = replace(ROW, text="居住证怎么办", item_id="residence.permit.apply", item_score=0.9, told="先登记",
               told_item="residence.permit.apply", told_version=3)  # fmt: skip


@pytest.fixture
def store(database_url: str) -> Iterator[QuestionStore]:
    made = QuestionStore(database_url)
    yield made
    made.close()


def test_what_was_told_names_its_version(store: QuestionStore) -> None:
    store.add([ROW, TOLD])
    since = now() - timedelta(hours=1)
    until = now() + timedelta(hours=1)
    told = store.told(since, until, conversation_hash("c1"), "residence.permit.apply")
    assert [(row.told, row.told_version) for row in told] == [("先登记", 3)]
    assert store.told(since, until, conversation_hash("c2")) == []
    assert store.told(since - timedelta(days=9), since) == []


def test_questions_in_vain_leave_talk_and_good_answers_out(store: QuestionStore) -> None:
    store.add([ROW, TOLD, replace(ROW, act="greet"), replace(ROW, in_scope=False), replace(TOLD, item_score=0.3)])
    texts = sorted(row.text for row in store.in_vain(now() - timedelta(days=1)))
    assert texts == ["居住证怎么办", "绿本本咋整"]
    assert store.latest() == ["居住证怎么办"]


def test_old_rows_go_and_a_person_can_be_erased(store: QuestionStore) -> None:
    store.add([replace(ROW, at=now() - timedelta(days=200)), ROW, replace(ROW, conversation=conversation_hash("c2"))])
    assert store.forget(now() - timedelta(days=180)) == 1
    assert store.erase(conversation_hash("c1")) == 1
    assert len(store.in_vain(now() - timedelta(days=999))) == 1


def test_the_row_of_a_message_holds_no_name() -> None:
    answer = Answer((Block("lead", ("先登记",)),), item_id="residence.permit.apply", item_version=7)
    inbound = Inbound("wx-openid", "怎么办\x00\ud83d", "wechat", now().date())
    row = asked_of(inbound, Turned(Understood("怎么办", "怎么办", "ask_procedure", 0.9), (answer,)), "secret")
    assert (row.told, row.told_item, row.told_version) == ("先登记", "residence.permit.apply", 7)
    assert row.text == "怎么办?"
    assert row.conversation == conversation_hash("wx-openid", "secret")
    assert row.conversation != conversation_hash("wx-openid")


def test_rows_wait_for_a_database_that_is_away(store: QuestionStore, monkeypatch: pytest.MonkeyPatch) -> None:
    real, away = store.add, [True]

    def add(rows: list[Asked]) -> None:
        if away[0]:
            raise Unavailable("x")
        real(rows)

    monkeypatch.setattr(store, "add", add)
    recorder = Recorder(store, 180)
    recorder.start()
    begun = time.monotonic()
    for _ in range(300):
        recorder.put(ROW)
    assert time.monotonic() - begun < 0.5, "nobody waits"
    time.sleep(1.2)
    away[0] = False
    deadline = time.monotonic() + 10
    while len(store.in_vain(now() - timedelta(days=1))) < 300 and time.monotonic() < deadline:
        time.sleep(0.1)
    recorder.stop()
    assert len(store.in_vain(now() - timedelta(days=1))) == 300


def test_ending_writes_what_waits_and_zero_days_write_nothing(store: QuestionStore) -> None:
    recorder = Recorder(store, 180)
    recorder.start()
    recorder.put(ROW)
    recorder.stop()
    silent = Recorder(store, 0)
    silent.start()
    silent.put(ROW)
    silent.stop()
    assert len(store.in_vain(now() - timedelta(days=1))) == 1


def test_alike_questions_are_one_group() -> None:
    texts = ["绿本本咋整", "绿本本咋整啊", "绿本本咋整", "地铁票多少钱"]
    found = clusters([replace(ROW, text=text) for text in texts])
    assert [(group.count, group.examples) for group in found] == [
        (3, ("绿本本咋整", "绿本本咋整啊")),
        (1, ("地铁票多少钱",)),
    ]
    assert clusters([]) == []


def test_needs_are_counted_as_they_are_written(store: QuestionStore) -> None:
    follow_up = replace(TOLD, item_id="", item_score=0.0)  # "那要带什么": the item is the talk's topic
    place = replace(ROW, act="find_place", area="莘庄镇", topic="venue")
    talk = [replace(ROW, act=act) for act in ("greet", "inform", "danger")]
    store.add([ROW, TOLD, follow_up, place, *talk, replace(ROW, in_scope=False), replace(TOLD, item_score=0.3)])
    store.add([place])
    monday = week_of(now())
    assert store.counted("week", monday, {}) == {monday: Tally(6, 2)}
    assert store.counted("area", monday, {}) == {"": Tally(4, 2), "莘庄镇": Tally(2, 0)}
    assert store.counted("topic", monday, {"area": "莘庄镇"}) == {"venue": Tally(2, 0)}
    assert store.counted("channel", monday + timedelta(days=7), {}) == {}
    assert store.top_items(monday) == {"residence.permit.apply": Tally(3, 1)}
    assert store.erase(conversation_hash("c1")) == 10
    assert store.counted("week", monday, {}) == {monday: Tally(6, 2)}, "counts name nobody and stay"


def test_two_processes_count_the_same_cell(store: QuestionStore) -> None:
    store.add([TOLD])
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: store.add([TOLD, ROW]), range(12)))
    assert store.counted("week", week_of(now()), {}) == {week_of(now()): Tally(25, 12)}


def test_rows_from_before_the_columns_are_read(store: QuestionStore) -> None:
    store.add([TOLD])
    with store.transaction() as connection:
        connection.execute(asked.update().values(area=None, topic=None))
    (row,) = store.told(now() - timedelta(hours=1), now() + timedelta(hours=1))
    assert (row.area, row.topic) == ("", "")


def test_every_sub_district_is_known_by_its_name_and_nothing_else() -> None:
    def heard(kind: str, value: str) -> Understood:
        return Understood("x", "x", "find_place", 0.9, entities=(Entity(kind, value, 0, 1),))

    names = [area.name for area in load_subdistricts(ROOT / "places")]
    assert len(names) == 14
    assert [area_of(heard("place", name)) for name in names] == names
    for other in ("安徽", "浦东新区", "松江区", ""):
        assert area_of(heard("place", other)) == ""
    assert area_of(heard("certificate", "莘庄镇")) == ""


def test_whoever_leaves_is_erased_with_what_still_waits(store: QuestionStore, monkeypatch: pytest.MonkeyPatch) -> None:
    real, tries = store.erase, []

    def erase(conversation: str) -> int:
        tries.append(conversation)
        if len(tries) == 1:
            raise Unavailable("x")
        return real(conversation)

    monkeypatch.setattr(store, "erase", erase)
    other = replace(ROW, conversation=conversation_hash("c2"))
    store.add([ROW])
    recorder = Recorder(store, 180)
    for row in (ROW, other):
        recorder.put(row)
    recorder.erase(conversation_hash("c1"))
    recorder.put(replace(ROW, text="又来了"))
    recorder.start()
    deadline = time.monotonic() + 10
    while len(store.in_vain(now() - timedelta(days=1))) != 2 or len(tries) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    recorder.stop()
    left = {(row.conversation, row.text) for row in store.in_vain(now() - timedelta(days=1))}
    assert left == {(conversation_hash("c1"), "又来了"), (conversation_hash("c2"), ROW.text)}
    assert len(tries) == 2, "tried again while the database was away"


def test_where_nothing_is_kept_the_past_can_be_erased(store: QuestionStore) -> None:
    store.add([ROW])
    recorder = Recorder(store, 0)
    recorder.start()
    recorder.erase(conversation_hash("c1"))
    recorder.stop()
    assert store.in_vain(now() - timedelta(days=1)) == []
