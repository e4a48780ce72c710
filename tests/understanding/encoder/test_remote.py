"""The remote encoder against a real HTTP server on this machine."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import numpy as np
import pytest

from bot.errors import LaihutongError, ServiceDown, SetupError
from bot.understanding.encoder import SentenceEncoder
from bot.understanding.encoder.remote import OpenAIEncoder


class Service(BaseHTTPRequestHandler):
    """Answers by the first part of the path; /v1 works, the others fail in their own way."""

    requests: list[tuple[str | None, dict[str, Any]]]

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.requests.append((self.headers["Authorization"], body))
        way, _, rest = self.path[1:].partition("/")
        entries = [{"index": n, "embedding": self.vector(text)} for n, text in enumerate(body["input"])]
        if way == "slow":
            time.sleep(1)
        if way == "short":
            entries.pop()
        if way == "wide":
            entries[0]["embedding"].append(1.0)
        if way == "nan":
            entries[0]["embedding"][0] = float("nan")
        reply = json.dumps({"data": entries[::-1]})  # the order is free: the index counts
        if way == "garbage":
            reply = "<html>not found</html>"
        if way == "odd":
            reply = '{"data": [{"embedding": "abc"}]}'
        self.send_response(int(way) if way.isdigit() else 200 if rest == "embeddings" else 404)
        self.end_headers()
        self.wfile.write(reply.encode())

    @staticmethod
    def vector(text: str) -> list[float]:
        return [float(len(text)), float(ord(text[-1]) % 7), 3.0, *[0.0] * 381]

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    Service.requests = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Service) as http:
        Thread(target=http.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{http.server_port}"
        http.shutdown()


def test_vectors_in_the_order_of_the_texts(server: str) -> None:
    encoder: SentenceEncoder = OpenAIEncoder(f"{server}/v1/", "e5", "secret", prefix="query: ")
    texts = [f"问题{n}" * (n + 1) for n in range(150)] + ["", "  "]
    vectors = encoder.encode(texts)
    assert vectors.shape == (152, 384)
    assert vectors.dtype == np.float32
    expected = np.array([Service.vector("query: " + text) for text in texts[:150]], np.float32)
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    assert np.allclose(vectors[:150], expected)
    assert not vectors[150:].any()
    assert [len(body["input"]) for _, body in Service.requests] == [64, 64, 22]
    assert {key for key, _ in Service.requests} == {"Bearer secret"}


def test_empty_texts_send_nothing(server: str) -> None:
    assert OpenAIEncoder(f"{server}/v1", "e5").encode([]).shape == (0, 384)
    assert not OpenAIEncoder(f"{server}/v1", "e5").encode([""]).any()
    assert Service.requests == []


def test_half_a_surrogate_pair_can_be_sent(server: str) -> None:
    assert OpenAIEncoder(f"{server}/v1", "e5").encode(["a\ud800"]).any()


@pytest.mark.parametrize(
    ("way", "error", "why"),
    [
        ("500", ServiceDown, "HTTP 500"),
        ("429", ServiceDown, "HTTP 429"),
        ("401", SetupError, "密钥"),
        ("v1/extra", SetupError, "HTTP 404"),
        ("slow", ServiceDown, "没有应答"),
        ("garbage", ServiceDown, "不合格式"),
        ("odd", ServiceDown, "不合格式"),
        ("short", ServiceDown, "不完整"),
        ("nan", ServiceDown, "不完整"),
        ("wide", ServiceDown, "不"),
    ],
)
def test_failures_are_told_apart(server: str, way: str, error: type[LaihutongError], why: str) -> None:
    encoder = OpenAIEncoder(f"{server}/{way}", "e5", "secret", timeout=0.3)
    with pytest.raises(error, match=why) as caught:
        encoder.encode(["居住证", "社保卡"])
    assert "secret" not in caught.value.sentence


def test_another_width_is_an_error_of_the_settings(server: str) -> None:
    with pytest.raises(SetupError, match="384 维，设置里写的是 1024 维"):
        OpenAIEncoder(f"{server}/v1", "bge-m3", width=1024).encode(["居住证"])


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "http://nowhere.invalid", "not an address", ""])
def test_no_server_at_all(url: str) -> None:
    with pytest.raises(ServiceDown, match="没有应答"):
        OpenAIEncoder(url, "e5", timeout=1).encode(["居住证"])


def test_identity_follows_service_and_model() -> None:
    names = {OpenAIEncoder(url, model).identity for url in ("http://a", "http://b") for model in ("x", "y")}
    assert len(names) == 4
    assert OpenAIEncoder("http://a/", "x", "key").identity in names
