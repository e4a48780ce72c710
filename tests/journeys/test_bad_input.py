"""Whatever is sent, the answer is a clear sentence and never a 500."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

import httpx
import pytest

from tests.journeys.conftest import Server

pytestmark = pytest.mark.engine


def chat(api: httpx.Client, text: Any, **more: Any) -> httpx.Response:
    return api.post("/api/v1/chat", json={"conversation_id": uuid.uuid4().hex, "text": text, **more})


@pytest.mark.parametrize(
    "text",
    ["", "   \n\t ", "😭😭😭", "👶💉❓", "？？？", "。", "a", "1", "居住证" * 600, "工" * 2_000,
     "\x00\x07\x1b[31m居住证\u202e\u200b",
     "<script>alert(1)</script>", "/restart", "/greet{\"a\":1}", "'; drop table item_version; --", "{{7*7}}", "%s%n",
     "\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace"), "居\u0301住\u0301证", "﷽" * 100, "🏳️‍🌈" * 50],
)  # fmt: skip
def test_every_text_gets_an_answer(api: httpx.Client, text: str) -> None:
    answer = chat(api, text)
    assert answer.status_code == 200
    replies = answer.json()["replies"]
    assert replies
    assert all(reply["text"].strip() for reply in replies)


def test_an_order_to_the_engine_is_text(api: httpx.Client) -> None:
    heard = chat(api, "/restart").json()["understanding"]
    assert heard["text"] in ("/restart", "／restart")
    conversation = uuid.uuid4().hex
    for text in ("办居住证要带什么", '/ask_cost{"topic": "x"}'):
        answer = api.post("/api/v1/chat", json={"conversation_id": conversation, "text": text})
        assert answer.status_code == 200


def test_a_text_too_long_to_read_is_told_so(api: httpx.Client) -> None:
    answer = chat(api, "长" * 2_001)
    assert answer.status_code == 200
    assert "太长" in answer.json()["replies"][0]["text"]


@pytest.mark.parametrize("length", [100_000, 5_000_000])
def test_a_huge_body_is_refused_kindly(api: httpx.Client, length: int) -> None:
    answer = chat(api, "长" * length)
    assert answer.status_code == 413
    assert_problem(answer, "too_large")


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'"text"', b'{"conversation_id": "c"}', b'{"text": "x"}', b"\xff\xfe\xfa",
     b'{"conversation_id": "c", "text": "\xff"}', b'{"conversation_id": "c", "text": NaN}',
     '{"conversation_id": "中文", "text": "x"}'.encode(), b'{"conversation_id": "", "text": "x"}',
     b'{"conversation_id": "a b", "text": "x"}', b'{"conversation_id": 5, "text": "x"}',
     b'{"conversation_id": "c", "text": 5}', b'{"conversation_id": "c", "text": null}',
     b'{"conversation_id": "c", "text": ["x"]}', b'{"conversation_id": "c", "text": {"a": 1}}',
     b'{"conversation_id": "c", "text": "x", "channel": "telepathy"}',
     b'{"conversation_id": "c", "text": "x", "as_of": "1999-12-31"}',
     b'{"conversation_id": "c", "text": "x", "as_of": "2101-01-01"}',
     b'{"conversation_id": "c", "text": "x", "as_of": "2026-02-30"}',
     b'{"conversation_id": "c", "text": "x", "as_of": 20260101}', b'{"conversation_id": "c", "text": "x", "extra": 1}',
     b'{"conversation_id": "' + b"c" * 129 + b'", "text": "x"}', b"[" * 10_000],
)  # fmt: skip
def test_a_malformed_request_is_a_clear_error(api: httpx.Client, body: bytes) -> None:
    answer = api.post("/api/v1/chat", content=body, headers={"content-type": "application/json"})
    assert 400 <= answer.status_code < 500
    assert_problem(answer)


@pytest.mark.parametrize(
    ("path", "status"),
    [("/api/v1/items/no.such.item", 404), ("/api/v1/items/residence.registration?as_of=nonsense", 422),
     ("/api/v1/items/residence.registration?as_of=1999-01-01", 422), ("/api/v1/search?q=", 422),
     (f"/api/v1/search?q={'x' * 201}", 422), ("/api/v1/search?q=x&limit=0", 422),
     ("/api/v1/search?q=x&limit=many", 422),
     ("/api/v1/search?q=x&topic=astrology", 422), ("/api/v1/places", 422), ("/api/v1/places?lat=x&lon=1", 422),
     ("/nowhere", 404), ("/api/v1/chat", 405)],
)  # fmt: skip
def test_wrong_addresses_are_clear_errors(api: httpx.Client, path: str, status: int) -> None:
    answer = api.get(path)
    assert answer.status_code == status
    assert_problem(answer)


@pytest.mark.parametrize("texts", [[], ["", "😭", "办居住证要带什么"], ["居住证"] * 200])
def test_batches_answer_one_for_one(api: httpx.Client, texts: list[str]) -> None:
    answer = api.post("/api/v1/understand/batch", json={"texts": texts, "channel": "web"})
    assert answer.status_code == 200
    assert len(answer.json()["results"]) == len(texts)


@pytest.mark.parametrize("body", [{"texts": ["x"] * 201}, {"texts": "x"}, {"texts": [1]}, {}])
def test_wrong_batches_are_clear_errors(api: httpx.Client, body: dict[str, Any]) -> None:
    answer = api.post("/api/v1/understand/batch", json=body)
    assert answer.status_code == 422
    assert_problem(answer)


def test_personal_numbers_go_no_further_than_the_channel(api: httpx.Client, server: Server) -> None:
    secret, phone = "11010519491231002X", "13812345678"
    answer = chat(api, f"我身份证{secret}，电话{phone}，居住证怎么办")
    assert secret not in answer.text
    assert phone not in answer.text
    log = server.log.read_text("utf-8")
    assert secret not in log
    assert phone not in log


async def test_two_messages_of_one_conversation_at_once(server: Server) -> None:
    async with httpx.AsyncClient(base_url=server.url, timeout=30) as api:
        conversation = uuid.uuid4().hex
        texts = ["办居住证要带什么", "那要多少钱", "在哪办", "谢谢"]
        sent = [api.post("/api/v1/chat", json={"conversation_id": conversation, "text": text}) for text in texts]
        answers = await asyncio.gather(*sent)
    assert [answer.status_code for answer in answers] == [200] * 4
    assert all(answer.json()["replies"] for answer in answers)


def assert_problem(answer: httpx.Response, code: str | None = None) -> None:
    assert answer.headers["content-type"].startswith("application/problem+json")
    problem = answer.json()
    assert {"type", "title", "status", "detail", "code"} <= problem.keys()
    assert problem["status"] == answer.status_code
    assert any("\u4e00" <= sign <= "\u9fff" for sign in problem["detail"])
    if code:
        assert problem["code"] == code
