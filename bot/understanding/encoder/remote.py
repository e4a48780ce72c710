"""In: texts and the address of an OpenAI-compatible embeddings service. Out: their vectors from there.

Protocol: POST {url}/embeddings {"model", "input": [text]} → {"data": [{"index", "embedding"}]},
https://platform.openai.com/docs/api-reference/embeddings. Texts leave the house: choose it knowingly.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import httpx
import numpy as np

from bot.errors import LaihutongError, ServiceDown, SetupError
from bot.understanding.encoder import WIDTH, Vectors

BATCH = 64
"""Texts in one request."""


class OpenAIEncoder:
    """Vectors from an embeddings service; one object serves all threads.

    Args:
        url: base address, up to and without "/embeddings" ("http://host:8000/v1").
        model: name of the model there.
        key: sent as a bearer token; empty sends none.
        timeout: seconds for one request.
        prefix: text put before every question, for models trained with one ("query: " for e5).
        width: numbers in one vector of that model.
    """

    def __init__(
        self,
        url: str,
        model: str,
        key: str = "",
        timeout: float = 3.0,
        *,
        prefix: str = "",
        width: int = WIDTH,
    ) -> None:
        self._url, self._model, self._prefix, self._width = url.rstrip("/"), model, prefix, width
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._client = httpx.Client(timeout=timeout, headers=headers)
        name = "\n".join([self._url, model, prefix, str(width)])
        self.identity = "openai-" + hashlib.sha256(name.encode()).hexdigest()[:16]

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors, float32 [len(texts), width], length 1; an empty text is not sent and gives zeros.

        Raises:
            ServiceDown: no answer in time, a server error, or an answer that makes no sense.
            SetupError: the service refuses the request (wrong key, address, model or width).
        """
        vectors = np.zeros((len(texts), self._width), np.float32)
        rows = [row for row, text in enumerate(texts) if text.strip()]
        for start in range(0, len(rows), BATCH):
            part = rows[start : start + BATCH]
            vectors[part] = self._request([self._prefix + _utf8(texts[row].strip()) for row in part])
        return vectors

    def _request(self, texts: list[str]) -> Vectors:
        body = {"model": self._model, "input": texts, "encoding_format": "float"}
        try:
            reply = self._client.post(f"{self._url}/embeddings", json=body)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ServiceDown(f"句向量服务 {self._url} 没有应答（{type(error).__name__}）。") from error
        if not reply.is_success:
            raise self._refused(reply.status_code)
        try:
            data = sorted(reply.json()["data"], key=lambda entry: int(entry["index"]))
            vectors = np.array([entry["embedding"] for entry in data], np.float32)
        except (ValueError, TypeError, KeyError) as error:
            raise ServiceDown(f"句向量服务 {self._url} 的应答不合格式。") from error
        if vectors.ndim != 2 or len(vectors) != len(texts) or not np.isfinite(vectors).all():
            raise ServiceDown(f"句向量服务 {self._url} 的应答不完整。")
        if vectors.shape[1] != self._width:
            raise SetupError(f"句向量服务的向量有 {vectors.shape[1]} 维，设置里写的是 {self._width} 维。")
        unit: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        return unit

    def _refused(self, status: int) -> LaihutongError:
        if status >= 500 or status in (408, 429):  # the other 4xx will not get better by waiting
            return ServiceDown(f"句向量服务 {self._url} 暂时不可用（HTTP {status}）。")
        return SetupError(f"句向量服务 {self._url} 拒绝请求（HTTP {status}）：请检查地址、模型名和密钥。")


def _utf8(text: str) -> str:
    """Half a surrogate pair has no UTF-8 and could not be sent."""
    return text.encode("utf-8", "replace").decode()
