"""Drafts on SQLite and PostgreSQL: four eyes, two editors at once, schedules, a version that came in between."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from bot.errors import BadInput, Conflict, NotAllowed, NotFound
from services.knowledge.contradictions import clashes
from services.knowledge.drafts import Drafts, Plan
from services.knowledge.files import plain
from services.knowledge.store import KnowledgeStore
from tests.services.knowledge.made import TODAY, make_item

OLD, NEW = make_item(fee="免费"), make_item(fee="10元")


@pytest.fixture
def store(database_url: str) -> KnowledgeStore:
    made = KnowledgeStore(database_url)
    made.migrate()
    made.seed([OLD])
    return made


@pytest.fixture
def drafts(store: KnowledgeStore) -> Drafts:
    return Drafts(store)


def handed_in(drafts: Drafts, plan: Plan = Plan()) -> int:  # noqa: B008
    number = drafts.begin(NEW.id, plain(NEW), "小王", plan)
    drafts.submit(number, "小王")
    return number


def test_from_draft_to_version(drafts: Drafts, store: KnowledgeStore) -> None:
    number = handed_in(drafts, Plan(reason="收费了"))
    saves = drafts.get(number).saves
    assert drafts.publish(number, saves, NEW, "老李", TODAY) == 2
    done = drafts.get(number)
    assert (done.state, done.reviewer, done.published_version, done.plan.reason) == ("published", "老李", 2, "收费了")
    (newest, _) = store.records(NEW.id)
    assert (newest.version, newest.author, newest.approver) == (2, "小王", "老李")
    assert store.published(TODAY) == [(NEW, 2)]


def test_nobody_approves_their_own(drafts: Drafts, store: KnowledgeStore) -> None:
    number = handed_in(drafts)
    with pytest.raises(NotAllowed):
        drafts.publish(number, drafts.get(number).saves, NEW, "小王", TODAY)
    assert store.published(TODAY) == [(OLD, 1)]
    assert store.revision() == 1, "what failed is no news for the replicas"


def test_two_editors_at_once_overwrite_nothing(drafts: Drafts) -> None:
    number = drafts.begin(NEW.id, plain(OLD), "小王")
    assert drafts.save(number, 1, {"name": "小王写的"}, Plan()) == 2
    with pytest.raises(Conflict):
        drafts.save(number, 1, {"name": "小张写的"}, Plan())
    assert drafts.get(number).body == {"name": "小王写的"}


def test_saves_at_the_very_same_time_let_one_through(drafts: Drafts) -> None:
    number = drafts.begin(NEW.id, plain(OLD), "小王")
    came: list[str] = []

    def save(who: str) -> None:
        try:
            drafts.save(number, 1, {"name": who}, Plan())
            came.append(who)
        except Conflict:
            pass

    threads = [threading.Thread(target=save, args=(f"第{i}人",)) for i in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [drafts.get(number).body["name"]] == came


def test_what_changed_after_the_approver_looked_is_not_published(drafts: Drafts) -> None:
    number = handed_in(drafts)
    seen = drafts.get(number).saves
    drafts.give_back(number, "老李", "金额不对")
    assert drafts.get(number).remark == "金额不对"
    with pytest.raises(Conflict):
        drafts.publish(number, seen, NEW, "老李", TODAY)
    drafts.submit(number, "小王")
    with pytest.raises(Conflict):
        drafts.publish(number, seen, NEW, "老李", TODAY)


def test_a_version_that_came_in_between_is_not_undone(drafts: Drafts, store: KnowledgeStore) -> None:
    number = handed_in(drafts)
    store.publish(make_item(fee="20元"), "别人", TODAY)
    with pytest.raises(Conflict):
        drafts.publish(number, drafts.get(number).saves, NEW, "老李", TODAY)
    assert store.published(TODAY)[0][0].fee == "20元"


def test_a_text_for_some_days_gives_way_to_the_one_before(drafts: Drafts, store: KnowledgeStore) -> None:
    start, end = TODAY + timedelta(days=10), TODAY + timedelta(days=20)
    number = handed_in(drafts, Plan(start, end))
    drafts.publish(number, drafts.get(number).saves, NEW, "老李", TODAY)
    fees = [store.published(day)[0][0].fee for day in (TODAY, start, end, end + timedelta(days=1))]
    assert fees == ["免费", "10元", "10元", "免费"]


def test_a_plan_that_has_passed_is_refused(drafts: Drafts) -> None:
    number = handed_in(drafts, Plan(None, TODAY - timedelta(days=1)))
    with pytest.raises(BadInput):
        drafts.publish(number, drafts.get(number).saves, NEW, "老李", TODAY)


def test_steps_out_of_order_are_refused(drafts: Drafts) -> None:
    number = drafts.begin(NEW.id, plain(NEW), "小王")
    with pytest.raises(Conflict):
        drafts.give_back(number, "老李", "x")
    drafts.drop(number)
    for step in (lambda: drafts.drop(number), lambda: drafts.submit(number, "小王")):
        with pytest.raises(Conflict):
            step()
    assert drafts.listed() == []
    with pytest.raises(NotFound):
        drafts.submit(99, "小王")


def test_the_same_number_with_another_value_is_noticed() -> None:
    number = {"fee_cap": {"value": 10, "unit": "元", "note": "工本费"}}
    other = make_item("housing.test.two", "另一个", numbers={"fee_cap": {"value": 20, "unit": "元", "note": "工本费"}})
    found = list(clashes(make_item(numbers=number), [make_item(), other]))
    assert [clash.item_id for clash in found] == ["housing.test.two"]
    assert "10" in found[0].message
    assert "20" in found[0].message
    assert not list(clashes(other, [other]))
    elsewhere = other.copy(update={"id": "culture.test", "topic": "culture", "sources": ()})
    assert not list(clashes(make_item(numbers=number), [elsewhere]))


def test_names_and_aliases_that_stand_twice_are_noticed() -> None:
    one, two = make_item(aliases=["租房补贴"]), make_item("housing.b", "别的", aliases=["租房补贴"])
    assert "租房补贴" in next(clashes(one, [two])).message
    assert "两遍" in next(clashes(one, [make_item("housing.c")])).message
