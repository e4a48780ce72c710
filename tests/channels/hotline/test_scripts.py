"""calls.yml and stories.yml, spoken to a whole running server by WebSocket: what an agent would see after each line."""

from __future__ import annotations

import asyncio
import json
import uuid
from pathlib import Path
from typing import Any

import pytest
import websockets
import yaml

from tests.channels.hotline.test_api import address, fetched
from tests.journeys.conftest import Server

pytestmark = pytest.mark.engine
FILES = ("calls.yml", "stories.yml")
CALLS = [call for file in FILES for call in yaml.safe_load(Path(__file__).with_name(file).read_text("utf-8"))]
_PAUSE_MS, _CHARACTER_MS = 1200, 200


async def spoken(server: Server, call_id: str, lines: list[dict[str, Any]]) -> list[dict[str, Any] | None]:
    """The assist in force after each line."""
    seen, now = [], 0
    async with websockets.connect(address(server, call_id, "transcript")) as inlet:
        for line in lines:
            speaker = "caller" if "caller" in line else "agent"
            begin = now + line.get("after", _PAUSE_MS)
            now = begin + len(line[speaker]) * _CHARACTER_MS
            segment = {"type": "segment", "speaker": speaker, "text": line[speaker], "final": True, "begin_ms": begin,
                       "end_ms": now}  # fmt: skip
            await inlet.send(json.dumps(segment))
            await inlet.send("?")  # answered once the segment has been dealt with
            await asyncio.wait_for(inlet.recv(), 20)
            seen.append((await fetched(server, call_id)).json()["assist"])
    return seen


def _several(meant: str | list[str] | None) -> list[str | None]:
    return [*meant] if isinstance(meant, list) else [meant]


def differences(line: dict[str, Any], assist: dict[str, Any] | None) -> list[str]:
    """What the screen should show and does not."""
    shown = assist or {"items": [], "facts": {}, "eligibility": [], "warnings": []}
    items = [card["item_id"] for card in shown["items"]]
    first = shown["items"][0] if items else {"item_id": None, "act": None}
    checks = {
        "top": first["item_id"] in _several(line.get("top")),
        "act": first["act"] == line.get("act"),
        "items": set(line.get("items", ())) <= set(items),
        "facts": line.get("facts", {}).items() <= shown["facts"].items() if line.get("facts") else not shown["facts"],
        "scheme": line.get("scheme") in [one["scheme_id"] for one in shown["eligibility"]],
        "warned": set(line.get("warned", ())) <= {one["kind"] for one in shown["warnings"]},
        "quiet": not shown["warnings"],
    }
    cards = [(card["item_id"], card["act"], card["score"]) for card in shown["items"]]
    warned = [one["text"] for one in shown["warnings"]]
    got = f"{cards} {shown['facts']} {warned}"
    return [f"{name}: {line[name]}, got {got}" for name, good in checks.items() if name in line and not good]


@pytest.mark.parametrize("call", CALLS, ids=[call["name"] for call in CALLS])
async def test_what_the_agent_sees(server: Server, call: dict[str, Any]) -> None:
    seen = await spoken(server, f"s-{uuid.uuid4().hex[:12]}", call["lines"])
    wrong = [found for line, assist in zip(call["lines"], seen, strict=True) for found in differences(line, assist)]
    assert not wrong
    if call.get("quiet"):
        assert not differences({"quiet": True}, seen[-1])
