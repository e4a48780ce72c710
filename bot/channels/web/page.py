"""In: the files under static/ and the hotline number. Out: a router for the chat page (/) and its files (/static/)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from fastapi import APIRouter, Request, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

STATIC = Path(__file__).resolve().parent / "static"
TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}
"""What is served under /static/; the page itself is a template and only served at /."""
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"


@dataclass(frozen=True)
class Asset:
    """One file as it goes out."""

    path: str
    """Address without the version."""
    media_type: str
    """Its content type."""
    body: bytes
    """Its content."""

    @property
    def version(self) -> str:
        """The first twelve characters of the content's hash."""
        return sha256(self.body).hexdigest()[:12]

    @property
    def address(self) -> str:
        """Where the page finds it: a changed file has a new address, so that it can be cached for ever."""
        return f"{self.path}?v={self.version}"


def read_assets(folder: Path = STATIC) -> dict[str, Asset]:
    """The files to serve under /static/, by name."""
    files = sorted(path for path in folder.iterdir() if path.suffix in TYPES)
    return {path.name: Asset(f"/static/{path.name}", TYPES[path.suffix], path.read_bytes()) for path in files}


def render_page(assets: dict[str, Asset], hotline: str | None, folder: Path = STATIC) -> Asset:
    """The page with the addresses of its files and the number to call.

    Args:
        assets: the files it may refer to; a name that is missing raises KeyError.
        hotline: the number people can always call; None shows none.
        folder: where index.html lies.
    """
    environment = Environment(
        loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    text = environment.get_template("index.html").render(hotline=hotline, asset=lambda name: assets[name].address)
    return Asset("/", "text/html; charset=utf-8", text.encode())


def web_page(hotline: str | None) -> APIRouter:
    """The router for the chat page. Files are read once, here.

    Args:
        hotline: the number people can always call (Settings.hotline); None shows none.
    """
    assets = read_assets()
    router = APIRouter(include_in_schema=False)
    for asset in (render_page(assets, hotline), *assets.values()):
        router.add_api_route(asset.path, _serving(asset), methods=["GET", "HEAD"], response_class=Response)
    return router


def _serving(asset: Asset) -> Callable[[Request], Awaitable[Response]]:
    """A handler that sends the asset, or 304 when the browser has it."""
    etag = f'"{asset.version}"'

    async def serve(request: Request) -> Response:
        # During an update two versions run side by side: only the right content may be kept for ever.
        fresh = request.query_params.get("v") == asset.version
        headers = {**HEADERS, "ETag": etag, "Cache-Control": FOR_EVER if fresh else ASK_AGAIN}
        if etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(asset.body, media_type=asset.media_type, headers=headers)

    return serve
