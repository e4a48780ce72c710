"""`rasa run actions` serves the very actions that the server runs in process, over HTTP, for a stock Rasa server."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from bot.dialogue.memory import Memory
from bot.messages import Understood
from bot.settings import ROOT
from tests.journeys.conftest import Server, free_port

pytestmark = pytest.mark.engine

ITEM = "residence.permit.apply"
START_S = 150
"""Rasa's own command loads TensorFlow before it does anything."""


@pytest.fixture(scope="module")
def actions(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of an actions server that asks the services of the running server."""
    port, log = free_port(), tmp_path_factory.mktemp("actions") / "log"
    env = {**os.environ, "SERVICE_API_URL": server.url, "RASA_TELEMETRY_ENABLED": "false"}
    command = [sys.executable, "-m", "rasa", "run", "actions", "--port", str(port)]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=output, stderr=subprocess.STDOUT)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30, trust_env=False) as client:
            _wait(client, process, log)
            yield client
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def _wait(client: httpx.Client, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if client.get("/health").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.3)
    raise TimeoutError(log.read_text("utf-8", "replace")[-3000:])


def call(actions: httpx.Client, action: str, heard: Understood, memory: Memory | None = None) -> httpx.Response:
    """As a Rasa server calls: the whole tracker, and the domain."""
    tracker = {
        "sender_id": "c1",
        "slots": (memory or Memory()).to_slots(),
        "latest_message": {
            "text": heard.text,
            "intent": {"name": heard.act, "confidence": heard.act_confidence},
            "entities": [],
            "understood": heard.to_dict(),
            "metadata": {"as_of": "2026-11-23", "channel": "web"},
        },
        "events": [],
        "paused": False,
        "followup_action": None,
        "active_loop": {},
        "latest_action_name": "action_listen",
    }
    body = {"next_action": action, "sender_id": "c1", "tracker": tracker, "domain": {}, "version": "3.6.21"}
    return actions.post("/webhook", json=body)


def slots(answer: dict[str, Any]) -> dict[str, Any]:
    return {event["name"]: event["value"] for event in answer["events"] if event["event"] == "slot"}


def test_an_item_is_answered_through_the_services(actions: httpx.Client) -> None:
    heard = Understood("办居住证要带什么", "办居住证要带什么", "ask_materials", 0.99, ITEM, 0.95)
    answer = call(actions, "action_answer_item", heard)
    assert answer.status_code == 200
    told = answer.json()["responses"][0]["custom"]["answer"]
    assert told["item_id"] == ITEM
    assert told["citations"]
    assert slots(answer.json())["topic"] == ITEM


def test_the_topic_of_the_tracker_is_kept(actions: httpx.Client) -> None:
    heard = Understood("那在哪办", "那在哪办", "ask_place", 0.99)
    answer = call(actions, "action_answer_item", heard, Memory(topic=ITEM, act="ask_materials")).json()
    assert answer["responses"][0]["custom"]["answer"]["item_id"] == ITEM


def test_a_danger_needs_no_service(actions: httpx.Client) -> None:
    heard = Understood("着火了", "着火了", "out_of_scope", 0.5, alert="fire")
    assert "119" in call(actions, "action_danger", heard).text


def test_a_restart_empties_the_memory(actions: httpx.Client) -> None:
    heard = Understood("重新开始", "重新开始", "restart", 0.9)
    assert slots(call(actions, "action_restart", heard, Memory(topic=ITEM)).json())["topic"] is None


def test_every_action_of_the_domain_is_served(actions: httpx.Client) -> None:
    wanted = yaml.safe_load((ROOT / "domain.yml").read_text("utf-8"))["actions"]
    served = {action["name"] for action in actions.get("/actions").json()}
    assert set(wanted) <= served


def test_an_unknown_action_is_an_error_and_not_a_crash(actions: httpx.Client) -> None:
    heard = Understood("x", "x", "greet", 0.9)
    assert call(actions, "action_no_such_thing", heard).status_code == 404
    assert actions.post("/webhook", content=b"{").status_code >= 400
    assert actions.get("/health").status_code == 200
