"""The memory is the slots: nothing lost on the way, and domain.yml names exactly these."""

from __future__ import annotations

import yaml

from bot.dialogue.interview import ABOUT, ANSWER, STOP, WHAT_IF
from bot.dialogue.memory import SLOTS, Memory
from bot.messages import ACTS
from bot.settings import ROOT


def test_slots_and_back() -> None:
    memory = Memory(topic="points.apply", act="ask_cost", choices={"a": ["甲"]}, facts={"child_age": 6}, more=True)
    assert Memory.of(memory.to_slots()) == memory


def test_an_empty_memory_clears_every_slot() -> None:
    assert set(Memory().to_slots().values()) == {None}


def test_unknown_slots_are_passed_over() -> None:
    assert Memory.of({"session_started_metadata": {}, "topic": "x"}) == Memory(topic="x")


def test_domain_names_the_same_slots_and_acts() -> None:
    domain = yaml.safe_load((ROOT / "domain.yml").read_text("utf-8"))
    assert tuple(domain["slots"]) == SLOTS
    assert set(domain["intents"]) == {*ACTS, "danger", "choose", "ask_more", "ask_on", ANSWER, ABOUT, STOP, WHAT_IF}
