"""In: an error code of WeChat's or WeCom's API. Out: what to do about it. Codes: the platforms' documentation."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from bot.errors import Unavailable


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
    PLAIN = "plain"
    """A form this account may not use: send the same as text."""
    SHORTEN = "shorten"
    """Too long: send a shorter page, the rest waits for "更多"."""
    GIVE_UP = "give_up"
    """Nothing helps: keep a record."""


class ApiError(Unavailable):
    """The API refused, or did not answer.

    Args:
        code: its errcode; 0 when there was no answer.
    """

    def __init__(self, code: int, do: Do) -> None:
        super().__init__("微信接口现在用不了。")
        self.errcode, self.do = code, do


_BOTH: Mapping[int, Do] = {
    -1: Do.AGAIN,
    40001: Do.RENEW, 40014: Do.RENEW, 42001: Do.RENEW, 41001: Do.RENEW,
    45009: Do.PAUSE,
    40013: Do.STAFF,
}  # fmt: skip
WECHAT: Mapping[int, Do] = {
    **_BOTH,
    45011: Do.AGAIN, 45080: Do.AGAIN, 45081: Do.AGAIN,
    40164: Do.STAFF, 48001: Do.STAFF, 50002: Do.STAFF, 40125: Do.STAFF, 61024: Do.STAFF,
    45015: Do.CLOSED, 48002: Do.CLOSED, 43004: Do.CLOSED,
    45047: Do.USED_UP,
    45098: Do.PLAIN, 40200: Do.PLAIN, 45008: Do.PLAIN,
    45002: Do.SHORTEN,
    40003: Do.GIVE_UP,
}  # fmt: skip
WECOM: Mapping[int, Do] = {
    **_BOTH,
    45033: Do.AGAIN,
    48002: Do.STAFF, 60011: Do.STAFF, 60020: Do.STAFF, 95017: Do.STAFF,
    95002: Do.CLOSED, 95013: Do.CLOSED, 95018: Do.CLOSED,
    95001: Do.USED_UP,
    95008: Do.PLAIN, 95009: Do.PLAIN,
    45002: Do.SHORTEN,
}  # fmt: skip
"""The same number may mean another thing there: 48002 is a missing right of the account, not a person who refuses."""
_HINTS: Mapping[int, str] = {
    40164: "服务器的出口地址不在公众号的 IP 白名单里",
    48001: "公众号没有客服消息的权限",
    50002: "公众号被限制了",
    40013: "WECHAT_APP_ID 或 WECOM_CORP_ID 不对",
    40125: "WECHAT_APP_SECRET 不对",
    45009: "今天的接口调用次数用完了",
    60020: "服务器的出口地址不在企业微信的可信 IP 里",
    95017: "企业微信后台没有打开微信客服的 API",
}


def what_to_do(code: int, codes: Mapping[int, Do] = WECHAT) -> Do:
    """What a code asks for; of 0, which asks for nothing, the answer means nothing.

    >>> what_to_do(45047), what_to_do(95001, WECOM)
    (<Do.USED_UP: 'used_up'>, <Do.USED_UP: 'used_up'>)
    """
    return codes.get(code, Do.GIVE_UP)


def hint(code: int) -> str:
    """What staff should know about it, in Chinese; empty when nothing."""
    return _HINTS.get(code, "")
