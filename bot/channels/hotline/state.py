"""In: what is remembered of a call between two segments. Out: the same as JSON text, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.channels.hotline.assist.mind import Mind
from bot.channels.hotline.transcript import Timeline

MOST_PENDING, MOST_SAID = 8, 60
"""Lines that wait to be understood, and marks of what was told, of one call."""


@dataclass(frozen=True)
class CallInfo:
    """A call in the list of calls."""

    call_id: str
    """Names it."""
    started_at: str
    """ISO 8601 with offset."""
    state: Literal["live", "ended"]
    """Whether it still goes on."""
    last_words: str
    """The last utterance, masked."""
    top_item: str
    """Name of the first card; empty: none."""
    agent: str
    """Who acted on its screen last; empty: nobody."""


@dataclass(frozen=True)
class Said:
    """The agent has told the caller what a card says."""

    item_id: str
    """The item."""
    name: str
    """Its name."""
    version: int | None
    """Its published version."""
    at: str
    """ISO 8601 with offset."""
    by: str
    """Who."""
    how: Literal["marked", "spoken"] = "marked"
    """marked: by key; spoken: the card's line was heard in the agent's words."""
    segment_id: int | None = None
    """Where it was heard."""
    act: str = ""
    """Which part of the item."""


@dataclass(frozen=True)
class Call:
    """All that is remembered of a call but its lines. Small, whatever the call's length."""

    call_id: str
    """Names it."""
    started_at: str
    """ISO 8601 with offset."""
    state: Literal["live", "ended"] = "live"
    """Whether it still goes on."""
    ended_at: str = ""
    """Likewise; empty while it lives."""
    revision: int = 0
    """Of assist: grows by one with each."""
    timeline: Timeline = field(default_factory=Timeline)
    """Where the next segment belongs."""
    pending: tuple[int, ...] = ()
    """Lines that are written down but not yet understood."""
    mind: Mind = field(default_factory=Mind)
    """What assist remembers."""
    assist: Mapping[str, Any] | None = None
    """The last assist message."""
    said: tuple[Said, ...] = ()
    """What the caller has been told."""
    pinned: tuple[str, ...] = ()
    """Items that stay on the screen."""
    producers: Mapping[str, str] = field(default_factory=dict)
    """Speaker → the connection that sends it; a later connection takes over."""
    agent: str = ""
    """Who acted on a screen last."""
    stored: bool = False
    """Whether the ended call is in the database."""

    def to_json(self) -> str:
        """As text."""
        data = {
            **vars(self), "timeline": self.timeline.to_dict(), "mind": self.mind.to_dict(),
            "said": [vars(one) for one in self.said],
        }  # fmt: skip
        return json.dumps(data, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str | bytes) -> Call:
        """The inverse of to_json."""
        data = json.loads(text)
        data["timeline"], data["mind"] = Timeline.from_dict(data["timeline"]), Mind.from_dict(data["mind"])
        data["said"] = tuple(Said(**one) for one in data["said"])
        data["pending"], data["pinned"] = tuple(data["pending"]), tuple(data["pinned"])
        return cls(**data)

    def marks(self) -> dict[str, Any]:
        """What was said and pinned, as the screens get it."""
        return {"said": [vars(one) for one in self.said], "pinned": list(self.pinned)}
