"""The types that cross borders between stations. Frozen, plain, and free of any framework.

Inbound → Understood → (dialogue, action, service) → Answer → Reply
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

Channel = Literal["web", "wechat", "hotline", "staff"]
Verification = Literal["verified", "unverified", "expired"]
BlockKind = Literal["lead", "ticks", "steps", "points", "note", "contact", "more", "source", "state"]
Alert = Literal["suicide", "self_harm_of_other", "violence", "serious_injury", "forced_labour", "trafficking", "fire"]

ITEM_ACTS: tuple[str, ...] = (
    "ask_overview",
    "ask_conditions",
    "ask_materials",
    "ask_procedure",
    "ask_place",
    "ask_time",
    "ask_cost",
    "ask_amount",
    "ask_contact",
    "ask_basis",
    "check_eligibility",
    "report_problem",
    "check_progress",
)
"""Acts about an item (contract, "Acts")."""
OTHER_ACTS: tuple[str, ...] = (
    "find_place",
    "request_human",
    "inform",
    "affirm",
    "deny",
    "correct",
    "greet",
    "thanks",
    "goodbye",
    "repeat",
    "restart",
    "capabilities",
    "out_of_scope",
)
"""Acts that concern no item."""
ACTS: tuple[str, ...] = ITEM_ACTS + OTHER_ACTS


@dataclass(frozen=True)
class Inbound:
    """One message of one person, as every channel hands it on."""

    conversation_id: str
    """Names the conversation; 1–128 characters of A–Z a–z 0–9 . _ : @ -"""
    text: str
    """What the person wrote, personal numbers already masked."""
    channel: Channel
    """Where it came from."""
    as_of: date
    """The day the question is asked for; today unless the caller says otherwise."""


@dataclass(frozen=True)
class Entity:
    """A piece of the text that names something."""

    type: str
    """place, certificate, insurance, money, duration, date, age, count, organisation."""
    value: str
    """Its usual name ("莘庄镇" for "莘庄")."""
    start: int
    """First character in the normalised text, from 0."""
    end: int
    """One past the last character."""


@dataclass(frozen=True)
class ItemScore:
    """An item that may be meant."""

    item_id: str
    """Id in the policy inventory."""
    score: float
    """Calibrated probability, 0–1."""


@dataclass(frozen=True)
class Understood:
    """What a sentence says, without any conversation around it."""

    text: str
    """The text that was understood (masked)."""
    normalized: str
    """After NFKC, traditional → simplified, spoken fillers."""
    act: str
    """The most probable act, one of ACTS."""
    act_confidence: float
    """Its calibrated probability, 0–1."""
    item_id: str | None = None
    """The linked item; None when no item is meant."""
    item_score: float = 0.0
    """Its calibrated probability, 0–1."""
    alternatives: tuple[ItemScore, ...] = ()
    """Other items, best first."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """Facts heard, by the name rules use ("social_insurance_months": 8)."""
    entities: tuple[Entity, ...] = ()
    """Pieces of the text that name something."""
    in_scope: bool = True
    """False when the service has no business answering."""
    alert: Alert | None = None
    """A danger heard in the text; goes before everything else."""
    acts: tuple[tuple[str, float], ...] = ()
    """The most probable acts with their probabilities, best first."""
    supposed: Mapping[str, Any] = field(default_factory=dict)
    """Facts the sentence only supposes: "要是社保交满十年呢"."""

    def to_dict(self) -> dict[str, Any]:
        """As JSON of the contract."""
        # Written out: dataclasses.asdict copies deeply, and this runs several times a message.
        return {
            **vars(self),
            "alternatives": [{**vars(item)} for item in self.alternatives],
            "facts": dict(self.facts),
            "supposed": dict(self.supposed),
            "entities": [{**vars(entity)} for entity in self.entities],
            "acts": [{"act": act, "score": score} for act, score in self.acts],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Understood:
        """The inverse of to_dict.

        >>> u = Understood("在吗", "在吗", "greet", 0.9, acts=(("greet", 0.9),))
        >>> Understood.from_dict(u.to_dict()) == u
        True
        """
        values = dict(data)
        values["alternatives"] = tuple(ItemScore(**a) for a in data.get("alternatives", ()))
        values["entities"] = tuple(Entity(**e) for e in data.get("entities", ()))
        values["acts"] = tuple((a["act"], a["score"]) for a in data.get("acts", ()))
        return cls(**values)


@dataclass(frozen=True)
class Citation:
    """The document an answer rests on."""

    title: str
    """Its title."""
    doc_no: str | None = None
    """Its official number ("沪府规〔2025〕9号")."""
    issuer: str | None = None
    """Who issued it."""
    effective_from: str | None = None
    """In force since, YYYY-MM-DD."""
    effective_to: str | None = None
    """In force until, YYYY-MM-DD; None when open."""
    url: str | None = None
    """Official address, when one is known."""


@dataclass(frozen=True)
class Block:
    """One part of an answer. Renderers decide how it looks or sounds."""

    kind: BlockKind
    """lead: the answer itself · ticks, steps, points: lists · note · contact · more · source · state."""
    lines: tuple[str, ...]
    """Its sentences, each from a field of an item, an evaluated rule or the phrase book."""
    title: str = ""
    """A short heading for lists; empty when none is needed."""


@dataclass(frozen=True)
class Answer:
    """What to tell a person, before any channel's form."""

    blocks: tuple[Block, ...]
    """Parts, in the order to say them; the first is the answer."""
    quick_replies: tuple[str, ...] = ()
    """Sentences the person may tap next; each is understood when sent back."""
    item_id: str | None = None
    """The item it comes from."""
    item_version: int | None = None
    """The published version it comes from."""
    citations: tuple[Citation, ...] = ()
    """The documents behind it."""
    verification: Verification | None = None
    """Checking state of the item on that day."""

    def to_dict(self) -> dict[str, Any]:
        """As JSON-ready data, for the way through the dialogue engine."""
        return {
            **vars(self),
            "blocks": [{**vars(block), "lines": list(block.lines)} for block in self.blocks],
            "quick_replies": list(self.quick_replies),
            "citations": [{**vars(citation)} for citation in self.citations],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Answer:
        """The inverse of to_dict.

        >>> a = Answer(blocks=(Block("lead", ("可以。",)),), quick_replies=("要带什么",))
        >>> Answer.from_dict(a.to_dict()) == a
        True
        """
        blocks = tuple(Block(b["kind"], tuple(b["lines"]), b.get("title", "")) for b in data["blocks"])
        citations = tuple(Citation(**c) for c in data.get("citations", ()))
        return cls(
            blocks=blocks,
            quick_replies=tuple(data.get("quick_replies", ())),
            item_id=data.get("item_id"),
            item_version=data.get("item_version"),
            citations=citations,
            verification=data.get("verification"),
        )


@dataclass(frozen=True)
class Reply:
    """One message to a person, ready for the channel (contract, "Chat")."""

    text: str
    """What they read."""
    quick_replies: tuple[str, ...] = ()
    """What they may tap next."""
    item_id: str | None = None
    """The item it comes from."""
    citations: tuple[Citation, ...] = ()
    """The documents behind it."""
    verification: Verification | None = None
    """Checking state of the item."""
    item_version: int | None = None
    """The published version it comes from."""

    def to_dict(self) -> dict[str, Any]:
        """As JSON of the contract."""
        return {
            **vars(self),
            "quick_replies": list(self.quick_replies),
            "citations": [{**vars(citation)} for citation in self.citations],
        }
