"""In: an item's sources and a day. Out: citations, "依据" lines, and how far the item can be trusted that day."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bot.answers.parts import Part
from bot.answers.phones import phone_to_ask
from bot.answers.phrases import phrase
from bot.answers.text import say_date
from bot.messages import Block, Citation

Source = Mapping[str, Any]
_SHOWN = 2
"""Source lines under an answer; the citations carry all."""


def chosen(item: Mapping[str, Any], refs: Sequence[str]) -> list[Source]:
    """The sources that lines refer to, in the item's order; the item's first when they refer to none."""
    found = [source for source in item["sources"] if source["ref"] in refs]
    return found or list(item["sources"][:1])


def citation(source: Source) -> Citation:
    """A source as it crosses the border."""
    fields = ("doc_no", "issuer", "effective_from", "effective_to", "url")
    values = {name: str(source[name]) if source.get(name) else None for name in fields}
    return Citation(title=source["title"], **values)


def source_block(sources: Sequence[Source]) -> Block | None:
    """The documents an answer rests on; None for an item without any."""
    lines = tuple(source_line(source) for source in sources[:_SHOWN])
    return Block("source", lines) if lines else None


def source_line(source: Source) -> str:
    """One document with its number and since when it is in force."""
    values = {"title": quoted(source["title"])}
    if not is_document(source):
        return phrase("source_line.reference", **values)
    key = "plain"
    if source.get("doc_no"):
        key, values["doc_no"] = "numbered", source["doc_no"]
    if since := say_date(source.get("effective_from")):
        key, values["since"] = "numbered_since" if key == "numbered" else "since", since
    return phrase(f"source_line.{key}", **values)


def basis(item: Mapping[str, Any]) -> Part:
    """The documents, official ones first."""
    if not item["sources"]:
        return Part(phrase("nothing.basis", phone=phone_to_ask(item)))
    official = [source for source in item["sources"] if is_document(source)]
    if not official:
        title = quoted(item["sources"][0]["title"])
        return Part(phrase("basis.lead_reference", title=title), tuple(_named(s) for s in item["sources"][1:]))
    lead = phrase(*_key("basis.lead", official[0]), **_values(official[0]))
    return Part(lead, tuple(_named(source) for source in official[1:]))


def _named(source: Source) -> str:
    return phrase(*_key("basis.line", source), **_values(source))


def _key(stem: str, source: Source) -> tuple[str]:
    return (f"{stem}_numbered" if source.get("doc_no") else stem,)


def _values(source: Source) -> dict[str, str]:
    values = {"title": quoted(source["title"])}
    return {**values, "doc_no": source["doc_no"]} if source.get("doc_no") else values


def quoted(title: str) -> str:
    """A title in its marks, unless it brings its own or is not the document's real title."""
    return title if "《" in title or "标题为概括" in title else f"《{title}》"


def is_document(source: Source) -> bool:
    """Whether it is a document of an authority, not a page that tells of one."""
    issuer = str(source.get("issuer") or "")
    told = re.search(r"转述|第三方|报刊|日报|媒体|上观|\.cn|\.net", issuer + source["title"])
    return bool(source.get("doc_no")) or (bool(issuer) and not told)


def state_block(item: Mapping[str, Any], sources: Sequence[Source], as_of: date) -> Block:
    """How far this can be trusted today, said plainly, with the number to ask."""
    phone = phone_to_ask(item)
    state = item["verification_state"]
    lines = [phrase("state_verified") if state == "verified" else phrase(f"state_{state}", phone=phone)]
    ended = next((source["effective_to"] for source in sources if is_past(source.get("effective_to"), as_of)), None)
    if ended:
        lines.append(phrase("source_ended", until=say_date(str(ended)), phone=phone))
    elif year := last_year(item, as_of):
        lines.append(phrase("last_known_year", year=year))
    if item["confidence"] == "low" or _has_doubtful_parts(item):
        lines.append(phrase("low_confidence"))
    return Block("state", tuple(lines))


def is_past(day: Any, as_of: date) -> bool:
    """Whether a date of any precision is over.

    >>> is_past("2026", date(2026, 11, 23)), is_past("2026-08-15", date(2026, 11, 23)), is_past(None, date.max)
    (False, True, False)
    """
    text = str(day or "")
    return bool(text) and text < as_of.isoformat()[: len(text)]


def last_year(item: Mapping[str, Any], as_of: date) -> str | None:
    """The year a yearly rule was last known for, when that year is over."""
    years = re.findall(r"20\d\d", str(item.get("valid_for") or ""))
    return max(years) if years and max(years) < str(as_of.year) else None


def _has_doubtful_parts(item: Mapping[str, Any]) -> bool:
    return any(part.get("confidence") == "low" for part in (*item["numbers"].values(), *item["conditions"]))
