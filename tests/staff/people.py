"""In: a URL. Out: somebody signed in at the console, as a browser would be."""

from __future__ import annotations

import re

import httpx

PASSWORD = "mo-li-hua-2026"


class Person:
    """A client with a session.

    Args:
        client: calls the server; its cookies are this person's.
    """

    def __init__(self, client: httpx.Client) -> None:
        self.client = client

    def sign_in(self, name: str, password: str = PASSWORD) -> Person:
        """Signs in, or fails the test."""
        answer = self.client.post("/staff/sign-in", data={"name": name, "password": password, "next": "/staff/"})
        assert answer.status_code == 303, answer.text
        return self

    @property
    def csrf(self) -> str:
        """What this person's forms carry."""
        found = re.search(r'name="csrf" value="([^"]+)"', self.client.get("/staff/password").text)
        assert found
        return found[1]

    def get(self, path: str, **more: object) -> httpx.Response:
        """A page."""
        return self.client.get(f"/staff{path}", **more)  # type: ignore[arg-type]

    def post(self, path: str, data: dict[str, object] | None = None, **more: object) -> httpx.Response:
        """A form, sent as the page sends it."""
        return self.client.post(f"/staff{path}", data={"csrf": self.csrf, **(data or {})}, **more)  # type: ignore[arg-type]
