"""Redis or the database is killed, stuck, gone, locked or never was: people are answered all the same."""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from pathlib import Path

import httpx
import pytest

from tests.journeys.conftest import free_port, running
from tests.journeys.person import Person, alive, states, valkey_pid, wait_for

pytestmark = pytest.mark.engine

ITEM = "residence.permit.apply"
FIRST, SECOND = "办居住证要带什么", "那在哪办"


def test_redis_is_killed_then_stuck_in_the_middle_of_a_conversation(tmp_path: Path) -> None:
    with running(tmp_path, RATE_PER_MINUTE="10000") as server:
        server.wait("/readyz", 120)
        person = Person(server.url)
        assert person.say(FIRST).item == ITEM
        killed = valkey_pid(tmp_path)
        os.kill(killed, signal.SIGKILL)
        for _ in range(10):
            assert person.say(SECOND).item == ITEM
            time.sleep(0.2)
        wait_for(server.url, 20, redis="ok")
        assert valkey_pid(tmp_path) != killed
        assert person.say(SECOND).item == ITEM
        _stuck(person, valkey_pid(tmp_path))
        _ends(server.url, tmp_path, server.stop)


def _stuck(person: Person, pid: int) -> None:
    """A stopped process takes connections and never answers: the worst kind of loss."""
    os.kill(pid, signal.SIGSTOP)
    try:
        assert Person(person.url).say("你好").text
        assert person.say(SECOND).text
        assert states(person.url)["redis"] == "lost"
    finally:
        os.kill(pid, signal.SIGCONT)
    wait_for(person.url, 20, redis="ok")
    assert Person(person.url).say(FIRST).item == ITEM
    # What was sent into the hanging server took a turn there that nobody gives back; its lease ends after 15 s.
    assert person.say(SECOND, within_s=20).item == ITEM


def _ends(url: str, var: Path, stop: object) -> None:
    pid, begun = valkey_pid(var), time.monotonic()
    assert callable(stop)
    assert stop() == 0
    assert time.monotonic() - begun < 10
    assert not alive(pid), "a Valkey process was left behind"


def test_what_was_said_while_redis_was_away_is_known_when_it_is_back(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        server.wait("/readyz", 120)
        person = Person(server.url)
        assert person.say(FIRST).item == ITEM
        pid = valkey_pid(tmp_path)
        folder = tmp_path / "valkey"
        folder.chmod(0)  # keeps the server from coming back at once when we are not root
        os.kill(pid, signal.SIGKILL)
        changed = person.say("健康证要多少钱").item
        folder.chmod(0o700)
        wait_for(server.url, 20, redis="ok")
        assert person.say(SECOND).item == changed == "health.cert"


def test_a_redis_that_never_was(tmp_path: Path) -> None:
    with running(tmp_path, REDIS_URL=f"redis://127.0.0.1:{free_port()}") as server:
        wait_for(server.url, 120, engine="ok")
        assert httpx.get(f"{server.url}/readyz", timeout=10).status_code == 503
        assert states(server.url)["redis"] == "lost"
        person = Person(server.url)
        assert person.say(FIRST).item == ITEM
        assert person.say(SECOND).item == ITEM
        assert server.stop() == 0


def test_a_database_that_is_locked_then_free_then_deleted(tmp_path: Path) -> None:
    file = tmp_path / "laihutong.db"
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("CREATE TABLE held (x)")
    holder.execute("BEGIN EXCLUSIVE")
    with running(tmp_path) as server:
        server.wait("/readyz", 120)
        assert Person(server.url).say(FIRST).item == ITEM
        assert _log(server.log).count("knowledge.refresh_failed") >= 1
        holder.execute("ROLLBACK")
        holder.close()
        _wait_until(lambda: _versions(file) > 0, 40)
        for part in tmp_path.glob("laihutong.db*"):
            part.unlink()
        time.sleep(3)
        assert Person(server.url).say(FIRST).item == ITEM
        assert "Traceback" not in _log(server.log)
        assert server.stop() == 0


@pytest.mark.parametrize(
    "url",
    ["postgresql://nobody:secret-word@127.0.0.1:1/none", "sqlite:////proc/no/such/folder/x.db"],
    ids=["unreachable", "no folder"],
)
def test_a_database_that_is_not_there(tmp_path: Path, url: str) -> None:
    with running(tmp_path, DATABASE_URL=url) as server:
        server.wait("/readyz", 120)
        person = Person(server.url)
        assert person.say(FIRST).item == ITEM
        assert person.say(SECOND).item == ITEM
        assert "knowledge.refresh_failed" in _log(server.log)
        assert "secret-word" not in _log(server.log)
        assert "Traceback" not in _log(server.log)


@pytest.mark.parametrize("url", ["mysql://a:b@127.0.0.1/c", "nonsense", "sqlite://"])
def test_a_database_we_cannot_use_is_said_at_once(tmp_path: Path, url: str) -> None:
    with running(tmp_path, DATABASE_URL=url) as server:
        assert server.process.wait(30) in (1, 2)
        assert "DATABASE_URL" in _log(server.log)
        assert "Traceback" not in _log(server.log)


def _log(path: Path) -> str:
    return path.read_text("utf-8")


def _versions(file: Path) -> int:
    try:
        with sqlite3.connect(file) as reader:
            return int(reader.execute("SELECT count(*) FROM item_version").fetchone()[0])
    except sqlite3.Error:
        return 0


def _wait_until(true: object, seconds: float) -> None:
    assert callable(true)
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.2)
