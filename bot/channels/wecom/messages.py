"""In: one entry of WeCom's msg_list. Out: a Push, a change of a session, a line of staff, a failure, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from bot.channels.masking import mask
from bot.channels.wechat.messages import Kind, Push, shown

_KINDS: Mapping[str, Kind] = {"text": "text", "voice": "voice", "location": "location", "image": "image",
                              "video": "video", "link": "link", "file": "file"}  # fmt: skip
_CUSTOMER, _STAFF = 3, 5
_ENDED = 3


@dataclass(frozen=True)
class Session:
    """A change of a session."""

    what: Literal["entered", "human", "ended"]
    """A person came in; WeCom staff took over in their own client; they have ended."""
    conversation_id: str
    """Whose."""
    code: str = ""
    """For one line to the person; empty when none is allowed."""
    sent_at: int = 0
    """Seconds since 1970, by the platform's clock."""


@dataclass(frozen=True)
class StaffLine:
    """What staff said in WeCom's own client."""

    conversation_id: str
    """To whom."""
    key: str
    """The same for the same line."""
    text: str
    """The words, masked."""


@dataclass(frozen=True)
class Failed:
    """A message of ours that WeCom took and did not deliver."""

    conversation_id: str
    """Whose."""
    key: str
    """The message's key."""
    why: int
    """WeCom's fail_type."""


Read = Push | Session | StaffLine | Failed


def read(entry: Mapping[str, Any], named: Callable[[str], str]) -> Read | None:
    """What an entry is. Entries of other kinds, and those that lack what they need, are nothing to us."""
    kind = str(entry.get("msgtype"))
    if kind == "event":
        return _event(entry, named)
    person, account, number = (entry.get(name) for name in ("external_userid", "open_kfid", "msgid"))
    if not all(isinstance(one, str) and one for one in (person, account, number)):
        return None
    body = entry.get(kind)
    body = body if isinstance(body, dict) else {}
    key, conversation_id = named(f"kf:{account}:{person}:{number}"), _conversation(str(person), named)
    text = mask(str(body.get("content", ""))[:4_000]) if kind == "text" else ""
    if entry.get("origin") == _STAFF:
        return StaffLine(conversation_id, key, text or shown(_KINDS.get(kind, "unknown")))
    if entry.get("origin") != _CUSTOMER:
        return None
    lat, lon = _point(body) if kind == "location" else (None, None)
    known = _KINDS.get(kind, "unknown")
    return Push(
        key=key,
        conversation_id=conversation_id,
        person=str(person),
        account=str(account),
        kind="unknown" if known == "location" and lat is None else known,
        text=text,
        media_id=str(body.get("media_id", "")) if kind == "voice" else "",
        lat=lat,
        lon=lon,
        sent_at=_seconds(entry),
    )


def _event(entry: Mapping[str, Any], named: Callable[[str], str]) -> Read | None:
    event = entry.get("event")
    person = event.get("external_userid") if isinstance(event, dict) else None
    if not isinstance(event, dict) or not isinstance(person, str) or not person:
        return None
    conversation_id, kind = _conversation(person, named), event.get("event_type")
    if kind == "enter_session":
        return Session("entered", conversation_id, str(event.get("welcome_code") or ""), _seconds(entry))
    if kind == "session_status_change":
        what: Literal["human", "ended"] = "ended" if event.get("change_type") == _ENDED else "human"
        return Session(what, conversation_id, str(event.get("msg_code") or ""), _seconds(entry))
    if kind == "msg_send_fail" and isinstance(event.get("fail_msgid"), str):
        why = event.get("fail_type")
        return Failed(conversation_id, event["fail_msgid"][:64], why if isinstance(why, int) else 0)
    return None


def _conversation(person: str, named: Callable[[str], str]) -> str:
    return f"wk:{named(person)}"


def _seconds(entry: Mapping[str, Any]) -> int:
    sent = entry.get("send_time")
    return sent if isinstance(sent, int) else 0


def _point(body: Mapping[str, Any]) -> tuple[float | None, float | None]:
    try:
        lat, lon = float(body.get("latitude", "")), float(body.get("longitude", ""))
    except (TypeError, ValueError):
        return None, None
    return (round(lat, 3), round(lon, 3)) if abs(lat) <= 90 and abs(lon) <= 180 else (None, None)
