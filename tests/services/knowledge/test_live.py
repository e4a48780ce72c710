"""Live knowledge: what one replica publishes the other shows; failures leave the old items in force."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.errors import Unavailable
from services.knowledge.finder import Finder
from services.knowledge.live import Builder, Commit, LiveKnowledge
from services.knowledge.snapshot import Snapshot
from services.knowledge.store import KnowledgeStore
from tests.services.knowledge.made import TODAY, make_item
from tests.services.servers import valkey_server

ONE = "housing.test.one"
Starter = Callable[..., LiveKnowledge]


def wait_for(what: Callable[[], bool], seconds: float) -> float:
    """Seconds until it was so; fails the test when it takes longer than allowed."""
    began = time.monotonic()
    while not what():
        if time.monotonic() - began > seconds:
            pytest.fail(f"not so after {seconds} s")
        time.sleep(0.01)
    return time.monotonic() - began


@pytest.fixture
def start() -> Iterator[Starter]:
    """Starts replicas and stops them after the test."""
    running: list[LiveKnowledge] = []

    def make(
        url: str, redis_url: str | None = None, builders: list[Builder] | None = None, **kw: object
    ) -> LiveKnowledge:
        kw.setdefault("today", lambda: TODAY)
        live = LiveKnowledge(KnowledgeStore(url), [make_item(name="旧名")], redis_url, builders or [], **kw)  # type: ignore[arg-type]
        live.start()
        running.append(live)
        return live

    yield make
    for live in running:
        live.stop()


def name(live: LiveKnowledge, item_id: str = ONE) -> str:
    found = live.snapshot.on(item_id)
    return found.item.name if found else ""


@pytest.mark.parametrize("with_redis", [True, False])
def test_a_publish_is_visible_on_another_replica(
    start: Starter, database_url: str, redis_url: str, with_redis: bool
) -> None:
    url = redis_url if with_redis else None
    one = start(database_url, url)
    finder = Finder()
    two = start(database_url, url, [finder.build], poll_s=30 if with_redis else 1)
    wait_for(lambda: not with_redis or _listeners(redis_url) >= 2, 3)
    one.publish(make_item(name="积木房申请"), "小王", TODAY)
    assert wait_for(lambda: name(two) == "积木房申请", 2) < 2
    assert [hit.item_id for hit in finder.search("jimufang")] == [ONE]
    assert two.snapshot.versions == {ONE: 2}


def _listeners(url: str) -> int:
    import redis

    return int(redis.Redis.from_url(url).pubsub_numsub("knowledge")[0][1])


def test_redis_that_dies_and_comes_back_does_not_stop_the_news(start: Starter, sqlite_url: str) -> None:
    with valkey_server() as url:
        one, two = start(sqlite_url, url), start(sqlite_url, url)
    one.publish(make_item(name="没有 Redis 也行"), "小王", TODAY)
    wait_for(lambda: name(two) == "没有 Redis 也行", 2)


def test_a_failing_builder_keeps_the_old_items_everywhere(start: Starter, sqlite_url: str) -> None:
    in_force: list[int] = []
    broken = threading.Event()

    def good(snapshot: Snapshot) -> Commit:
        return lambda: in_force.append(snapshot.revision)

    def bad(snapshot: Snapshot) -> None:
        if broken.is_set():
            raise ValueError("index is broken")

    live = start(sqlite_url, None, [good, bad], poll_s=0.05)
    broken.set()
    live.publish(make_item(name="新名"), "小王", TODAY)
    time.sleep(0.4)
    assert (name(live), in_force) == ("旧名", [1]), "no part may change alone"
    broken.clear()
    wait_for(lambda: name(live) == "新名", 3)
    assert in_force == [1, 2]


def test_a_database_that_goes_leaves_the_items(start: Starter, sqlite_url: str, tmp_path: Path) -> None:
    live = start(sqlite_url, poll_s=0.05)
    for path in tmp_path.glob("knowledge.db*"):
        path.unlink()
    time.sleep(0.3)
    assert name(live) == "旧名"
    with pytest.raises(Unavailable):
        live.publish(make_item(), "小王", TODAY)


def test_without_a_database_the_files_answer(start: Starter) -> None:
    live = start("postgresql://nobody@127.0.0.1:1/none")
    assert (name(live), live.snapshot.revision) == ("旧名", -1)


def test_the_database_is_taken_up_when_it_comes(start: Starter, tmp_path: Path) -> None:
    blocker = tmp_path / "folder"
    blocker.write_text("in the way")
    live = start(f"sqlite:///{blocker / 'knowledge.db'}", poll_s=0.05)
    assert live.snapshot.revision == -1
    blocker.unlink()
    wait_for(lambda: live.snapshot.revision == 1, 4)


def test_a_version_for_tomorrow_comes_at_midnight(start: Starter, sqlite_url: str) -> None:
    day = [TODAY]
    live = start(sqlite_url, today=lambda: day[0], poll_s=0.05)
    live.publish(make_item(name="明天的"), "小王", TODAY + timedelta(days=1))
    wait_for(lambda: live.snapshot.revision == 2, 2)
    assert name(live) == "旧名"
    day[0] = TODAY + timedelta(days=1)
    wait_for(lambda: name(live) == "明天的", 2)


def test_another_database_in_its_place_is_loaded_whole(sqlite_url: str) -> None:
    store = KnowledgeStore(sqlite_url)
    live = LiveKnowledge(store, [make_item()], today=lambda: TODAY)
    live.refresh()
    live.publish(make_item("housing.extra"), "小王", TODAY)
    live.refresh()
    assert set(live.snapshot.current) == {ONE, "housing.extra"}
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    for file in path.parent.glob("knowledge.db*"):
        file.unlink()
    store.migrate()
    store.seed([make_item("housing.fresh")])
    assert live.refresh()
    assert set(live.snapshot.current) == {"housing.fresh"}


def test_a_new_item_from_the_past_changes_nothing_by_itself(sqlite_url: str) -> None:
    live = LiveKnowledge(KnowledgeStore(sqlite_url), [make_item()], today=lambda: TODAY)
    with pytest.raises(Unavailable, match="还没有载入"):
        _ = live.snapshot
    assert live.refresh()
    assert not live.refresh(), "nothing new, nothing rebuilt"
    assert live.snapshot.on(ONE, date(1999, 1, 1)) is None
