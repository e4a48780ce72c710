"""In: what a test wants to go wrong. Out: a real OpenID provider over HTTP with RSA keys, small but strict."""

from __future__ import annotations

import hmac
import json
import threading
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from bot.clock import now
from tests.journeys.conftest import free_port

CLIENT, SECRET = "laihutong", "s3cret"


@dataclass
class OpenIdProvider:
    """A code is good once, for one client, with the fitting verifier. `claims` and `key` are what tests turn wrong."""

    issuer: str
    claims: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    published: list[RSAKey] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    answers: bool = True

    def __post_init__(self) -> None:
        self.published = [self.key]

    def agree(self, url: str) -> str:
        """What the person's browser does there: signs in, and is sent back to this address."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert asked["client_id"] == CLIENT
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?code={code}&state={asked['state']}"

    def id_token(self, asked: dict[str, str]) -> str:
        at = int(now().timestamp())
        claims = {
            "iss": self.issuer, "aud": CLIENT, "sub": "248289", "iat": at, "exp": at + 300,
            "nonce": asked["nonce"], "preferred_username": "xiaowang", **self.claims,
        }  # fmt: skip
        header = {"alg": "RS256", "kid": self.key.kid, **self.headers}
        if header["alg"] == "none":
            return jwt.encode(header, claims, self.key, algorithms=["none"])
        if header["alg"] == "HS256":  # signed with the public key, which everybody knows
            return _signed_by_hand(header, claims, self.published[0].as_pem(private=False))
        return jwt.encode(header, claims, self.key)

    def app(self) -> FastAPI:
        made = FastAPI()

        @made.get("/.well-known/openid-configuration")
        def about() -> Response:
            if not self.answers:
                return Response(status_code=503)
            names = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
            return JSONResponse({"issuer": self.issuer, **{n: f"{self.issuer}/{p}" for n, p in names.items()}})

        @made.get("/authorize")
        def authorize(request: Request) -> Response:
            return HTMLResponse(f'<a href="{self.agree(str(request.url))}">go</a>')

        @made.get("/keys")
        def keys() -> Any:
            return KeySet(self.published).as_dict(private=False)

        @made.post("/token")
        async def token(request: Request) -> Response:
            form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
            if not self.answers:
                return Response(status_code=503)
            asked = self.codes.pop(form["code"], None)
            basic = httpx.BasicAuth(CLIENT, SECRET)._auth_header
            challenge = urlsafe_b64encode(sha256(form.get("code_verifier", "").encode()).digest()).rstrip(b"=").decode()
            fits = asked is not None and asked["code_challenge"] == challenge
            if asked is None or not fits or form["redirect_uri"] != asked["redirect_uri"]:
                return JSONResponse({"error": "invalid_grant"}, 400)
            if request.headers["authorization"] != basic:
                return JSONResponse({"error": "invalid_client"}, 401)
            return JSONResponse({"access_token": "a", "token_type": "Bearer", "id_token": self.id_token(asked)})

        return made


def _signed_by_hand(header: dict[str, Any], claims: dict[str, Any], key: bytes) -> str:
    """No library helps with this."""
    parts = [urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (header, claims)]
    signature = hmac.digest(key, b".".join(parts), "sha256")
    return b".".join([*parts, urlsafe_b64encode(signature).rstrip(b"=")]).decode()


@contextmanager
def openid_provider() -> Iterator[OpenIdProvider]:
    """One on a port of its own."""
    port = free_port()
    provider = OpenIdProvider(f"http://127.0.0.1:{port}")
    server = uvicorn.Server(uvicorn.Config(provider.app(), "127.0.0.1", port, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        thread.join(0.02)
    yield provider
    server.should_exit = True
    thread.join(10)
