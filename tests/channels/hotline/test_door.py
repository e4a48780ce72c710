"""Who may use the hotline's addresses."""

from __future__ import annotations

import pytest
from starlette.requests import HTTPConnection

from bot.channels.hotline.door import Door
from bot.errors import Forbidden


def asking(query: str = "", **headers: str) -> HTTPConnection:
    sent = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return HTTPConnection({"type": "http", "headers": sent, "query_string": query.encode(), "path": "/"})


def test_with_a_key_only_the_key_opens() -> None:
    plain = Door("secret", "0.0.0.0")
    plain.check(asking(authorization="Bearer secret", x_forwarded_for="10.0.0.1"))
    plain.check(asking("key=secret"))
    for wrong in (asking(), asking("key=other"), asking(authorization="Bearer other"), asking(authorization="Bearer ")):
        with pytest.raises(Forbidden, match="HOTLINE_KEY"):
            plain.check(wrong)


@pytest.mark.parametrize(
    ("host", "open_"), [("127.0.0.1", True), ("::1", True), ("0.0.0.0", False), ("10.0.0.5", False)]
)
def test_without_a_key_only_this_machine(host: str, open_: bool) -> None:
    door = Door("", host)
    if open_:
        door.check(asking(host="127.0.0.1:8000"))
    else:
        with pytest.raises(Forbidden, match="HOTLINE_KEY"):
            door.check(asking())


def test_not_through_a_proxy_and_not_from_a_foreign_page() -> None:
    door = Door("", "127.0.0.1")
    with pytest.raises(Forbidden, match="HOTLINE_KEY"):
        door.check(asking(x_forwarded_for="10.0.0.1"))
    with pytest.raises(Forbidden, match="网页"):
        door.check(asking(host="127.0.0.1:8000", origin="https://example.com"))
    door.check(asking(host="127.0.0.1:8000", origin="http://127.0.0.1:8000"))
