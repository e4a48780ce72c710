"""Telephone talks as written in talks/*.yml, with the real dialogue behind them."""

from __future__ import annotations

import pytest

from bot.channels.hotline.voice.events import Begun
from tests.channels.hotline.voice.dialogue import Dialogue
from tests.channels.hotline.voice.script import Caller, all_talks

TALKS = all_talks()


@pytest.mark.engine
@pytest.mark.parametrize("name", list(TALKS))
def test_talk(talking: Dialogue, name: str) -> None:
    told = TALKS[name]
    caller = Caller(talking.answer, told.staffed)
    greeted = caller.take(Begun())
    assert "来沪通" in str(greeted)
    faults = [f"{turn} → {fault}" for turn in told.turns for fault in caller.turn(turn)]
    assert not faults, "\n".join(["", *faults])
