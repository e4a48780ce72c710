"""In: the fields of a push. Out: a Push: who, which message, what kind, what it opens; or BadInput."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from bot.channels.masking import mask
from bot.errors import BadInput

Kind = Literal["text", "voice", "location", "image", "video", "link", "file", "subscribe", "scan", "click",
               "unsubscribe", "silent", "unknown"]  # fmt: skip
Grant = Literal["message", "tap", "none"]
"""What a push allows us to send: five messages for 48 hours, three for a minute, or nothing."""
_ID = re.compile(r"[A-Za-z0-9_.@-]{1,128}")
_KINDS: Mapping[str, Kind] = {
    "text": "text", "voice": "voice", "location": "location", "image": "image", "link": "link", "file": "file",
    "video": "video", "shortvideo": "video",
}  # fmt: skip
_EVENTS: Mapping[str, Kind] = {
    "subscribe": "subscribe", "scan": "scan", "click": "click", "unsubscribe": "unsubscribe",
}  # fmt: skip
_MOST_TEXT = 4_000
_SHOWN: Mapping[str, str] = {"voice": "〔语音〕", "location": "〔位置〕", "image": "〔图片〕", "video": "〔视频〕",
                             "link": "〔链接〕", "file": "〔文件〕"}  # fmt: skip


@dataclass(frozen=True)
class Push:
    """One message or event. What a person wrote is masked."""

    key: str
    """The same for every repetition of it, and for nothing else; names no person."""
    conversation_id: str
    """Names the conversation; names no person either."""
    person: str
    """The openid: needed to send, kept no longer than the 48 hours in which that is allowed."""
    account: str
    """The account it was sent to."""
    kind: Kind
    """What it is."""
    text: str = ""
    """What was written, heard, or the key of a menu entry or scene."""
    media_id: str = ""
    """Of a voice message without words."""
    encoding: str = "amr"
    """Of its sound: amr or speex."""
    lat: float | None = None
    """Degrees north, to about 100 m: nearer than any venue is known, and no door."""
    lon: float | None = None
    """Degrees east, likewise."""
    grant: Grant = "message"
    """What it allows us to send."""
    sent_at: int = 0
    """Seconds since 1970, by the platform's clock."""


def read(found: Mapping[str, str], named: Callable[[str], str]) -> Push:
    """The push of these fields.

    Args:
        found: as `xml.fields` gives them.
        named: turns an id into a name that does not tell it (HMAC).

    Raises:
        BadInput: a field every push has is missing or not what it should be.
    """
    person, account = (_id(found, name) for name in ("FromUserName", "ToUserName"))
    kind = found.get("MsgType", "").lower()
    if not kind or not found.get("CreateTime", "").isascii() or not found.get("CreateTime", "").isdigit():
        raise BadInput("缺少 MsgType 或 CreateTime。")
    if kind == "event":
        return _event(found, person, account, named)
    number = found.get("MsgId", "")
    if not re.fullmatch(r"[0-9A-Za-z_-]{1,64}", number):
        raise BadInput("缺少 MsgId。")
    lat, lon = _point(found)
    return Push(
        key=named(f"message:{account}:{person}:{number}"),
        conversation_id=f"wx:{named(person)}",
        person=person,
        account=account,
        kind="unknown" if kind == "location" and lat is None else _KINDS.get(kind, "unknown"),
        text=mask((found.get("Content", "") if kind == "text" else found.get("Recognition", ""))[:_MOST_TEXT]),
        media_id=found.get("MediaId", "")[:256] if kind == "voice" else "",
        encoding=found.get("Format", "").lower()[:16] or "amr",
        lat=lat,
        lon=lon,
        # A tapped line of a menu message comes as text, but counts as a tap on a menu.
        grant="tap" if found.get("bizmsgmenuid") else "message",
        sent_at=int(found["CreateTime"][:12]),
    )


def shown(kind: Kind) -> str:
    """What stands in a case for something that is no text.

    >>> shown("image")
    '〔图片〕'
    """
    return _SHOWN.get(kind, "〔其他消息〕")


def _event(found: Mapping[str, str], person: str, account: str, named: Callable[[str], str]) -> Push:
    event, key = found.get("Event", "").lower(), found.get("EventKey", "")[:256]
    if not event:
        raise BadInput("缺少 Event。")
    kind = _EVENTS.get(event, "silent")
    # An event has no number: two different ones may share a second, so its name and key are part of what it is.
    return Push(
        key=named(f"event:{account}:{person}:{found['CreateTime']}:{event}:{key}"),
        conversation_id=f"wx:{named(person)}",
        person=person,
        account=account,
        kind=kind,
        text=mask(key.removeprefix("qrscene_")),
        grant="tap" if kind in ("subscribe", "scan", "click") else "none",
        sent_at=int(found["CreateTime"][:12]),
    )


def _id(found: Mapping[str, str], name: str) -> str:
    value = found.get(name, "")
    if not _ID.fullmatch(value):
        raise BadInput(f"缺少 {name}。")
    return value


def _point(found: Mapping[str, str]) -> tuple[float | None, float | None]:
    try:
        lat, lon = float(found.get("Location_X", "")), float(found.get("Location_Y", ""))
    except ValueError:
        return None, None
    return (round(lat, 3), round(lon, 3)) if abs(lat) <= 90 and abs(lon) <= 180 else (None, None)
