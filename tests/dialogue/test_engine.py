"""The engine's thread: what it remembers of somebody who leaves is erased from there, too."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from bot.dialogue.engine import Engine
from bot.dialogue.sessions import SessionStore
from bot.errors import Unavailable


class Loaded(Engine):
    """Without a model: only its thread and the sessions."""

    def _load(self) -> Any:
        self._sessions = SessionStore(None, 60)
        self._sessions._local["c1"] = "what was said"
        return object()


def test_a_conversation_is_erased_from_the_engines_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.dialogue.engine.gc.freeze", lambda: None)
    monkeypatch.setattr("bot.dialogue.engine._FORGET_S", 0.3)
    engine = Loaded(Path("none"), 60)
    engine.forget("c1")  # still loading: there is nothing yet
    engine.start()
    while not engine.ready:
        time.sleep(0.01)
    assert engine._sessions is not None
    engine.forget("c1")
    assert not engine._sessions._local
    engine._loop.call_soon_threadsafe(time.sleep, 1)
    with pytest.raises(Unavailable):
        engine.forget("c1")
    engine.stop()
