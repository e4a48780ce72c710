"""In: events with personal data, from us and from libraries. Out: JSON lines without them."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot.operation.logging import configure_logging


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    stream = io.StringIO()
    configure_logging("INFO", stream)
    yield stream
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    structlog.reset_defaults()


def read(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_our_events_are_masked_and_stripped(lines: io.StringIO) -> None:
    with structlog.contextvars.bound_contextvars(request_id="r1"):
        structlog.get_logger("chat").info(
            "from 13812345678",
            text="我叫张三",
            contact="张三",
            nested={"slots": {"a": 1}, "deep": ["310112199001011234", b"abc", 5, None]},
        )
    (event,) = read(lines)
    assert event["event"] == "from 〔手机号〕"
    assert event["nested"] == {"deep": ["〔身份证号〕", "<3 bytes>", 5, None]}
    assert (event["level"], event["logger"], event["request_id"]) == ("info", "chat", "r1")
    assert "张三" not in lines.getvalue()


def test_library_events_go_the_same_way(lines: io.StringIO) -> None:
    logging.getLogger("uvicorn.error").warning("call %s", "138 1234 5678", extra={"text": "张三"})
    (event,) = read(lines)
    assert event["event"] == "call 〔手机号〕"
    assert "text" not in event


def test_an_exception_is_told_and_masked(lines: io.StringIO) -> None:
    try:
        raise ValueError("号码 13812345678 不对")
    except ValueError:
        structlog.get_logger("x").exception("failed")
    (event,) = read(lines)
    assert "ValueError: 号码 〔手机号〕 不对" in str(event["exception"])


def test_libraries_that_talk_about_messages_are_quiet(lines: io.StringIO) -> None:
    for name in ("rasa.core.processor", "httpx", "uvicorn.access", "sqlalchemy.engine"):
        logging.getLogger(name).info("Received user message '我叫张三'")
    structlog.get_logger("rasa.core").info("processor.message", anything="张三")
    assert lines.getvalue() == ""


def test_odd_values_do_not_break_a_line(lines: io.StringIO) -> None:
    structlog.get_logger("x").info("odd", value=object(), surrogate="\ud800"[:1].encode("utf-8", "replace").decode())
    assert len(read(lines)) == 1
