"""Starting and stopping: alive at once, answers before the engine is up, ends cleanly, says what is wrong."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from bot.settings import ROOT
from tests.journeys.conftest import running

pytestmark = pytest.mark.engine


def test_alive_then_degraded_then_ready_then_gone(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        server.wait("/healthz", 30)
        early = httpx.post(
            f"{server.url}/api/v1/chat", json={"conversation_id": "early", "text": "办居住证要带什么"}, timeout=30
        )
        assert early.status_code == 200
        assert early.json()["replies"][0]["item_id"] == "residence.permit.apply"
        server.wait("/readyz", 90)
        assert server.stop() == 0


def test_a_port_in_use_is_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "server.py"],
            cwd=ROOT,
            env={**os.environ, "PORT": str(port)},
            capture_output=True,
            text=True,
        )
    assert done.returncode == 1
    assert str(port) in done.stderr
    assert "Traceback" not in done.stderr


def test_a_wrong_setting_is_one_sentence() -> None:
    done = subprocess.run(
        [sys.executable, "server.py"], cwd=ROOT, env={**os.environ, "PORT": "many"}, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
