"""In: a request for the hotline's addresses. Out: whether a program may have it: by key, or on this machine alone."""

from __future__ import annotations

import hmac
import ipaddress
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from bot.errors import Forbidden

CLOSED = "电话接口没有对外开放：请在设置里写 HOTLINE_KEY，并在请求里带 Authorization: Bearer 这个密钥。"
WRONG_KEY = "密钥不对。请带 Authorization: Bearer 和 HOTLINE_KEY 里的密钥。"
FOREIGN_PAGE = "别的网页不能连这个地址。"


class Door:
    """Lets programs in.

    Args:
        key: HOTLINE_KEY; empty: only programs of this machine, and only while the server listens on it alone.
        host: the address the server listens on.
    """

    def __init__(self, key: str, host: str) -> None:
        self._key, self._loopback = key.encode(), is_loopback(host)

    def check(self, asking: HTTPConnection) -> None:
        """Returns when it may pass.

        Raises:
            Forbidden: says what to set or send.
        """
        if self._key:
            if not hmac.compare_digest(_given(asking).encode(), self._key):
                raise Forbidden(WRONG_KEY)
            return
        if not self._loopback or "x-forwarded-for" in asking.headers:
            raise Forbidden(CLOSED)
        origin = asking.headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != asking.headers.get("host"):
            # A page from elsewhere in a browser of this machine could read along.
            raise Forbidden(FOREIGN_PAGE)


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches the address.

    >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _given(asking: HTTPConnection) -> str:
    header = asking.headers.get("authorization", "")
    return header.removeprefix("Bearer ") if header else asking.query_params.get("key", "")
