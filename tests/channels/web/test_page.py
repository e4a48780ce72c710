"""In: requests for the page and its files. Out: checks of headers, caching and the number to call."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient

from bot.channels.web.page import read_assets
from tests.channels.web.scripted_site import Site, make_app


@pytest.fixture
def client() -> TestClient:
    return TestClient(make_app(Site()))


def test_page_has_strict_headers(client: TestClient) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-cache"


def test_every_file_the_page_names_is_there_and_cached_for_ever(client: TestClient) -> None:
    addresses = re.findall(r'(?:src|href)="(/static/[^"]+)"', client.get("/").text)
    assert {address.split("?")[0].rsplit("/")[-1] for address in addresses} == set(read_assets())
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("query", ["", "?v=000000000000"])
def test_another_version_is_not_cached_for_ever(client: TestClient, query: str) -> None:
    assert client.get("/static/chat.js" + query).headers["cache-control"] == "no-cache"


def test_unchanged_file_is_not_sent_again(client: TestClient) -> None:
    etag = client.get("/").headers["etag"]
    again = client.get("/", headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/", headers={"If-None-Match": '"other"'}).status_code == 200


def test_head_answers_without_body(client: TestClient) -> None:
    answer = client.head("/")
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize("path", ["/static/", "/static/index.html", "/static/../page.py", "/static/%2e%2e/page.py"])
def test_nothing_else_is_served(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_number_comes_from_the_settings_and_is_escaped() -> None:
    assert 'href="tel:962000"' in TestClient(make_app(Site(), "962000")).get("/").text
    odd = TestClient(make_app(Site(), '"><script>')).get("/").text
    assert '"><script>' not in odd


def test_without_a_number_none_is_shown() -> None:
    assert "tel:" not in TestClient(make_app(Site(), None)).get("/").text
