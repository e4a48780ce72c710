"""In: an item and a day. Out: its checking state on that day, and the form of it that the public may see.

An item's state on a day:

1. expired – what it rests on has ended, or its check has run out:
   - every dated document that its conditions rest on (source_ref) ended before that day; when none of those carries
     a date, every dated document of the item. A document without an end stays in force; one that carries no date at
     all (a guide page) proves nothing either way. Successors are usually listed beside the document they replace,
     so a single ended document among open ones does not expire the item; `make check-data` lists it for a clerk.
   - the date to check again has passed (for verified items a year after the check when none was set, since
     amounts change every year).
2. verified – a clerk had held it against the official page by that day.
3. unverified – nobody had.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from bot.messages import Verification as State
from services.knowledge.models import Item, Source

CHECK_HOLDS = timedelta(days=366)
"""How long a check is good for when no date to check again was set."""


def verification_on(item: Item, day: date) -> State:
    """The checking state of an item on a day, after the rule at the top of this file."""
    if all_ended(_leading_sources(item), day) or _check_ran_out(item, day):
        return "expired"
    checked = item.verification.on
    if item.verification.state == "verified" and checked is not None and checked.first_day() <= day:
        return "verified"
    return "unverified"


def has_ended(source: Source, day: date) -> bool:
    """Whether a document's last day lies before `day`. "2024" ends on its 31 December."""
    return source.effective_to is not None and source.effective_to.last_day() < day


def all_ended(sources: Sequence[Source], day: date) -> bool:
    """Whether there are documents and each has ended."""
    return bool(sources) and all(has_ended(source, day) for source in sources)


def public_dict(item: Item) -> dict[str, Any]:
    """What the public may see of an item: every field in order, without the clerks' notes and the checker's name."""
    data: dict[str, Any] = json.loads(item.json(exclude={"clerk_notes": True, "verification": {"by"}}))
    return data


def _leading_sources(item: Item) -> list[Source]:
    """The dated documents that decide: those behind the conditions, else all."""
    dated = [source for source in item.sources if source.issued or source.effective_from or source.effective_to]
    named = {condition.source_ref for condition in item.conditions}
    return [source for source in dated if source.ref in named] or dated


def _check_ran_out(item: Item, day: date) -> bool:
    check = item.verification
    if check.check_again is not None:
        return check.check_again.last_day() < day
    return check.state == "verified" and check.on is not None and check.on.last_day() + CHECK_HOLDS < day
