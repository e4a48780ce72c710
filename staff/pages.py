"""In: a template's name and its values. Out: an HTML response; every value is escaped."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request

from services.knowledge.drafts import STATE_NAMES
from services.knowledge.topics import CONFIDENCE_NAMES, EVIDENCE_NAMES, REGION_NAMES, TOPIC_NAMES
from staff import roles
from staff.audit import DEEDS
from staff.gate import Visit
from staff.imports import batch_of
from staff.item_form import HINTS, PART_CHOICES, ROWS, TITLES

HERE = Path(__file__).resolve().parent
MENU: tuple[tuple[roles.Role, str, str], ...] = (
    ("reader", "/staff/", "查事项"),
    ("agent", "/staff/handover", "接待"),
    ("agent", "/staff/calls", "来电"),
    ("agent", "/staff/cases", "工单"),
    ("editor", "/staff/drafts", "草稿审核"),
    ("editor", "/staff/checks", "核对"),
    ("editor", "/staff/try", "试一试"),
    ("editor", "/staff/questions", "没答好"),
    ("editor", "/staff/figures", "统计"),
    ("admin", "/staff/people", "账号"),
    ("admin", "/staff/audit", "记录"),
)
"""Least role, address, label."""
STATES = {"verified": "已核对", "unverified": "未核对", "expired": "可能过期"}
DONE: dict[str, str] = {
    "password": "密码改好了。", "added": "账号建好了。", "changed": "改好了。", "saved": "存好了。",
    "submitted": "已交审核，等另一位同事看。", "published": "已发布，几秒内到处生效。", "returned": "已退回。",
    "dropped": "草稿丢掉了。", "checked": "已标为核对过。", "assigned": "已分派。", "sentence": "例句记下了，等人审。",
    "judged": "审好了。", "cards": "收起来了。", "opened": "工单建好了。",
    "claimed": "这一位归你了，机器人不再回答他。", "replied": "发出去了。", "transferred": "转好了，对方会知道。",
    "closed": "接待完了，对方会知道。", "called_back": "记下了。", "erased": "这通电话删掉了。",
}  # fmt: skip
"""What a page says after something was done, by the word in its address."""


def render(
    request: Request, template: str, visit: Visit | None = None, status: int = 200, /, **values: Any
) -> HTMLResponse:
    """A page or a part of one.

    Args:
        request: for its address.
        template: file under templates/.
        visit: who is looking; None before signing in.
        status: HTTP status.
        values: for the template.
    """
    done = DONE.get(request.query_params.get("done", ""), "")
    oidc = request.app.state.console.oidc is not None
    page = _environment().get_template(template)
    text = page.render(visit=visit, path=request.url.path, done=done, oidc=oidc, **values)
    return HTMLResponse(text.encode("utf-8", "replace"), status, {"Cache-Control": "no-store"})


@lru_cache(maxsize=1)
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    made.globals.update(
        asset=_asset, batch_of=batch_of,
        TOPICS=TOPIC_NAMES, REGIONS=REGION_NAMES, STATES=STATES, ROLES=roles.NAMES, DEEDS=DEEDS,
        MEANS=roles.MEANS, menu=MENU, CONFIDENCES=CONFIDENCE_NAMES, EVIDENCES=EVIDENCE_NAMES,
        DRAFTS=STATE_NAMES, HINTS=HINTS, PART_CHOICES=PART_CHOICES, ROWS=ROWS, TITLES=TITLES,
    )  # fmt: skip
    made.filters["moment"] = _moment
    made.filters["clock"] = _clock
    return made


@lru_cache(maxsize=64)
def _asset(name: str) -> str:
    """Address of a static file; a changed file has a new one."""
    return f"/staff/static/{name}?v={sha256((HERE / 'static' / name).read_bytes()).hexdigest()[:12]}"


def _clock(ms: int) -> str:
    """65000 → "1:05"; as Calls.clock of static/calls/make.js."""
    minutes, seconds = divmod(ms // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M}" if at else ""
