"""In: an error code of WeChat's or WeCom's API. Out: what to do about it. Codes: the platforms' documentation."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum


class Do(Enum):
    """What a code asks for."""

    RENEW = "renew"
    """The token is bad: fetch another once, try once more."""
    AGAIN = "again"
    """Busy for now: try again after a pause."""
    PAUSE = "pause"
    """A quota of the account is used up: leave the API alone for a while, keep the message."""
    STAFF = "staff"
    """Only staff can put it right (rights, list of addresses, secret): tell them, keep the words for the next reply."""
    CLOSED = "closed"
    """The person cannot be reached now: nothing more is sent until they write again."""
    USED_UP = "used_up"
    """This person's messages are used up: the promise holds, the words wait for their next message."""
    SHORTEN = "shorten"
    """Too long, or a form this account may not use: send it as plain shorter text."""
    GIVE_UP = "give_up"
    """Nothing helps: keep a record."""


_CODES: Mapping[int, Do] = {
    -1: Do.AGAIN, 45011: Do.AGAIN,
    40001: Do.RENEW, 40014: Do.RENEW, 42001: Do.RENEW, 41001: Do.RENEW,
    45009: Do.PAUSE,
    40164: Do.STAFF, 48001: Do.STAFF, 50002: Do.STAFF, 40013: Do.STAFF, 40125: Do.STAFF, 61024: Do.STAFF,
    45015: Do.CLOSED, 48002: Do.CLOSED, 43004: Do.CLOSED, 95018: Do.CLOSED,
    45047: Do.USED_UP,
    45002: Do.SHORTEN, 45098: Do.SHORTEN, 40200: Do.SHORTEN, 45008: Do.SHORTEN,
    40003: Do.GIVE_UP,
}  # fmt: skip
_HINTS: Mapping[int, str] = {
    40164: "服务器的出口地址不在公众号的 IP 白名单里",
    48001: "公众号没有客服消息的权限",
    50002: "公众号被限制了",
    40013: "WECHAT_APP_ID 不对",
    40125: "WECHAT_APP_SECRET 不对",
    45009: "今天的接口调用次数用完了",
}


def what_to_do(code: int) -> Do:
    """What a code asks for; of 0, which asks for nothing, the answer means nothing.

    >>> what_to_do(45047)
    <Do.USED_UP: 'used_up'>
    """
    return _CODES.get(code, Do.GIVE_UP)


def hint(code: int) -> str:
    """What staff should know about it, in Chinese; empty when nothing."""
    return _HINTS.get(code, "")
