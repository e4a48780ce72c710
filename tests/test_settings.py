"""Every setting is in .env.example with its default, and a wrong one is refused at start."""

from __future__ import annotations

import re

import pytest
from pydantic import SecretStr, ValidationError

from bot.settings import ROOT, Settings


def test_env_example_lists_every_setting_with_its_default() -> None:
    written = dict(re.findall(r"^# ([A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text("utf-8"), re.MULTILINE))
    defaults = {name.upper(): field.default for name, field in Settings.__fields__.items()}
    plain = {n: d.get_secret_value() if isinstance(d, SecretStr) else str(d) for n, d in defaults.items()}
    plain["VAR_DIR"] = "var"
    assert written == plain


@pytest.mark.parametrize(("name", "value"), [("PORT", "0"), ("PORT", "eight"), ("CHAT_TIMEOUT_S", "-1")])
def test_a_wrong_setting_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError):
        Settings(_env_file=None)


def test_secrets_do_not_show() -> None:
    assert "geheim" not in repr(Settings(_env_file=None, wechat_token=SecretStr("geheim")))
