"""Conversations as workers have them, over HTTP with the real server: each turn gets what a good answer has."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conversations.script import Conversation, Turn, all_conversations, conversations

CONVERSATIONS = all_conversations()


@pytest.mark.engine
@pytest.mark.parametrize("name", list(CONVERSATIONS))
def test_conversation(api: httpx.Client, name: str) -> None:
    faults = Talk(api).hold(CONVERSATIONS[name])
    assert not faults, "\n".join(["", *faults])


@pytest.mark.parametrize(
    "turn", ["{says: x}", "{}", "{say: x, tap: 1}", "{say: x, mentions: [110]}", "{say: x, quick_replies: 2}"]
)
def test_an_expectation_nobody_would_check_is_refused(tmp_path: Path, turn: str) -> None:
    path = tmp_path / "x.yml"
    path.write_text(f"- name: x\n  turns: [{turn}]\n", "utf-8")
    with pytest.raises((TypeError, ValueError)):
        conversations(path)


class Talk:
    """One conversation with the server.

    Args:
        api: its client.
    """

    def __init__(self, api: httpx.Client) -> None:
        self._api = api
        self._id = uuid.uuid4().hex
        self._offered: list[str] = []
        self._shown: list[str] = []
        self._last = ""

    def hold(self, told: Conversation) -> list[str]:
        """Says every turn, whatever went wrong before; the faults, one a line."""
        return [f"{self._words(turn)} → {fault}" for turn in told.turns for fault in self._turn(turn)]

    def _words(self, turn: Turn) -> str:
        return turn.say or self._tapped

    def _turn(self, turn: Turn) -> list[str]:
        self._tapped = self._shown[turn.tap - 1] if turn.tap and turn.tap <= len(self._shown) else "（没有可点的）"
        sent = {"conversation_id": self._id, "text": self._words(turn), "channel": "web"}
        answer = self._api.post("/api/v1/chat", json=sent)
        if answer.status_code != 200:
            return [f"HTTP {answer.status_code}"]
        body: dict[str, Any] = answer.json()
        text = "\n".join(reply["text"] for reply in body["replies"])
        faults = [*self._labels(turn, body), *self._wording(turn, text, body)]
        self._last, self._shown = text, [tap for reply in body["replies"] for tap in reply["quick_replies"]]
        if body["replies"][0]["item_id"] is None and self._shown:
            self._offered = self._shown
        return faults

    def _labels(self, turn: Turn, body: dict[str, Any]) -> list[str]:
        heard, item = body["understanding"], body["replies"][0]["item_id"]
        faults = []
        if turn.act and heard["act"] not in turn.act:
            faults.append(f"act {heard['act']}, not {'/'.join(turn.act)}")
        if turn.item and item not in turn.item:
            faults.append(f"item {item}, not {'/'.join(map(str, turn.item))}")
        if turn.alert and heard["alert"] not in turn.alert:
            faults.append(f"alert {heard['alert']}, not {'/'.join(map(str, turn.alert))}")
        if turn.picks:
            faults.extend(self._pick(turn.picks, item))
        return faults

    def _pick(self, place: int, item: str | None) -> list[str]:
        if len(self._offered) < place:
            return [f"no choice {place} was offered"]
        name = self._api.get(f"/api/v1/items/{item}").json().get("name", "") if item else ""
        return [] if name.startswith(self._offered[place - 1]) else [f"item {item}, not {self._offered[place - 1]}"]

    def _wording(self, turn: Turn, text: str, body: dict[str, Any]) -> list[str]:
        faults = [f"says {word}: {text!r}" for word in turn.not_mentions if word in text]
        if not text.strip():
            faults.append("says nothing")
        if turn.mentions and not any(word in text for word in turn.mentions):
            faults.append(f"says none of {'/'.join(turn.mentions)}: {text!r}")
        if turn.quick_replies and not any(reply["quick_replies"] for reply in body["replies"]):
            faults.append("nothing to tap")
        if turn.repeats and text != self._last:
            faults.append(f"not the same again: {text!r}")
        if turn.differs and text == self._last:
            faults.append("the same again")
        return faults
