"""In: our training sentences and our items. Out: the text of a Rasa training file for the stock assistant.

An act becomes an intent, the item's name found in the sentence an entity, the small-talk acts one retrieval intent.
"""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import yaml

from bot.messages import ITEM_ACTS
from bot.understanding.corpus import Example

SMALL_TALK = ("affirm", "deny", "greet", "thanks", "goodbye", "repeat", "restart", "capabilities")
"""Acts that the stock assistant answers by its response selector."""
PER_ITEM_ACT = 80
PER_OTHER_ACT = 20
"""13 × 80 + 14 × 20 = 1,320 sentences: as many as the tutorial-sized corpus of the first measurements."""
_MARKUP = set("[](){}")


def read_names(policy: Path) -> dict[str, tuple[str, ...]]:
    """Item id → its name and its aliases, from the inventory's files."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    entries = [entry for file in sorted(policy.glob("*.yml")) for entry in yaml.load(file.read_text("utf-8"), loader)]
    return {entry["id"]: (entry["name"], *entry["aliases"]) for entry in entries if "summary" in entry}


def sample(examples: Iterable[Example], seed: int = 7) -> list[Example]:
    """An even share of every act's sentences, the same on every machine."""
    by_act: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        if not _MARKUP & set(example.text):
            by_act[example.act].append(example)
    rng = random.Random(seed)
    chosen: list[Example] = []
    for act in sorted(by_act):
        most = PER_ITEM_ACT if act in ITEM_ACTS else PER_OTHER_ACT
        chosen += rng.sample(by_act[act], min(most, len(by_act[act])))
    return chosen


def intent_of(act: str) -> str:
    """The stock assistant's intent for one of our acts.

    >>> intent_of("greet"), intent_of("ask_time")
    ('smalltalk/greet', 'ask_time')
    """
    return f"smalltalk/{act}" if act in SMALL_TALK else act


def marked(text: str, names: Sequence[str]) -> str:
    """The sentence with the longest name in it marked as an entity.

    >>> marked("居住证怎么办", ["上海市居住证", "居住证"])
    '[居住证](item)怎么办'
    """
    found = max((name for name in names if len(name) > 1 and name in text), key=len, default="")
    return text.replace(found, f"[{found}](item)", 1) if found else text


def training_file(examples: Sequence[Example], names: Mapping[str, tuple[str, ...]]) -> str:
    """The training file: intents with marked sentences, then every alias as a synonym of its item's name."""
    by_intent: dict[str, list[str]] = defaultdict(list)
    for example in examples:
        by_intent[intent_of(example.act)].append(marked(example.text, names.get(example.item_id or "", ())))
    blocks = [_block("intent", intent, texts) for intent, texts in sorted(by_intent.items())]
    blocks += [_block("synonym", own[0], own[1:]) for _, own in sorted(names.items()) if len(own) > 1]
    blocks.append(_block("regex", "number", [r"\d+", "[一二三四五六七八九十两半]+"]))
    return 'version: "3.1"\nnlu:\n' + "".join(blocks)


def _block(kind: str, name: str, lines: Iterable[str]) -> str:
    listed = "".join(f"    - {line}\n" for line in lines)
    return f"- {kind}: {json.dumps(name, ensure_ascii=False)}\n  examples: |\n{listed}"
