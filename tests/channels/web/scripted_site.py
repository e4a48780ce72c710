"""In: what the chat API shall do next. Out: a real server on a free port with the real page and that API."""

from __future__ import annotations

import socket
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from bot.channels.web.page import web_page

RENTAL = {
    "text": "要带 3 样东西。\n□ 身份证\n□ 劳动合同，1年以上\n□ 租房申请表\n1. 先打 12345 问\n2. 再去窗口\n· 不收费\n"
    "依据：《上海市公共租赁住房管理办法》",
    "quick_replies": ["在哪办", "多少钱", "多久能办好"],
    "item_id": "housing.public_rental.city",
    "citations": [
        {
            "title": "上海市公共租赁住房管理办法",
            "doc_no": "沪府规〔2025〕9号",
            "issuer": "上海市人民政府",
            "effective_from": "2025-12-01",
            "effective_to": None,
            "url": "https://www.shanghai.gov.cn/x",
        }
    ],
    "verification": "unverified",
}
"""An answer with every part the page can show."""


def said(text: str, **more: Any) -> dict[str, Any]:
    """A plain reply."""
    empty: dict[str, Any] = {"quick_replies": [], "item_id": None, "citations": [], "verification": None}
    return {**empty, "text": text, **more}


@dataclass(frozen=True)
class Step:
    """How the API treats one request."""

    replies: tuple[dict[str, Any], ...] = ()
    """What it answers; empty: an echo of the question."""
    status: int = 200
    """HTTP status; from 400 on a problem with `detail`."""
    detail: str = ""
    """The sentence of the problem."""
    delay_s: float = 0.0
    """How long it thinks."""
    staff: str | None = None
    """Whether staff have the conversation, as the API tells it."""
    raw: str = ""
    """Answers this text instead, as a hotspot's login page does."""


@dataclass
class Site:
    """The running server, its script and what it was asked."""

    url: str = ""
    script: deque[Step] = field(default_factory=deque)
    asked: list[dict[str, Any]] = field(default_factory=list)
    lines: list[dict[str, Any]] = field(default_factory=list)
    """What staff have said."""
    staff: str | None = None
    """The state of the case when the page asks for lines."""
    polls: list[tuple[str, int]] = field(default_factory=list)
    """Conversation and last line of each time the page asked."""

    def clear(self) -> None:
        """As new."""
        for old in (self.script, self.asked, self.lines, self.polls):
            old.clear()
        self.staff = None

    def staff_says(self, text: str, who: str = "staff") -> None:
        """A line of staff, or a notice."""
        self.lines.append({"id": 10 + len(self.lines), "who": who, "text": text, "at": "2026-11-23T10:00:00+08:00"})

    @property
    def texts(self) -> list[str]:
        """The questions, in the order they arrived."""
        return [body["text"] for body in self.asked]

    def plan(self, *steps: Step) -> None:
        """Adds to the script; when it is used up, questions are echoed."""
        self.script.extend(steps)

    def wait_asked(self, count: int, timeout_s: float = 10.0) -> None:
        """Returns once that many questions came in."""
        end = time.monotonic() + timeout_s
        while len(self.asked) < count:
            assert time.monotonic() < end, f"only {len(self.asked)} of {count} questions arrived: {self.texts}"
            time.sleep(0.02)


def make_app(site: Site, hotline: str | None = "12345") -> FastAPI:
    """The page and the scripted API."""
    app = FastAPI()
    app.include_router(web_page(hotline))

    @app.post("/api/v1/chat")
    def chat(body: dict[str, Any], request: Request) -> Response:
        site.asked.append(body)
        step = site.script.popleft() if site.script else Step()
        time.sleep(step.delay_s)
        if step.raw:
            return PlainTextResponse(step.raw, step.status)
        if step.status >= 400:
            problem = {"type": "about:blank", "status": step.status, "detail": step.detail, "code": "x"}
            return JSONResponse(problem, step.status, media_type="application/problem+json")
        replies = step.replies or (said(f"收到：{body['text']}"),)
        return JSONResponse(
            {
                "conversation_id": body["conversation_id"],
                "replies": replies,
                "understanding": {},
                "staff": step.staff,
            }
        )

    @app.get("/api/v1/chat/{conversation_id}/messages")
    def messages(conversation_id: str, after: int) -> Response:
        site.polls.append((conversation_id, after))
        state = site.staff  # first: see bot/channels/web/staff_lines.py
        return JSONResponse({"messages": [line for line in site.lines if line["id"] > after], "staff": state})

    return app


class Running:
    """A uvicorn server in a thread, from start() to stop()."""

    def __init__(self) -> None:
        self.site = Site()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.site.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._server = uvicorn.Server(uvicorn.Config(make_app(self.site), log_level="warning", ws="none"))
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), daemon=True)

    def start(self) -> Site:
        """Serves when it returns."""
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)
        return self.site

    def stop(self) -> None:
        """Ends the server."""
        self._server.should_exit = True
        self._server.force_exit = True
        self._thread.join(5)
        self._socket.close()
