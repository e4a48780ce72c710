"""Every setting is in .env.example with its default, and a wrong one is refused at start."""

from __future__ import annotations

import pytest
from pydantic import SecretStr, ValidationError

from bot.settings import Settings
from scripts.settings_doc import EXAMPLE, example


def test_env_example_lists_every_setting_with_its_default() -> None:
    assert EXAMPLE.read_text("utf-8") == example(), "run: python -m scripts.settings_doc"


def test_two_workers_at_most_unless_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 64)
    assert Settings(_env_file=None).worker_count == 2
    assert Settings(_env_file=None, workers=5).worker_count == 5


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "0"), ("PORT", "eight"), ("CHAT_TIMEOUT_S", "-1"), ("DATABASE_URL", "mysql://x")]
)
def test_a_wrong_setting_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError):
        Settings(_env_file=None)


def test_secrets_do_not_show() -> None:
    assert "geheim" not in repr(Settings(_env_file=None, wechat_token=SecretStr("geheim")))
