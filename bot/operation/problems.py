"""In: an exception on its way to an API caller. Out: problem details (RFC 9457), `detail` in plain Chinese.

Members: type, title, status, detail, code (stable English word), errors (wrong fields), request_id (500 only).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from bot.errors import FieldError, LaihutongError, TooMany, Unavailable
from bot.operation.field_messages import field_message

_BY_STATUS: Mapping[int, tuple[str, str]] = {
    400: ("bad_request", "请求读不懂。请用 UTF-8 编码的 JSON。"),
    401: ("not_signed_in", "请先登录。"),
    403: ("not_allowed", "没有权限做这件事。"),
    404: ("not_found", "没有这个地址，或者要找的内容不存在。"),
    405: ("method_not_allowed", "这个地址不支持这种请求方法。"),
    413: ("too_large", "内容太大，请缩短后再发。"),
    415: ("unsupported_media_type", "请用 JSON 格式发送。"),
    429: ("too_many_requests", "发得太快了，请过一会儿再试。"),
    500: ("internal_error", "系统出错了，请过一会儿再试，急事请打 12345。"),
    503: ("unavailable", "服务暂时不可用，请过一会儿再试，急事请打 12345。"),
}
_TITLES: Mapping[int, str] = {
    400: "请求读不懂", 401: "没有登录", 403: "没有权限", 404: "找不到", 405: "方法不支持", 409: "有冲突",
    413: "内容太大", 415: "格式不支持", 422: "内容不对", 429: "太快了", 500: "系统出错", 503: "暂时不可用",
}  # fmt: skip

log = structlog.get_logger("problems")


def problem(
    status: int,
    code: str,
    detail: str,
    errors: Sequence[FieldError] = (),
    headers: Mapping[str, str] | None = None,
    **members: Any,
) -> JSONResponse:
    """A response with problem details.

    Args:
        status: HTTP status.
        code: stable English word for programs.
        detail: what is wrong, for a person, in Chinese.
        errors: wrong fields.
        headers: extra response headers.
        members: extra members of the body.
    """
    body: dict[str, Any] = {
        "type": f"urn:laihutong:problem:{code}",
        "title": _TITLES.get(status, "请求没有成功"),
        "status": status,
        "detail": detail,
        "code": code,
        "errors": [{"field": error.field, "message": error.message} for error in errors],
    }
    return JSONResponse(_encodable(body | members), status, headers, media_type="application/problem+json")


def install_problems(app: FastAPI) -> None:
    """Make every error of this app, known or not, reach the caller as problem details."""
    app.add_exception_handler(LaihutongError, _ours)
    app.add_exception_handler(RequestValidationError, _wrong_fields)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


async def _ours(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, LaihutongError)
    if error.status >= 500:
        log.warning("request_failed", code=error.code, path=_route(request), exc_info=error)
    wait = 60 if isinstance(error, TooMany) else 5 if isinstance(error, Unavailable) else None
    headers = {"Retry-After": str(wait)} if wait else None
    return problem(error.status, error.code, error.sentence, error.fields, headers)


async def _wrong_fields(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    if any(str(each["type"]) in ("json_invalid", "value_error.jsondecode") for each in found):
        return problem(400, "bad_json", "请求不是正确的 JSON，请检查引号、逗号和括号。")
    fields = [FieldError(_path(each["loc"]), field_message(each)) for each in found]
    first = f"{fields[0].field}：{fields[0].message}" if fields else "内容不对。"
    return problem(422, "bad_input", first, fields)


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    code, sentence = _BY_STATUS.get(error.status_code, ("http_error", "请求没有成功。"))
    # Only sentences written for people are shown; the framework's own are English.
    written = str(error.detail)
    own = any("\u4e00" <= char <= "\u9fff" for char in written)
    return problem(error.status_code, code, written if own else sentence, headers=error.headers)


async def _unexpected(request: Request, error: Exception) -> JSONResponse:
    request_id = getattr(request.state, "request_id", "")
    log.error("unexpected_error", request_id=request_id, path=_route(request), exc_info=error)
    code, sentence = _BY_STATUS[500]
    return problem(500, code, sentence, request_id=request_id)


def _route(request: Request) -> str:
    """The path as it was declared ("/api/v1/cases/{number}"): the real one may hold personal data."""
    return getattr(request.scope.get("route"), "path", "")


def _path(location: Sequence[str | int]) -> str:
    """Where the field is, without the "body" or "query" before it."""
    return ".".join(str(part) for part in location[1:]) or str(location[0])


def _encodable(value: Any) -> Any:
    """The same data with lone surrogates (a caller's field name may hold them) replaced."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {key: _encodable(each) for key, each in value.items()}
    return [_encodable(each) for each in value] if isinstance(value, list) else value
