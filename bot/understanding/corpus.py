"""In: the sentence files under data/nlu and the items. Out: training examples and what can be linked to."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.errors import DataError
from bot.messages import ACTS

DANGER = "danger"
"""Intent of sentences that need help at once; their metadata names the alert."""


@dataclass(frozen=True)
class Example:
    """One sentence with what it says."""

    text: str
    """As a person said it."""
    act: str
    """One of ACTS, or DANGER."""
    item_id: str | None = None
    """The item it is about; None when it names none."""
    alert: str | None = None
    """Which danger, when there is one."""
    also_acts: tuple[str, ...] = ()
    """Other acts that would be right, too; only for judging."""
    also_items: tuple[str | None, ...] = ()
    """Other items that would be right, too (None: no item); only for judging."""


@dataclass(frozen=True)
class LinkItem:
    """What the linker needs to know of an item."""

    item_id: str
    """Id in the policy inventory."""
    name: str
    """Official name."""
    aliases: tuple[str, ...] = ()
    """What people call it."""
    passages: tuple[str, ...] = ()
    """Its public text, a sentence each."""

    @property
    def names(self) -> tuple[str, ...]:
        """Name and aliases."""
        return (self.name, *self.aliases)


def link_item(item: Any) -> LinkItem:
    """What the linker needs of a knowledge item (services/knowledge/models.py); missing fields count as empty."""
    texts: list[str] = [str(getattr(item, "summary", "") or ""), str(getattr(item, "audience", "") or "")]
    texts += [str(getattr(condition, "text", condition)) for condition in getattr(item, "conditions", ()) or ()]
    for name in ("materials", "steps", "notes"):
        texts += [str(text) for text in getattr(item, name, ()) or ()]
    texts += [str(getattr(item, name, "") or "") for name in ("where", "time_limit", "fee", "when")]
    return LinkItem(str(item.id), str(item.name), tuple(map(str, item.aliases or ())), tuple(filter(None, texts)))


HELD_OUT_OF = 8
"""One sentence in so many is held out."""


def read_examples(folder: Path) -> list[Example]:
    """All sentences of the YAML files under `folder`, in the order of file names.

    Raises:
        DataError: a file is no Rasa training file, or a sentence has an unknown act.
    """
    examples: list[Example] = []
    for file in sorted(folder.rglob("*.yml")):
        try:
            data = yaml.load(file.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
            for block in data["nlu"]:
                examples += [example(block["intent"], row) for row in block["examples"]]
        except (yaml.YAMLError, KeyError, TypeError, ValueError) as error:
            raise DataError(f"{file.name}：读不懂这份例句文件（{error}）。") from error
    return examples


def held_out(text: str) -> bool:
    """Whether the sentence encoder must not learn from a training sentence: one in eight, by its own characters.

    What is learnt about the encoder (weights of evidence, thresholds, figures) rests on these.
    """
    return hashlib.blake2b(text.strip().encode(), digest_size=2).digest()[0] % HELD_OUT_OF == 0


def example(intent: str, row: Mapping[str, Any]) -> Example:
    """One entry of a training file, or one of Rasa's training messages.

    Metadata: `item`, `alert`, and for judging the lists `also_acts` and `also_items`.

    Raises:
        ValueError: an intent or another acceptable act is no act.
    """
    metadata = row.get("metadata") or {}
    also_acts, also_items = tuple(metadata.get("also_acts") or ()), tuple(metadata.get("also_items") or ())
    for act in (intent, *also_acts):
        if act not in ACTS and act != DANGER:
            raise ValueError(f"没有“{act}”这一类")
    return Example(str(row["text"]), intent, metadata.get("item"), metadata.get("alert"), also_acts, also_items)


def check_labels(examples: Iterable[Example], items: Sequence[LinkItem]) -> None:
    """Every item named in an example must exist.

    Raises:
        DataError: with the first ten sentences whose item is unknown.
    """
    known = {item.item_id for item in items}
    named = ((e.text, item) for e in examples for item in (e.item_id, *e.also_items) if item is not None)
    wrong = [(text, item) for text, item in named if item not in known]
    if wrong:
        lines = "；".join(f"“{text}” → {item}" for text, item in wrong[:10])
        raise DataError(f"例句里的事项编号在清单里找不到：{lines}")
