"""In: one message. Out: what was understood and the answers. Rasa's processor, less what costs and serves nothing here.

Left out, each measured in docs/decisions: planning the graph anew for every message, slot mapping (all our slots
are set by actions), deep copies made only for debug logs, HTTP and schema checks around actions.
"""

from __future__ import annotations

import tarfile
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from rasa.core.actions.action import Action
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.nlg import TemplatedNaturalLanguageGenerator
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.core.tracker_store import TrackerStore
from rasa.engine import loader
from rasa.engine.runner.interface import GraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.storage import ModelMetadata
from rasa.exceptions import ActionLimitReached
from rasa.shared.core.events import ActionExecuted, ActionExecutionRejected, Event
from rasa.shared.core.trackers import DialogueStateTracker
from rasa_sdk.executor import ActionExecutor

from bot.dialogue.ellipsis import completed, moves_on
from bot.dialogue.interview import ANSWER
from bot.dialogue.local_actions import LocalAction
from bot.dialogue.memory import Memory
from bot.dialogue.runner import StraightRunner
from bot.dialogue.turn import in_context, takes_back
from bot.errors import SetupError
from bot.messages import ITEM_ACTS, Understood
from bot.understanding.facts.suppose import supposition


class AnswerCollector(OutputChannel):
    """Takes the structured answers of one message's actions."""

    def __init__(self) -> None:
        self.answers: list[dict[str, Any]] = []

    @classmethod
    def name(cls) -> str:
        """Rasa's word for it."""
        return "answers"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keeps an answer; other kinds of utterance do not exist here."""
        self.answers.append(message["custom"]["answer"])


class LeanProcessor(MessageProcessor):
    """Answers messages of one trained model."""

    def __init__(self, model_path: Path, tracker_store: TrackerStore, actions: ActionExecutor) -> None:
        super().__init__(model_path, tracker_store, lock_store=None, generator=None)
        self.nlg = TemplatedNaturalLanguageGenerator(self.domain.responses)
        tracker_store.domain = self.domain
        self._predictions: dict[tuple[Any, ...], PolicyPrediction] = {}
        self._custom = {
            name: LocalAction(name, actions) for name in self.domain.user_actions if name in actions.actions
        }
        missing = set(self.domain.user_actions) - self._custom.keys()
        if missing:
            raise SetupError(f"domain.yml 里的动作没有对应的程序：{'、'.join(sorted(missing))}。")

    async def answer(self, message: UserMessage) -> dict[str, Any]:
        """Handles one message; the answers are in its output channel.

        Returns:
            The parse data, with "understood" as the pipeline's last component wrote it.
        """
        tracker = await self.fetch_tracker_and_update_session(message.sender_id, message.output_channel)
        await self._handle_message_with_tracker(message, tracker)
        await self._run_prediction_loop(message.output_channel, tracker)
        await self.save_tracker(tracker)
        return dict(tracker.latest_message.parse_data)

    def _log_action_on_tracker(
        self,
        tracker: DialogueStateTracker,
        action: Action,
        events: list[Event] | None,
        prediction: PolicyPrediction,
    ) -> None:
        """As in Rasa, without copies for debug logs."""
        events = events or []
        if not any(isinstance(event, ActionExecutionRejected) for event in events):
            tracker.update_with_events(prediction.events, self.domain)
            tracker.update(action.event_for_successful_execution(prediction))
        tracker.update_with_events(events, self.domain)

    @staticmethod
    def _load_model(model_path: Path) -> tuple[str, ModelMetadata, GraphRunner]:
        with tempfile.TemporaryDirectory() as folder:
            try:
                metadata, runner = loader.load_predict_graph_runner(
                    Path(folder), Path(model_path), LocalModelStorage, StraightRunner
                )
            except (tarfile.ReadError, FileNotFoundError) as error:
                raise SetupError(f"模型文件坏了或不在：{Path(model_path).name}。请运行 make train。") from error
        return Path(model_path).name, metadata, runner

    def predict_next_with_tracker_if_should(self, tracker: DialogueStateTracker) -> tuple[Action, PolicyPrediction]:
        """As in Rasa, with our actions in place of remote ones."""
        if self.is_action_limit_reached(tracker, self.should_predict_another_action(tracker.latest_action_name)):
            raise ActionLimitReached("Too many actions for one message.")
        prediction = self._prediction(tracker)
        name = self.domain.action_names_or_texts[prediction.max_confidence_index]
        return self._get_action(name), prediction

    def _prediction(self, tracker: DialogueStateTracker) -> PolicyPrediction:
        """What the policies say, asked once for each situation.

        Sessions keep no events and no slot influences a policy (domain.yml), so the latest intent and the actions
        that ran since it are everything the policies can see.
        """
        if tracker.followup_action:  # an order of the last action; obeying it also clears it
            return self._predict_next_with_tracker(tracker)
        latest = tracker.latest_message
        done = tuple(event.action_name for event in tracker.events if isinstance(event, ActionExecuted))
        situation = (latest.intent_name if latest else None, done, tracker.active_loop_name)
        if situation not in self._predictions:
            self._predictions[situation] = self._predict_next_with_tracker(tracker)
        return self._predictions[situation]

    def _get_action(self, action_name: str) -> Action:
        return self._custom.get(action_name) or super()._get_action(action_name)

    async def parse_message(
        self,
        message: UserMessage,
        tracker: DialogueStateTracker | None = None,
        only_output_properties: bool = True,
    ) -> dict[str, Any]:
        """As in Rasa, without copies for debug logs; the conversation's topic is evidence, and it says what an
        answer to our own question means.
        """
        tracker = tracker or DialogueStateTracker.from_events(message.sender_id, [])
        memory = Memory.of(tracker.current_slot_values())
        text = message.text or ""
        asked = memory.asked_fact or (memory.last_fact if takes_back(text) or supposition(text) else None)
        message.metadata = {**(message.metadata or {}), "topic": memory.topic, "asked": asked}
        parsed: dict[str, Any] = self._parse_message_with_graph(message, tracker, only_output_properties)
        heard = Understood.from_dict(parsed["understood"])
        if whole := completed(heard, memory):
            topic = None if moves_on(replace(heard, normalized=whole)) else memory.topic
            again = UserMessage(whole, sender_id=message.sender_id, metadata={**message.metadata, "topic": topic})
            read = Understood.from_dict(self._parse_message_with_graph(again, tracker, True)["understood"])
            # What was told now is what was told: the question before it has been counted already.
            heard = replace(
                read, text=heard.text, facts=heard.facts, entities=heard.entities, supposed={}, alert=heard.alert
            )
            parsed["understood"] = heard.to_dict()
        meant = parsed["intent"]["name"] = in_context(heard, memory)
        if meant == ANSWER and heard.facts and heard.act in ITEM_ACTS:
            parsed["understood"]["act"] = "inform"  # an answer of ours, whatever it would be without the question
        return parsed

    async def run_action_extract_slots(
        self, output_channel: OutputChannel, tracker: DialogueStateTracker
    ) -> DialogueStateTracker:
        """Nothing to do: every slot is set by an action."""
        return tracker
