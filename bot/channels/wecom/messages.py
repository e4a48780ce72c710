"""In: one entry of WeCom's msg_list. Out: a Push, an event of the session, or nothing to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from bot.channels.masking import mask
from bot.channels.wechat.messages import Kind, Push

_KINDS: Mapping[str, Kind] = {"text": "text", "voice": "voice", "location": "location", "image": "image",
                              "video": "video", "link": "link", "file": "file"}  # fmt: skip
_CUSTOMER = 3


@dataclass(frozen=True)
class Session:
    """A change of a session."""

    what: Literal["entered", "human", "ended"]
    """A person came in; WeCom staff took over in their own client; they have ended."""
    conversation_id: str
    """Whose."""
    code: str = ""
    """For the welcome; empty when none is allowed."""


def read(entry: Mapping[str, Any], named: Callable[[str], str]) -> Push | Session | None:
    """What an entry is. Entries of other kinds, and those that lack what they need, are nothing to us."""
    kind = entry.get("msgtype")
    if kind == "event":
        return _session(entry.get("event") or {}, named)
    person, account, number = (entry.get(name) for name in ("external_userid", "open_kfid", "msgid"))
    if entry.get("origin") != _CUSTOMER or not all(isinstance(one, str) and one for one in (person, account, number)):
        return None
    body = entry.get(str(kind)) or {}
    lat, lon = _point(body) if kind == "location" else (None, None)
    known = _KINDS.get(str(kind), "unknown")
    return Push(
        key=named(f"kf:{account}:{person}:{number}"),
        conversation_id=f"wk:{named(str(person))}",
        person=str(person),
        account=str(account),
        kind="unknown" if known == "location" and lat is None else known,
        text=mask(str(body.get("content", ""))[:4_000]) if kind == "text" else "",
        media_id=str(body.get("media_id", "")) if kind == "voice" else "",
        lat=lat,
        lon=lon,
        sent_at=int(entry.get("send_time") or 0),
    )


def _session(event: Mapping[str, Any], named: Callable[[str], str]) -> Session | None:
    person = event.get("external_userid")
    if not isinstance(person, str) or not person:
        return None
    conversation_id = f"wk:{named(person)}"
    if event.get("event_type") == "enter_session":
        return Session("entered", conversation_id, str(event.get("welcome_code") or ""))
    if event.get("event_type") == "session_status_change":
        return Session("ended" if event.get("change_type") == 3 else "human", conversation_id)
    return None


def _point(body: Mapping[str, Any]) -> tuple[float | None, float | None]:
    try:
        lat, lon = float(body.get("latitude", "")), float(body.get("longitude", ""))
    except (TypeError, ValueError):
        return None, None
    return (round(lat, 3), round(lon, 3)) if abs(lat) <= 90 and abs(lon) <= 180 else (None, None)
