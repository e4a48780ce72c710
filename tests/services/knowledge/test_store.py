"""The store on SQLite and PostgreSQL: seeding once, versions by day, concurrent publishers, a database that is gone."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.errors import NotFound, SetupError, Unavailable
from bot.settings import ROOT
from services import database
from services.knowledge.models import Item
from services.knowledge.store import KnowledgeStore
from tests.services.knowledge.made import TODAY, make_item


@pytest.fixture
def store(database_url: str) -> KnowledgeStore:
    made = KnowledgeStore(database_url)
    made.migrate()
    return made


def test_the_inventory_comes_back_unchanged(store: KnowledgeStore, inventory: tuple[Item, ...]) -> None:
    assert store.seed(inventory)
    assert store.published(TODAY) == [(item, 1) for item in sorted(inventory, key=lambda item: item.id)]


def test_a_second_seed_changes_nothing(store: KnowledgeStore) -> None:
    assert store.seed([make_item(name="先来的")])
    assert not store.seed([make_item(name="后来的")])
    assert [item.name for item, _ in store.published(TODAY)] == ["先来的"]
    assert store.revision() == 1


def test_migrating_twice_keeps_everything(store: KnowledgeStore) -> None:
    store.seed([make_item()])
    store.migrate()
    assert len(store.published(TODAY)) == 1


def test_a_version_answers_for_its_days(store: KnowledgeStore) -> None:
    store.seed([make_item(name="旧")])
    tomorrow = TODAY + timedelta(days=1)
    assert store.publish(make_item(name="新"), "小王", tomorrow) == 2
    assert [item.name for item, _ in store.published(TODAY)] == ["旧"]
    assert [(item.name, version) for item, version in store.published(tomorrow)] == [("新", 2)]
    on_the_day = store.version_on("housing.test.one", tomorrow)
    assert on_the_day is not None
    assert on_the_day.version == 2
    assert [p.version for p in store.versions("housing.test.one")] == [1, 2]
    assert store.versions("no.such.item") == []
    assert store.version_on("housing.test.one", date(1999, 12, 31)) is None


def test_a_retired_item_answers_only_for_earlier_days(store: KnowledgeStore) -> None:
    store.seed([make_item()])
    store.retire("housing.test.one", TODAY)
    assert len(store.published(TODAY)) == 1
    assert store.published(TODAY + timedelta(days=1)) == []
    assert store.revision() == 2
    with pytest.raises(NotFound):
        store.retire("no.such.item", TODAY)
    assert store.revision() == 2, "what failed is no news for the replicas"


def test_only_what_changed_is_loaded(store: KnowledgeStore) -> None:
    store.seed([make_item("housing.a"), make_item("housing.b")])
    store.publish(make_item("housing.b", name="改过"), "小王", TODAY)
    revision, changed = store.changed_since(1)
    assert revision == 2
    assert {item_id: [p.version for p in found] for item_id, found in changed.items()} == {"housing.b": [1, 2]}


def test_publishers_at_once_get_versions_of_their_own(store: KnowledgeStore) -> None:
    store.seed([make_item()])
    got: list[int] = []

    def publish() -> None:
        got.extend(store.publish(make_item(name=f"第{i}次"), "小王", TODAY) for i in range(5))

    threads = [threading.Thread(target=publish) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == list(range(2, 22))
    assert store.revision() == 21


def test_two_processes_may_start_at_once(database_url: str) -> None:
    start = (
        "import sys; from services.knowledge.store import KnowledgeStore;"
        "from tests.services.knowledge.made import make_item;"
        "s = KnowledgeStore(sys.argv[1]); s.migrate();"
        "print(s.seed([make_item(f'housing.n{i}') for i in range(50)]))"
    )
    command = [sys.executable, "-c", start, database_url]
    running = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    said = sorted(process.communicate(timeout=60)[0].strip() for process in running)
    assert said == ["False", "False", "True"]
    store = KnowledgeStore(database_url)
    assert (len(store.published(TODAY)), store.revision()) == (50, 1)


def test_a_locked_database_is_said_to_be_unavailable(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_MS", 100)
    store = KnowledgeStore(sqlite_url)
    store.migrate()
    store.seed([make_item()])
    other = sqlite3.connect(tmp_path / "knowledge.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable, match="资料库现在用不了"):
        store.publish(make_item(), "小王", TODAY)
    assert len(store.published(TODAY)) == 1, "readers do not wait for a writer"
    other.execute("ROLLBACK")
    assert store.publish(make_item(), "小王", TODAY) == 2


def test_a_deleted_file_is_noticed_and_not_made_anew(sqlite_url: str, tmp_path: Path) -> None:
    store = KnowledgeStore(sqlite_url)
    store.migrate()
    store.seed([make_item()])
    for path in tmp_path.glob("knowledge.db*"):
        path.unlink()
    with pytest.raises(Unavailable):
        store.revision()
    with pytest.raises(Unavailable):
        store.publish(make_item(), "小王", TODAY)
    assert not (tmp_path / "knowledge.db").exists()


def test_a_file_that_is_no_database(sqlite_url: str, tmp_path: Path) -> None:
    (tmp_path / "knowledge.db").write_text("这不是数据库" * 200, encoding="utf-8")
    with pytest.raises(Unavailable):
        KnowledgeStore(sqlite_url).migrate()


def test_a_server_that_is_not_there() -> None:
    store = KnowledgeStore("postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(Unavailable):
        store.revision()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://a@b/c"])
def test_a_database_that_cannot_be_used_is_refused_at_once(url: str) -> None:
    with pytest.raises(SetupError):
        KnowledgeStore(url)
