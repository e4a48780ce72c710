"""In: a running server. Out: what the hotline's benchmark counts."""

from __future__ import annotations

from itertools import islice

import pytest

from benchmarks.hotline import Phone, cpu_seconds, row, talk
from tests.journeys.conftest import Server


def test_hardly_a_sentence_comes_twice_and_a_run_can_be_repeated() -> None:
    said = [text for speaker, text in islice(talk(1), 400) if speaker == "caller"]
    assert len(set(said)) > 150
    assert said == [text for speaker, text in islice(talk(1), 400) if speaker == "caller"]


def test_a_row() -> None:
    assert row("x", [0.1, 0.3, 0.2], 0.06) == "| x | 3 | 200 | 300 | 300 | 20 |"


@pytest.mark.engine
async def test_a_callers_segment_is_timed_an_agents_is_not(server: Server) -> None:
    async with Phone(server, "bench-test") as phone:
        await phone.say("caller", "居住证要带什么", 0)
        await phone.say("agent", "您稍等", 3_000)
        await phone.say("caller", "在哪里办", 5_000)
    assert len(phone.took) == 2
    assert cpu_seconds(server) > 0
