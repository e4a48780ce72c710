"""In: facts of an utterance, or what an agent typed. Out: what is known of the caller, with words and time. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.channels.hotline.assist.mind import MOST_FACTS, Heard, Mind
from bot.channels.hotline.transcript import Line
from bot.dialogue.turn import takes_back
from bot.understanding.facts.answers import UNKNOWN
from bot.understanding.facts.askable import askable
from bot.understanding.facts.labels import spoken_facts

MOST_BEFORE = 5


def told(mind: Mind, facts: Mapping[str, Any], words: str, line: Line) -> Mind:
    """The mind after what a caller said; a newer word counts, "don't know" does not wipe out what was told."""
    kept = dict(mind.facts)
    for name, value in facts.items():
        old = kept.get(name)
        if old is not None and old.segment_id == line.id:  # the same utterance, mended or heard together with the next
            kept[name] = replace(old, value=value, words=words)
        elif _counts(mind, name, value, words, old):
            before = (*old.before, old.value)[-MOST_BEFORE:] if old and old.value != value else ()
            kept[name] = Heard(name, value, words, line.id, line.begin_ms, line.end_ms, "caller", before)
    return replace(mind, facts=dict(list(kept.items())[-MOST_FACTS:]))


def _counts(mind: Mind, name: str, value: Any, words: str, old: Heard | None) -> bool:
    struck = value in mind.rejected.get(name, ())
    if struck and not takes_back(words):
        return False  # the agent has corrected just that
    return old is None or (old.value != value and value != UNKNOWN)


def unheard(mind: Mind, segment_id: int) -> Mind:
    """The mind before an utterance that has been mended: its facts are heard anew."""
    kept = {name: heard for name, heard in mind.facts.items() if heard.segment_id != segment_id}
    return replace(mind, facts=kept)


def edited(mind: Mind, fact: str, value: Any) -> Mind:
    """The mind after an agent typed a value; None: it is not so."""
    old, kept = mind.facts.get(fact), dict(mind.facts)
    rejected = dict(mind.rejected)
    if old is not None and old.value != value:
        rejected[fact] = (*rejected.get(fact, ()), old.value)[-MOST_BEFORE:]
    rejected[fact] = tuple(one for one in rejected.get(fact, ()) if one != value)
    if value is None:
        kept.pop(fact, None)
    else:
        before = (*old.before, old.value)[-MOST_BEFORE:] if old else ()
        kept[fact] = Heard(fact, value, "", -1, 0, 0, "agent", before)
    return replace(mind, facts=kept, rejected=rejected)


def values(mind: Mind) -> dict[str, Any]:
    """Fact → value."""
    return {name: heard.value for name, heard in mind.facts.items()}


def shown(mind: Mind) -> list[dict[str, Any]]:
    """The facts as a screen shows them, in the order they came."""
    known = askable()
    found = []
    for name, heard in mind.facts.items():
        label = next(iter(spoken_facts({name: heard.value}).items()), None)
        if label is None or name not in known:
            continue
        found.append({
            "fact": name, "label": label[0], "value": heard.value, "shown": label[1], "words": heard.words,
            "segment_id": heard.segment_id if heard.segment_id >= 0 else None, "begin_ms": heard.begin_ms,
            "end_ms": heard.end_ms, "by": heard.by, "before": list(heard.before),
        })  # fmt: skip
    return found
