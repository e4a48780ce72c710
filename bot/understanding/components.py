"""In: Rasa messages. Out: the same with intent, entities and `understood`; station 2 as Rasa graph components.

Each component is one step of pipeline.py and nothing else. The first is trained (it learns everything, once) and
opens the Reading that the others take one step further; the last one closes it. Rasa is imported only here.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import date
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, INTENT, METADATA, METADATA_EXAMPLE, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot import clock
from bot.errors import SetupError
from bot.messages import Understood
from bot.understanding import runtime
from bot.understanding.corpus import DANGER, Example, example
from bot.understanding.pipeline import Understander
from bot.understanding.reading import Reading
from bot.understanding.training import train

UNDERSTOOD = "understood"
"""Key of the message under which Understood.to_dict() comes out."""
_READING, _UNDERSTANDER = "laihutong_reading", "laihutong_understander"
_STEP = DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER
"""Rasa's word for a component that reads a message and may set its intent."""


class _Step(GraphComponent, ABC):  # Rasa is untyped to mypy
    """One step on each message's Reading."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> GraphComponent:
        """Steps need nothing of their own: everything is in the Reading."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Takes every message one step further."""
        for message in messages:
            self.step(message, message.get(_UNDERSTANDER), message.get(_READING))
        return messages

    @abstractmethod
    def step(self, message: Message, understander: Understander, reading: Reading) -> None:
        """The step."""


@DefaultV1Recipe.register(_STEP, is_trainable=True)
class SentenceReader(GraphComponent):
    """Learns everything; for a message: one plain spelling and plain words."""

    def __init__(self, storage: ModelStorage, resource: Resource, understander: Understander | None) -> None:
        self._storage, self._resource, self._understander = storage, resource, understander

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceReader:
        """A component that is still to be trained."""
        return cls(model_storage, resource, None)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SentenceReader:
        """The trained component."""
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, runtime.load(Path(folder)))

    def train(self, training_data: TrainingData) -> Resource:
        """Learns from all sentences of data/nlu."""
        parts = runtime.parts()
        trained = train(
            [_example(message) for message in training_data.intent_examples],
            runtime.items(),
            parts.encode,
            parts.encoder.identity,
            parts.lexicon,
            parts.cache,
        )
        with self._storage.write_to(self._resource) as folder:
            trained.model.save(Path(folder))
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Opens a Reading for each message."""
        if self._understander is None:
            raise SetupError("理解模型还没有训练：请先运行 make train。")
        for message in messages:
            reading = _open(message)
            self._understander.normalise(reading)
            message.set(_UNDERSTANDER, self._understander)
            message.set(_READING, reading)
        return messages


@DefaultV1Recipe.register(_STEP, is_trainable=False)
class SentenceFeaturizer(_Step):
    """Meaning, spelling and sound of the sentence, and how alike the training sentences are."""

    def step(self, message: Message, understander: Understander, reading: Reading) -> None:
        """The step."""
        understander.featurise(reading)


@DefaultV1Recipe.register(_STEP, is_trainable=False)
class ActClassifier(_Step):
    """What the person is doing."""

    def step(self, message: Message, understander: Understander, reading: Reading) -> None:
        """The step."""
        understander.hear_acts(reading)


@DefaultV1Recipe.register(_STEP, is_trainable=False)
class ItemLinker(_Step):
    """Which item is meant."""

    def step(self, message: Message, understander: Understander, reading: Reading) -> None:
        """The step."""
        understander.link_items(reading)


@DefaultV1Recipe.register(_STEP, is_trainable=False)
class FactFinder(_Step):
    """Facts and named pieces."""

    def step(self, message: Message, understander: Understander, reading: Reading) -> None:
        """The step."""
        understander.hear_facts(reading)


@DefaultV1Recipe.register(_STEP, is_trainable=False)
class ScopeGate(_Step):
    """Danger and scope, and what comes out of the whole station."""

    def step(self, message: Message, understander: Understander, reading: Reading) -> None:
        """The step."""
        write_out(message, understander.conclude(reading))
        message.set(_UNDERSTANDER, None)
        message.set(_READING, None)


def write_out(message: Message, understood: Understood) -> None:
    """Puts the result where Rasa's policies and actions look for it."""
    # An alert is a decision, not a guess: nothing may outweigh it.
    name, confidence = (DANGER, 1.0) if understood.alert else (understood.act, understood.act_confidence)
    data = understood.to_dict()
    entities = [{**entity, "entity": entity["type"], "extractor": "FactFinder"} for entity in data["entities"]]
    message.set(INTENT, {"name": name, "confidence": confidence}, add_to_output=True)
    message.set(ENTITIES, entities, add_to_output=True)
    message.set(UNDERSTOOD, data, add_to_output=True)


def _open(message: Message) -> Reading:
    """A Reading with what the channel and the conversation know (message metadata)."""
    said = message.get(METADATA) or {}
    day = said.get("as_of")
    return Reading(
        text=message.get(TEXT) or "",
        today=date.fromisoformat(day) if isinstance(day, str) else day or clock.today(),
        channel=said.get("channel", "web"),
        asked=said.get("asked"),
        topic=said.get("topic"),
    )


def _example(message: Message) -> Example:
    metadata = (message.get(METADATA) or {}).get(METADATA_EXAMPLE)
    return example(message.get(INTENT), {"text": message.get(TEXT), "metadata": metadata})
