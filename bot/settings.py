"""In: environment variables and .env. Out: one frozen, typed Settings object. Nothing else reads the environment.

Every field is listed with its default in .env.example (a test compares the two).
"""

from __future__ import annotations

import os
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseSettings, Field, SecretStr, validator

from bot.hours import parse_hours

ROOT = Path(__file__).resolve().parent.parent
"""The project's folder."""


def _is(default: Any, description: str, **limits: Any) -> Any:
    """A setting's default, what it is for, and the limits of its value."""
    return Field(default=default, description=description, **limits)


class Settings(BaseSettings):
    """Everything an operator may set. Defaults make one machine work alone."""

    host: str = _is("127.0.0.1", "Address to listen on; loopback unless told otherwise.")
    port: int = _is(8000, "Port to listen on.", ge=1, le=65535)
    workers: int = _is(0, "Server processes; 0: one for each core, at most two.", ge=0, le=64)
    var_dir: Path = _is(ROOT / "var", "Folder for everything made at run time.")
    redis_url: str = _is("", "Redis for sessions, ordering, queues; empty: a private server under var/.")
    database_url: str = _is("", "SQLAlchemy URL; empty: SQLite under var/. PostgreSQL to scale out.")
    service_api_url: str = _is("", "A remote knowledge and places API; empty: the bundled one.")
    eligibility_api_url: str = _is("", "A remote eligibility API; empty: the bundled one.")
    embeddings_url: str = _is("", "An OpenAI-compatible embeddings API; empty: the local encoder.")
    embeddings_model: str = _is("multilingual-e5-small", "Model name sent to embeddings_url.")
    embeddings_key: SecretStr = _is(SecretStr(""), "Key sent to embeddings_url.")
    wechat_token: SecretStr = _is(SecretStr(""), "WeChat official account: token.")
    wechat_app_id: str = _is("", "WeChat official account: app id.")
    wechat_app_secret: SecretStr = _is(SecretStr(""), "WeChat official account: secret.")
    wechat_encoding_aes_key: SecretStr = _is(SecretStr(""), "WeChat official account: AES key.")
    wechat_previous_token: SecretStr = _is(SecretStr(""), "The old token, while it is being changed.")
    wechat_previous_aes_key: SecretStr = _is(SecretStr(""), "The old AES key, while it is being changed.")
    wechat_encrypted_only: bool = _is(False, "Refuse pushes in plain text (WeChat's safe mode).")
    wechat_msgmenu: bool = _is(False, "The account may send menu messages: choices are tapped, not numbered.")
    wechat_api_base: str = _is("https://api.weixin.qq.com", "WeChat API host.")
    wecom_corp_id: str = _is("", "WeCom customer service: corporation id.")
    wecom_secret: SecretStr = _is(SecretStr(""), "WeCom customer service: secret.")
    wecom_token: SecretStr = _is(SecretStr(""), "WeCom customer service: token of the callback.")
    wecom_encoding_aes_key: SecretStr = _is(SecretStr(""), "WeCom customer service: AES key of the callback.")
    wecom_servicer: str = _is(
        "", "Who gets people that ask for somebody: a WeCom user id, or pool; empty: staff at our console."
    )
    wecom_api_base: str = _is("https://qyapi.weixin.qq.com", "WeCom API host.")
    handover_hours: str = _is("", "When staff answer, as 1-5 09:00-17:00; empty: no time is promised to anybody.")
    handover_closed: str = _is("", "Days on which staff are away all the same, as 2026-10-01,2026-10-02.")
    handover_key: SecretStr = _is(SecretStr(""), "Opens the HTTP interface of handover to programs; empty: closed.")
    asr_url: str = _is("", "Recogniser: funasr+ws://…, vosk+ws://…, whisper:base or whisper:folder; empty: none.")
    asr_any_certificate: bool = _is(False, "Believe a recogniser's wss:// whatever its certificate (self-signed) says.")
    audiosocket_host: str = _is("127.0.0.1", "Address where the sound of agents' calls comes in (AudioSocket).")
    audiosocket_port: int = _is(0, "Its port; 0: closed.", ge=0, le=65535)
    tts_url: str = _is("", "Text to speech for voice self-service (POST JSON, WAV back); empty: none.")
    voice_host: str = _is("127.0.0.1", "Address where voice self-service takes AudioSocket calls.")
    voice_port: int = _is(0, "Its port; 0: no voice self-service.", ge=0, le=65535)
    secret_key: SecretStr = _is(SecretStr(""), "Signs cookies; empty: made at first start under var/.")
    staff_admin_password: SecretStr = _is(SecretStr(""), "First staff password; empty: printed once.")
    oidc_issuer: str = _is("", "Staff sign-in by an OpenID provider: its issuer address; empty: passwords only.")
    oidc_client_id: str = _is("", "OpenID: our client id there.")
    oidc_client_secret: SecretStr = _is(SecretStr(""), "OpenID: our secret there; empty: a public client with PKCE.")
    oidc_redirect_uri: str = _is("", "OpenID: https://…/staff/sign-in/oidc/done as seen from outside; empty: as asked.")
    oidc_name_claim: str = _is("preferred_username", "OpenID: the claim that names a person's account.")
    oidc_role_claim: str = _is("", "OpenID: the claim with reader, agent, editor, approver or admin; empty: set here.")
    oidc_create: bool = _is(False, "OpenID: people without an account get one (reader, or by the role claim).")
    hotline_number: str = _is("12345", "The number people get when the assistant cannot help.")
    log_level: str = _is("INFO", "DEBUG, INFO, WARNING or ERROR.")
    max_body_bytes: int = _is(65_536, "Largest request body, bytes.", ge=1024)
    max_text_chars: int = _is(2_000, "Longest message that is read, characters.", ge=50)
    chat_timeout_s: float = _is(8.0, "Longest wait for the engine before the degraded answer.", gt=0)
    service_timeout_s: float = _is(2.0, "Longest wait for one service call.", gt=0)
    session_ttl_s: int = _is(7 * 24 * 3600, "A silent conversation is forgotten after this long.", gt=0)
    case_days_promised: bool = _is(False, "Citizens are told the days of services/cases/models.py; no: only staff are.")
    cases_per_hour: int = _is(30, "Cases one network address may leave in an hour.", ge=1)
    cases_per_hour_all: int = _is(1_000, "Cases everybody together may leave in an hour by the API.", ge=1)
    keep_questions_days: int = _is(180, "Masked questions and answers are kept so long; 0: not at all.", ge=0, le=3650)
    hotline_key: SecretStr = _is(SecretStr(""), "Opens the hotline to programs; empty: this machine's programs only.")
    keep_calls_days: int = _is(30, "Masked transcripts of ended calls are kept so long; 0: not at all.", ge=0, le=3650)
    rate_per_minute: int = _is(60, "Messages one conversation may send in a minute.", ge=1)

    @validator("database_url")
    def _known_database(cls, value: str) -> str:
        if value and not re.fullmatch(r"sqlite:///.+|postgresql(?:\+psycopg2)?://.+", value):
            raise ValueError("要写成 sqlite:///文件 或 postgresql://用户:密码@主机/库。")
        return value

    @validator("oidc_issuer", "oidc_redirect_uri")
    def _tls_or_here(cls, value: str) -> str:
        if value and not re.fullmatch(r"https://\S+|http://(?:127\.0\.0\.1|localhost)(?:[:/]\S*)?", value):
            raise ValueError("要写成 https://地址。")
        return value

    @validator("tts_url")
    def _web_address(cls, value: str) -> str:
        if value and not re.fullmatch(r"https?://\S+", value):
            raise ValueError("要写成 http://地址 或 https://地址。")
        return value

    @validator("asr_url")
    def _known_recogniser(cls, value: str) -> str:
        if value and not re.fullmatch(r"(?:funasr|vosk)\+wss?://\S+|whisper:\S.*", value):
            raise ValueError("要写成 funasr+ws://地址、vosk+ws://地址 或 whisper:模型名或文件夹。")
        return value

    @validator("wechat_encoding_aes_key", "wechat_previous_aes_key", "wecom_encoding_aes_key")
    def _whole_key(cls, value: SecretStr) -> SecretStr:
        if not re.fullmatch(r"(?:[A-Za-z0-9+/]{43})?", value.get_secret_value()):
            raise ValueError("应当是 43 个字母和数字。")
        return value

    @validator("handover_closed")
    def _known_days(cls, value: str, values: dict[str, Any]) -> str:

        try:
            parse_hours(values.get("handover_hours", ""), value)
        except ValueError as error:
            raise ValueError(f"值班时间或休息日写得不对：{error}") from error
        return value

    class Config:
        env_file = ROOT / ".env"
        env_file_encoding = "utf-8"
        allow_mutation = False

    @property
    def worker_count(self) -> int:
        """Server processes to start. Each takes about 0.7 GB; past two, say so on purpose."""
        return self.workers or min(2, os.cpu_count() or 1)

    @property
    def sql_url(self) -> str:
        """The database URL in force."""
        return self.database_url or f"sqlite:///{self.var_dir / 'laihutong.db'}"


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
