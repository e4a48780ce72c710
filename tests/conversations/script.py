"""In: the *.yml files of this folder. Out: conversations, each a list of turns with what a good answer to it has.

A turn says something (`say`, or `tap: n` for the n-th quick reply shown before) and expects, robust to wording:

    act, item, alert   one of these; null stands for none
    mentions           at least one of these words in the replies
    not_mentions       none of these words in the replies
    quick_replies      "some": there is something to tap
    picks              the answer is about the n-th choice of the last clarification
    repeats, differs   the text is that of the turn before, or is not
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import yaml

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Turn:
    """One message and what is expected of its answer; what is empty is not looked at."""

    say: str = ""
    tap: int | None = None
    act: Sequence[str] = ()
    item: Sequence[str | None] = ()
    alert: Sequence[str | None] = ()
    mentions: Sequence[str] = ()
    not_mentions: Sequence[str] = ()
    quick_replies: Literal["some"] | None = None
    picks: int | None = None
    repeats: bool = False
    differs: bool = False

    def __post_init__(self) -> None:
        if bool(self.say) == bool(self.tap):
            raise ValueError("a turn either says or taps something")
        if self.quick_replies not in (None, "some"):
            raise ValueError(f"quick_replies: {self.quick_replies}")
        words = [*self.mentions, *self.not_mentions, *self.act]
        if not all(isinstance(word, str) and word for word in words):
            raise ValueError(f"{self.say}: every expected word is a text in quotes")


@dataclass(frozen=True)
class Conversation:
    """A named list of turns."""

    name: str
    turns: Sequence[Turn]


def conversations(path: Path) -> list[Conversation]:
    """The conversations of one file.

    Raises:
        TypeError, ValueError: an expectation nobody would check (a misspelt key, a number without quotes).
    """
    entries = yaml.safe_load(path.read_text("utf-8"))
    return [Conversation(entry["name"], [Turn(**turn) for turn in entry["turns"]]) for entry in entries]


def all_conversations() -> dict[str, Conversation]:
    """ "file: name" → conversation, of all files."""
    found = {f"{path.stem}: {told.name}": told for path in sorted(FOLDER.glob("*.yml")) for told in conversations(path)}
    return found
