"""In: an action the policies chose. Out: its events, run in this process through rasa-sdk's own executor.

Rasa's RemoteAction sends the whole tracker and domain over HTTP and checks each reply against a JSON schema that
is itself re-checked every time: most of a message's cost. Here the same Action classes are called directly with
what they read: slots and the latest message. `rasa run actions` still serves the very same classes over HTTP.
"""

from __future__ import annotations

from typing import Any

from rasa.core.actions.action import Action, create_bot_utterance
from rasa.core.channels.channel import OutputChannel
from rasa.core.nlg import NaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker
from rasa_sdk.executor import ActionExecutor


def executor(package: str = "actions") -> ActionExecutor:
    """An executor that knows every action class of the package."""
    found = ActionExecutor()
    found.register_package(package)
    return found


class LocalAction(Action):
    """One custom action, run in process."""

    def __init__(self, name: str, executor: ActionExecutor) -> None:
        self._name = name
        self._executor = executor

    def name(self) -> str:
        """As in domain.yml."""
        return self._name

    async def run(
        self,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        tracker: DialogueStateTracker,
        domain: Domain,
    ) -> list[Event]:
        """Runs the action and turns its replies into bot utterances."""
        result: dict[str, Any] = await self._executor.run(
            {
                "next_action": self._name,
                "sender_id": tracker.sender_id,
                "tracker": _seen(tracker),
                "domain": {},
            }
        )
        replies = [create_bot_utterance(response) for response in result["responses"]]
        return [*replies, *(_event(event) for event in result["events"])]


def _event(data: dict[str, Any]) -> Event:
    # By far the most frequent kind; Rasa's reader searches all subclasses of Event anew for each one.
    if data["event"] == "slot":
        return SlotSet(data["name"], data["value"])
    return Event.from_parameters(data)


def _seen(tracker: DialogueStateTracker) -> dict[str, Any]:
    """The part of the tracker that actions may read, in rasa-sdk's shape."""
    message = tracker.latest_message
    return {
        "sender_id": tracker.sender_id,
        "slots": tracker.current_slot_values(),
        "latest_message": {**message.parse_data, "metadata": message.metadata} if message else {},
        "events": [],
        "paused": False,
        "followup_action": None,
        "active_loop": {},
        "latest_action_name": tracker.latest_action_name,
    }
