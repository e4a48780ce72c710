"""The FastAPI app: settings, routers, lifespan. Wiring only; every part lives in its station.

Start-up never blocks an answer: /healthz and the page answer at once, then knowledge and understanding load (chat
answers by retrieval), then the dialogue engine (chat answers in full). With several workers this file runs in a
supervisor, which stays small, and once in each worker, which imports the stations in create_app.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from hashlib import sha256
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn
from pydantic import ValidationError

from bot.operation.field_messages import field_message
from bot.operation.workers import end_with_supervisor, listening, supervise
from bot.settings import Settings, settings

if TYPE_CHECKING:
    from fastapi import FastAPI

    from bot.operation.parts import Parts

_LOOK_AGAIN_S = 0.1
_MOST_FRAME = 1_048_576
"""Of a WebSocket message, bytes; a larger one ends the connection, not the call."""
_MEMORY, _METRICS_BYTES = Path("/dev/shm"), 16_000_000
"""A place in memory, and how much must be free there for the metrics."""


async def _at_once(parts: Parts) -> None:
    """Serves from the first second, by retrieval until the engine is up."""


def create_app(chosen: Settings | None = None, until: Callable[[Parts], Awaitable[None]] = _at_once) -> FastAPI:
    """The application of one worker, not yet started.

    Args:
        chosen: the settings; from the environment unless given.
        until: what to wait for, once loading has begun, before connections are taken.
    """
    from fastapi import FastAPI

    from bot.channels.hotline import api as hotline_api
    from bot.channels.hotline import legs_api
    from bot.channels.hotline import setup as hotline
    from bot.channels.hotline.voice import api as voice_api
    from bot.channels.masking import mask
    from bot.channels.web import api as chat_api
    from bot.channels.web import staff_lines
    from bot.channels.web.page import web_page
    from bot.channels.wechat import api as wechat_api
    from bot.channels.wechat.account import namer
    from bot.channels.wechat.setup import seal_of
    from bot.channels.wecom import api as wecom_api
    from bot.channels.wecom import setup as wecom
    from bot.operation import health
    from bot.operation.install import install_operation
    from bot.operation.logging import configure_logging
    from bot.operation.parts import Parts
    from bot.operation.secret import secret_key
    from services.cases import api as cases_api
    from services.eligibility import api as eligibility_api
    from services.handover import api as handover_api
    from services.knowledge import api as knowledge_api
    from services.places import api as places_api
    from staff.app import LARGE_BODIES, staff_app
    from staff.console import Console

    chosen = chosen or settings()
    configure_logging(chosen.log_level)
    parts = Parts(chosen)
    console = Console(chosen, parts, lambda: parts.telephone.hotline().calls)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await parts.start_redis()
        parts.start_channels()
        threading.Thread(target=parts.load, name="loading", daemon=True).start()
        threading.Thread(target=console.prepare, name="staff", daemon=True).start()
        await until(parts)
        try:
            yield
        finally:
            await parts.stop()

    app = FastAPI(title="来沪通", version="0.1.0", lifespan=lifespan, docs_url=None, redoc_url=None)
    install_operation(app, chosen.max_body_bytes, LARGE_BODIES)
    app.include_router(health.router(parts))
    app.include_router(chat_api.router(parts.desk, parts.understand_many))
    app.include_router(knowledge_api.router(parts.snapshot, parts))
    app.include_router(places_api.router(parts.places))
    app.include_router(eligibility_api.router(parts.schemes))
    app.include_router(staff_lines.router(parts.handover))
    key = chosen.handover_key.get_secret_value()
    app.include_router(handover_api.router(parts.handover, parts.accounts.left, mask, key))
    linked, sealed_only = chosen.wechat_msgmenu, chosen.wechat_encrypted_only
    named = namer(secret_key(chosen))
    app.include_router(wechat_api.router(seal_of(chosen), parts.accounts.wechat, named, linked, sealed_only))
    app.include_router(wecom_api.router(wecom.seal_of(chosen), parts.accounts.wecom))
    after_call = lambda call_id: parts.telephone.hotline().afterwards.summary(call_id)  # noqa: E731
    app.include_router(hotline_api.router(lambda: parts.telephone.hotline().calls, after_call, hotline.door(chosen)))
    app.include_router(legs_api.router(lambda: parts.telephone.hearing().legs, hotline.door(chosen)))
    app.include_router(voice_api.router(parts.telephone.outcomes, hotline.door(chosen)))
    app.include_router(cases_api.router(lambda: console.cases, mask, chosen.case_days_promised, parts.may_leave_case))
    app.include_router(web_page(chosen.hotline_number))
    app.mount("/staff", staff_app(console))
    return app


def main() -> int:
    """Serves until Ctrl-C."""
    try:
        chosen = settings()
    except ValidationError as error:
        for wrong in error.errors():
            name = str(wrong["loc"][0]).upper()
            print(f"设置 {name} 不对：{field_message(wrong)}请改 .env 或环境变量。", file=sys.stderr)
        return 2
    if not _port_free(chosen.host, chosen.port):
        print(f"端口 {chosen.port} 已经有程序在用。换一个：PORT={chosen.port + 1} make run", file=sys.stderr)
        return 1
    try:
        _share_counts(chosen)
    except OSError as error:
        print(f"写不进 {chosen.var_dir}：{error.strerror}。看看磁盘满了没有。", file=sys.stderr)
        return 1
    print(f"来沪通已启动：http://{chosen.host}:{chosen.port}  按 Ctrl-C 结束。", flush=True)
    if chosen.worker_count == 1:
        serve()
    else:
        supervise(chosen.worker_count, serve)
    shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)
    return 0


def serve(beside: bool = False, serving: Event | None = None) -> None:
    """One worker: serves until SIGINT or SIGTERM.

    Args:
        beside: another worker serves already, so this one waits for its engine first.
        serving: set when this worker takes connections.
    """
    end_with_supervisor()
    chosen = settings()

    async def until(parts: Parts) -> None:
        # uvicorn tells that it shall end by a flag only.
        while beside and not parts.settled and not server.should_exit:  # noqa: ASYNC110
            await asyncio.sleep(_LOOK_AGAIN_S)
        if serving is not None:
            serving.set()

    app = partial(create_app, until=until)
    server = uvicorn.Server(uvicorn.Config(app, factory=True, log_config=None, access_log=False, ws="wsproto",
                                          ws_max_size=_MOST_FRAME))  # fmt: skip
    with suppress(KeyboardInterrupt):  # uvicorn raises it again once it has ended well
        server.run(sockets=[listening(chosen.host, chosen.port)])


def _share_counts(chosen: Settings) -> None:
    """A fresh folder where the workers put their metrics together: in memory, where there is such a place.

    Metrics are files mapped into memory; to touch a new page of one on a full disk kills the process (SIGBUS).
    """
    var = Path(chosen.var_dir).resolve()
    var.mkdir(parents=True, exist_ok=True)
    folder = var / "metrics" / str(chosen.port)
    if os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _METRICS_BYTES:
        folder = _MEMORY / f"laihutong-{os.getuid()}-{sha256(os.fsencode(var)).hexdigest()[:8]}-{chosen.port}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


def _port_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


if __name__ == "__main__":
    sys.exit(main())
