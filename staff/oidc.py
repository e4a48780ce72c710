"""In: an organisation's OpenID provider. Out: the way there, and who came back: code flow, PKCE, a verified ID token.

What must survive the way (state, nonce, verifier, where to go on) travels in a sealed cookie: nothing is kept here for
people who never come back. Standards: OpenID Connect Core 1.0, RFC 7636, RFC 9207.
"""

from __future__ import annotations

import hmac
import secrets
import threading
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import quote_plus, urlencode

import httpx
import structlog
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwe import JWERegistry
from joserfc.jwk import KeySet, OctKey

from bot.clock import now
from bot.errors import NotSignedIn, Unavailable
from bot.settings import Settings
from staff.roles import ROLES, Role

log = structlog.get_logger(__name__)

ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
"""Signatures by a key pair. Never "none", and never HS256: its key would be the public one."""
WAY_S = 600
"""So long somebody may take at the provider, seconds."""
KEPT_S = 3600
"""The provider's addresses and keys are asked for again after this long, seconds."""
_LEEWAY_S = 60
_SEALED = {"alg": "dir", "enc": "A256GCM"}
_ENCRYPTED = JWERegistry(algorithms=list(_SEALED.values()))
REFUSED = "单位账号没有登录成功，请再点一次“用单位账号登录”。"
_NEEDED = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
AWAY = "单位的登录系统现在连不上。请过几分钟再试，或用密码登录。"


@dataclass(frozen=True)
class Identity:
    """Who the provider says it is."""

    subject: str
    """Never changes for this person at this provider; a hash."""
    name: str
    """What they are called there; may change."""
    role: Role | None
    """By the role claim; None: there is none, or it names no role of ours."""


@dataclass(frozen=True)
class Known:
    """What a provider publishes about itself."""

    about: Mapping[str, Any]
    keys: KeySet
    at: float


class Provider:
    """One OpenID provider. Every method blocks; call it in threads.

    Args:
        chosen: OIDC_ISSUER and what belongs to it.
        secret: seals the cookie.
    """

    def __init__(self, chosen: Settings, secret: str) -> None:
        self._chosen, self._issuer = chosen, chosen.oidc_issuer.rstrip("/")
        self._seal = OctKey.import_key(sha256(f"oidc:{secret}".encode()).digest())
        self._known: Known | None = None
        self._lock = threading.Lock()

    def begin(self, redirect_uri: str, back: str) -> tuple[str, str]:
        """The address to send a browser to, and the cookie it must bring back.

        Raises:
            Unavailable: the provider does not answer.
        """
        fresh = {name: secrets.token_urlsafe(48) for name in ("state", "nonce", "verifier")}
        query = {
            "response_type": "code", "client_id": self._chosen.oidc_client_id, "redirect_uri": redirect_uri,
            "scope": "openid profile", "state": fresh["state"], "nonce": fresh["nonce"],
            "code_challenge": _challenge(fresh["verifier"]), "code_challenge_method": "S256",
        }  # fmt: skip
        to = self._provider().about["authorization_endpoint"]
        kept = {**fresh, "back": back, "exp": int(now().timestamp()) + WAY_S}
        return f"{to}{'&' if '?' in to else '?'}{urlencode(query)}", jwt.encode(
            _SEALED, kept, self._seal, registry=_ENCRYPTED
        )

    def finish(self, sealed: str, given: Mapping[str, str], redirect_uri: str) -> tuple[Identity, str]:
        """Who came back, and where they wanted to go.

        Args:
            sealed: the cookie.
            given: the query of the address they came back to.
            redirect_uri: as in `begin`.
        Raises:
            NotSignedIn: anything does not fit; the log says what.
            Unavailable: the provider does not answer.
        """
        try:
            kept = self._opened(sealed)
            if not hmac.compare_digest(given.get("state", "").encode(), str(kept["state"]).encode()):
                raise ValueError("another state")
            if "error" in given or not given.get("code"):
                raise ValueError(f"the provider refused: {given.get('error', 'no code')[:40]!r}")
            if given.get("iss", self._issuer).rstrip("/") != self._issuer:
                raise ValueError("another issuer")
            token = self._token(given["code"], str(kept["verifier"]), redirect_uri)
            return self._identity(self._claims(token, str(kept["nonce"]))), str(kept["back"])
        except (JoseError, ValueError, KeyError, TypeError) as error:
            log.warning("oidc_refused", reason=repr(error)[:300])
            raise NotSignedIn(REFUSED) from error

    def _opened(self, sealed: str) -> Mapping[str, Any]:
        kept = jwt.decode(sealed, self._seal, registry=_ENCRYPTED).claims
        jwt.JWTClaimsRegistry(now=int(now().timestamp()), exp={"essential": True}).validate(kept)
        return kept

    def _token(self, code: str, verifier: str, redirect_uri: str) -> str:
        client, secret = self._chosen.oidc_client_id, self._chosen.oidc_client_secret.get_secret_value()
        form = {"grant_type": "authorization_code", "code": code, "code_verifier": verifier}
        form |= {"redirect_uri": redirect_uri} | ({} if secret else {"client_id": client})
        # RFC 6749, 2.3.1: names and secrets are encoded once more
        auth = httpx.BasicAuth(quote_plus(client), quote_plus(secret)) if secret else httpx.USE_CLIENT_DEFAULT
        try:
            with self._client() as http:
                answer = http.post(self._provider().about["token_endpoint"], data=form, auth=auth)
        except httpx.HTTPError as error:
            raise _away(error) from error
        if answer.status_code >= 500:
            raise _away(ValueError(f"token: {answer.status_code}"))
        if answer.status_code != 200:
            raise ValueError(f"no token: {answer.status_code} {answer.text[:100]!r}")
        return str(answer.json()["id_token"])

    def _claims(self, token: str, nonce: str) -> Mapping[str, Any]:
        """OpenID Connect Core 3.1.3.7."""
        try:
            claims = jwt.decode(token, self._provider().keys, algorithms=ALGORITHMS).claims
        except (JoseError, ValueError):  # perhaps the provider has changed its keys
            claims = jwt.decode(token, self._provider(anew=True).keys, algorithms=ALGORITHMS).claims
        client = self._chosen.oidc_client_id
        jwt.JWTClaimsRegistry(
            now=int(now().timestamp()), leeway=_LEEWAY_S, iss={"essential": True, "value": self._about_issuer()},
            aud={"essential": True, "value": client}, sub={"essential": True}, exp={"essential": True},
            iat={"essential": True}, nonce={"essential": True, "value": nonce},
        ).validate(claims)  # fmt: skip
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if claims.get("azp", None if several else client) != client:
            raise ValueError("meant for another program")
        return claims

    def _identity(self, claims: Mapping[str, Any]) -> Identity:
        name = claims.get(self._chosen.oidc_name_claim)
        if not isinstance(name, str) or not isinstance(claims["sub"], str):
            raise ValueError(f"no {self._chosen.oidc_name_claim}")
        told = claims.get(self._chosen.oidc_role_claim) if self._chosen.oidc_role_claim else None
        held = told if isinstance(told, list) else [told]
        subject = sha256(f"{self._issuer}\n{claims['sub']}".encode("utf-8", "replace")).hexdigest()
        return Identity(subject, name, next((role for role in reversed(ROLES) if role in held), None))

    def _about_issuer(self) -> str:
        return str(self._provider().about["issuer"])

    def _client(self) -> httpx.Client:
        return httpx.Client(timeout=self._chosen.service_timeout_s, trust_env=False)

    def _provider(self, anew: bool = False) -> Known:
        """As published; kept for an hour."""
        at = now().timestamp()
        with self._lock:
            if self._known is None or anew or at - self._known.at > KEPT_S:
                self._known = self._asked(at)
            return self._known

    def _asked(self, at: float) -> Known:
        try:
            with self._client() as client:
                about = client.get(f"{self._issuer}/.well-known/openid-configuration").raise_for_status().json()
                if str(about["issuer"]).rstrip("/") != self._issuer:
                    raise ValueError("the provider says it is another one")
                keys = KeySet.import_key_set(client.get(about["jwks_uri"]).raise_for_status().json())
                return Known({name: about[name] for name in _NEEDED}, keys, at)
        except (httpx.HTTPError, JoseError, ValueError, KeyError, TypeError) as error:
            raise _away(error) from error


def _challenge(verifier: str) -> str:
    """RFC 7636, appendix B.

    >>> _challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
    """
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _away(error: Exception) -> Unavailable:
    log.error("oidc_away", reason=repr(error)[:300])
    return Unavailable(AWAY)
