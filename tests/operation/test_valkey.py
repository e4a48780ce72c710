"""In: a folder. Out: one real Valkey server in it, shared, restarted when killed, stopped by the last user."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from bot.errors import SetupError
from bot.operation import valkey_paths
from bot.operation.valkey import EmbeddedRedis


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedRedis]:
    embedded = EmbeddedRedis(tmp_path / "var")
    yield embedded
    embedded.stop_now()


def client(embedded: EmbeddedRedis) -> redis.Redis[str]:
    return redis.Redis.from_url(embedded.url, decode_responses=True)


def pid(embedded: EmbeddedRedis) -> int:
    return int(client(embedded).info()["process_id"])


def wait_for_new(embedded: EmbeddedRedis, old: int) -> int:
    """The server's new process id, at most five seconds after it was killed."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            if (new := pid(embedded)) != old:
                return new
        except redis.ConnectionError:
            time.sleep(0.02)
    raise AssertionError("the server did not come back")


async def test_starts_under_a_second_without_a_tcp_port(server: EmbeddedRedis) -> None:
    begun = time.monotonic()
    assert await server.start() == server.url
    assert time.monotonic() - begun < 1
    config = client(server).config_get("*")
    assert (config["port"], config["appendonly"], config["appendfsync"]) == ("0", "yes", "everysec")
    await server.stop()
    assert not server.answers()


def test_killed_it_comes_back_with_its_data(server: EmbeddedRedis) -> None:
    server.start_now()
    client(server).set("kept", "是")
    old = pid(server)
    os.kill(old, signal.SIGKILL)
    wait_for_new(server, old)
    assert client(server).get("kept") == "是"


def test_data_outlives_a_clean_stop(server: EmbeddedRedis) -> None:
    server.start_now()
    client(server).set("kept", "1")
    server.stop_now()
    server.start_now()
    assert client(server).get("kept") == "1"


def test_two_users_share_one_server_and_the_last_stops_it(server: EmbeddedRedis) -> None:
    other = EmbeddedRedis(server.home.parent)
    server.start_now()
    other.start_now()
    assert pid(server) == pid(other)
    server.stop_now()
    assert other.answers()
    other.stop_now()
    assert not other.answers()


def test_a_second_process_joins_and_its_death_stops_nothing(server: EmbeddedRedis) -> None:
    server.start_now()
    code = (
        "import os, sys; from pathlib import Path; from bot.operation.valkey import EmbeddedRedis\n"
        "server = EmbeddedRedis(Path(sys.argv[1])); server.start_now(); os._exit(0 if server.answers() else 1)"
    )
    joined = subprocess.run([sys.executable, "-c", code, str(server.home.parent)], timeout=30, check=False)
    assert joined.returncode == 0
    assert server.answers()
    server.stop_now()
    assert not server.answers()


def test_a_server_left_behind_is_joined(server: EmbeddedRedis) -> None:
    code = (
        "import os, sys; from pathlib import Path; from bot.operation.valkey import EmbeddedRedis\n"
        "EmbeddedRedis(Path(sys.argv[1])).start_now(); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", code, str(server.home.parent)], timeout=30, check=True)
    left = pid(server)
    server.start_now()
    assert pid(server) == left


def test_a_stale_socket_is_no_obstacle(server: EmbeddedRedis) -> None:
    server.home.mkdir(parents=True)
    server.socket.write_text("stale")
    server.start_now()
    assert server.answers()


def test_a_long_path_gets_a_short_socket(tmp_path: Path) -> None:
    embedded = EmbeddedRedis(tmp_path / ("很长的文件夹名" * 6))
    try:
        embedded.start_now()
        assert len(os.fsencode(embedded.socket)) <= valkey_paths.LONGEST_SOCKET_PATH
        assert client(embedded).ping()
    finally:
        embedded.stop_now()
        embedded.socket.parent.rmdir()


def test_a_broken_log_is_told_in_one_sentence(server: EmbeddedRedis) -> None:
    (server.home / "appendonlydir").mkdir(parents=True)
    (server.home / "appendonlydir" / "appendonly.aof.manifest").write_text("not a manifest\n")
    with pytest.raises(SetupError, match=r"valkey\.log"):
        server.start_now()


def test_a_foreign_short_folder_is_not_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    home = tmp_path / ("x" * 120)
    folder = valkey_paths.socket_path(home).parent
    folder.chmod(0o777)
    with pytest.raises(SetupError, match="不属于当前用户"):
        valkey_paths.socket_path(home)
