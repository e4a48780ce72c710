"""In: environment variables and .env. Out: one frozen, typed Settings object. Nothing else reads the environment.

Every field is listed with its default in .env.example (a test compares the two).
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from pydantic import BaseSettings, Field, SecretStr

ROOT = Path(__file__).resolve().parent.parent
"""The project's folder."""


class Settings(BaseSettings):
    """Everything an operator may set. Defaults make one machine work alone."""

    host: str = Field("127.0.0.1", description="Address to listen on; loopback unless told otherwise.")
    port: int = Field(8000, ge=1, le=65535, description="Port to listen on.")
    var_dir: Path = Field(ROOT / "var", description="Folder for everything made at run time.")
    redis_url: str = Field("", description="Redis for sessions, ordering, queues; empty: a private server under var/.")
    database_url: str = Field("", description="SQLAlchemy URL; empty: SQLite under var/. PostgreSQL to scale out.")
    service_api_url: str = Field("", description="A remote knowledge and places API; empty: the bundled one.")
    eligibility_api_url: str = Field("", description="A remote eligibility API; empty: the bundled one.")
    embeddings_url: str = Field("", description="An OpenAI-compatible embeddings API; empty: the local encoder.")
    embeddings_model: str = Field("multilingual-e5-small", description="Model name sent to embeddings_url.")
    embeddings_key: SecretStr = Field(SecretStr(""), description="Key sent to embeddings_url.")
    wechat_token: SecretStr = Field(SecretStr(""), description="WeChat official account: token.")
    wechat_app_id: str = Field("", description="WeChat official account: app id.")
    wechat_app_secret: SecretStr = Field(SecretStr(""), description="WeChat official account: secret.")
    wechat_encoding_aes_key: SecretStr = Field(SecretStr(""), description="WeChat official account: AES key.")
    wechat_api_base: str = Field("https://api.weixin.qq.com", description="WeChat API host.")
    asr_url: str = Field("", description="Speech recogniser; empty: none.")
    secret_key: SecretStr = Field(SecretStr(""), description="Signs cookies; empty: made at first start under var/.")
    staff_admin_password: SecretStr = Field(SecretStr(""), description="First staff password; empty: printed once.")
    hotline_number: str = Field("12345", description="The number people get when the assistant cannot help.")
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR.")
    max_body_bytes: int = Field(65_536, ge=1024, description="Largest request body, bytes.")
    max_text_chars: int = Field(2_000, ge=50, description="Longest message that is read, characters.")
    chat_timeout_s: float = Field(8.0, gt=0, description="Longest wait for the engine before the degraded answer.")
    service_timeout_s: float = Field(2.0, gt=0, description="Longest wait for one service call.")
    session_ttl_s: int = Field(7 * 24 * 3600, gt=0, description="A silent conversation is forgotten after this long.")
    rate_per_minute: int = Field(60, ge=1, description="Messages one conversation may send in a minute.")

    class Config:
        env_file = ROOT / ".env"
        env_file_encoding = "utf-8"
        allow_mutation = False

    @property
    def sql_url(self) -> str:
        """The database URL in force."""
        return self.database_url or f"sqlite:///{self.var_dir / 'laihutong.db'}"


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
