"""In: wrong requests to a small real app. Out: problem details in Chinese with stable codes, never internals."""

from __future__ import annotations

from datetime import date
from typing import Literal

import httpx
import pytest
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel, Field, StrictStr, validator

from bot.errors import FieldError, NotFound, ServiceDown, TooMany
from bot.operation.install import install_operation


class Body(BaseModel):
    text: StrictStr = Field(..., min_length=1, max_length=5)
    channel: Literal["web", "wechat"] = "web"
    age: int = Field(1, ge=0, le=120)
    day: date | None = None

    class Config:
        extra = "forbid"

    @validator("text")
    def _no_bang(cls, value: str) -> str:
        if "!" in value:
            raise ValueError("不能有感叹号。")
        return value


app = FastAPI()
install_operation(app, most_body_bytes=2_000)


@app.post("/echo")
def echo(body: Body) -> dict[str, str]:
    return {"text": body.text}


@app.get("/fail/{kind}")
def fail(kind: str, number: int = 0) -> None:
    errors: dict[str, Exception] = {
        "missing": NotFound("没有这个事项。", (FieldError("id", "没有。"),)),
        "many": TooMany("太快了。"),
        "down": ServiceDown("服务停了，请打 12345。"),
        "english": HTTPException(403, "Forbidden zone"),
        "chinese": HTTPException(409, "已经有人改过了。"),
    }
    raise errors.get(kind, RuntimeError("secret 13812345678"))


@pytest.fixture
async def http() -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://test")


async def test_a_right_request_goes_through(http: httpx.AsyncClient) -> None:
    assert (await http.post("/echo", json={"text": "好"})).json() == {"text": "好"}


@pytest.mark.parametrize(
    ("body", "field", "message"),
    [
        ({}, "text", "不能缺。"),
        ({"text": None}, "text", "不能是空值。"),
        ({"text": 5}, "text", "要写成文字。"),
        ({"text": ""}, "text", "至少要 1 个字。"),
        ({"text": "一二三四五六"}, "text", "最多 5 个字。"),
        ({"text": "好!"}, "text", "不能有感叹号。"),
        ({"text": "好", "channel": "fax"}, "channel", "只能是 web、wechat。"),
        ({"text": "好", "age": -1}, "age", "不能小于 0。"),
        ({"text": "好", "age": "x"}, "age", "要写成整数。"),
        ({"text": "好", "day": "明天"}, "day", "日期要写成 2026-09-01 这样。"),
        ({"text": "好", "更多": 1}, "更多", "没有这一项。"),
        (5, "body", "要写成 JSON 对象。"),
    ],
)
async def test_wrong_fields(http: httpx.AsyncClient, body: object, field: str, message: str) -> None:
    answer = await http.post("/echo", json=body)
    found = answer.json()
    assert (answer.status_code, found["code"], found["status"]) == (422, "bad_input", 422)
    assert answer.headers["content-type"] == "application/problem+json"
    assert found["errors"][0]["field"] == field
    assert found["errors"][0]["message"].startswith(message)
    assert field in found["detail"]


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"{", "bad_json"), (b"", "bad_input"), (b'{"text": "\xff\xfe"}', "bad_request"), (b"[" * 1_900, "bad_request")],
)
async def test_bodies_that_cannot_be_read(http: httpx.AsyncClient, content: bytes, code: str) -> None:
    answer = await http.post("/echo", content=content, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 422)
    assert answer.json()["code"] == code


async def test_a_lone_surrogate_as_field_name(http: httpx.AsyncClient) -> None:
    headers = {"content-type": "application/json"}
    answer = await http.post("/echo", content=rb'{"text": "a", "\ud800": 1}', headers=headers)
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("path", "status", "code", "detail"),
    [
        ("/nowhere", 404, "not_found", "没有这个地址，或者要找的内容不存在。"),
        ("/echo", 405, "method_not_allowed", "这个地址不支持这种请求方法。"),
        ("/fail/missing", 404, "not_found", "没有这个事项。"),
        ("/fail/many", 429, "too_many_requests", "太快了。"),
        ("/fail/down", 503, "service_down", "服务停了，请打 12345。"),
        ("/fail/english", 403, "not_allowed", "没有权限做这件事。"),
        ("/fail/chinese", 409, "http_error", "已经有人改过了。"),
        ("/fail/missing?number=x", 422, "bad_input", "number：要写成整数。"),
    ],
)
async def test_known_errors(http: httpx.AsyncClient, path: str, status: int, code: str, detail: str) -> None:
    answer = await http.get(path)
    found = answer.json()
    assert (answer.status_code, found["code"], found["detail"]) == (status, code, detail)
    assert found["title"]
    assert found["type"] == f"urn:laihutong:problem:{code}"
    assert ("retry-after" in answer.headers) is (status in (429, 503))


async def test_an_unexpected_error_tells_an_id_and_nothing_else(http: httpx.AsyncClient) -> None:
    answer = await http.get("/fail/surprise", headers={"X-Request-ID": "abcdef-12345"})
    assert answer.status_code == 500
    assert answer.json()["request_id"] == "abcdef-12345"
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
