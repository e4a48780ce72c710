"""In: spans of a sentence. Out: entities with the usual name of what they name."""

from __future__ import annotations

from collections.abc import Iterable

from bot.messages import Entity
from bot.understanding.facts.spans import Span

_TYPES = {
    "duration": "duration",
    "limit": "duration",
    "money": "money",
    "age": "age",
    "date": "date",
    "place": "place",
    "home": "place",
}


def to_entities(text: str, spans: Iterable[Span], others: Iterable[Entity]) -> tuple[Entity, ...]:
    """Entities in order of place; of two that overlap the longer stays."""
    found = list(others)
    for span in spans:
        kind = _TYPES.get(span.kind)
        if kind:
            found.append(Entity(kind, span.text or text[span.start : span.end], span.start, span.end))
    kept: list[Entity] = []
    used: set[int] = set()
    for entity in sorted(found, key=lambda e: (e.start - e.end, e.start)):
        if used.isdisjoint(range(entity.start, entity.end)):
            used.update(range(entity.start, entity.end))
            kept.append(entity)
    return tuple(sorted(kept, key=lambda e: e.start))
