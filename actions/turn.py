"""In: a running action's tracker. Out: the turn it has to serve, and the services it may ask.

rasa-sdk builds actions without arguments, so what they need comes from here: `use(clients)` is called once by the
server; under `rasa run actions` the clients are built from the settings on first use.
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Tracker

from bot.answers import fixed
from bot.answers.verdict import back_to
from bot.clock import today
from bot.dialogue.memory import Memory
from bot.errors import ServiceDown
from bot.messages import Answer, Understood
from bot.settings import settings
from services.clients import Clients, EligibilityClient, ServiceClient, from_settings

_clients: Clients | None = None


def use(clients: Clients) -> None:
    """Gives all actions of this process their services."""
    global _clients
    _clients = clients


def services() -> ServiceClient:
    """The client of knowledge and places."""
    return _all().services


def eligibility() -> EligibilityClient:
    """The client of the rules."""
    return _all().eligibility


def _all() -> Clients:
    global _clients
    if _clients is None:
        _clients = from_settings()
    return _clients


@dataclass(frozen=True)
class Turn:
    """One message in its conversation, as an action sees it."""

    heard: Understood
    """What was understood."""
    memory: Memory
    """What was remembered before it."""
    as_of: date
    """The day the question is asked for."""
    channel: str
    """Where it came from."""

    @classmethod
    def of(cls, tracker: Tracker) -> Turn:
        """Reads the tracker; a message from elsewhere (`rasa shell`) counts as asked today in the web chat."""
        message: Mapping[str, Any] = tracker.latest_message
        metadata = message.get("metadata") or {}
        return cls(
            heard=Understood.from_dict(message["understood"]),
            memory=Memory.of(tracker.slots),
            as_of=date.fromisoformat(metadata["as_of"]) if "as_of" in metadata else today(),
            channel=metadata.get("channel", "web"),
        )


async def or_hotline(work: Awaitable[tuple[Answer, Memory]], turn: Turn) -> tuple[Answer, Memory]:
    """What `work` answers and remembers; the hotline number where a service does not answer: silence would leave a
    person with nothing.
    """
    try:
        return await work
    except ServiceDown:
        return fixed.service_down(settings().hotline_number), turn.memory


def reply(
    dispatcher: CollectingDispatcher,
    answer: Answer,
    turn: Turn,
    memory: Memory | None = None,
    *,
    resume: bool = False,
) -> list[EventType]:
    """Says an answer and remembers it.

    Args:
        memory: what is remembered from now on; as before when left out.
        resume: True where a question that was open before this message is to be asked again below the answer.

    Returns:
        The events to return from the action: slots that changed.
    """
    left_open = (memory or turn.memory).asked
    asked_already = left_open and any(left_open["text"] in block.lines for block in answer.blocks)
    if resume and left_open and left_open == turn.memory.asked and not asked_already:
        answer = back_to(answer, left_open)
    said = answer.to_dict()
    dispatcher.utter_message(json_message={"answer": said})
    before = turn.memory.to_slots()
    after = replace(memory or turn.memory, last_answer=said).to_slots()
    return [SlotSet(name, value) for name, value in after.items() if value != before[name]]
