"""The installation's secret: given, or made once, however many processes start together."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bot.operation.secret import secret_key
from bot.settings import Settings


def test_the_given_one_counts(tmp_path: Path) -> None:
    assert secret_key(Settings(_env_file=None, var_dir=tmp_path, secret_key="mine")) == "mine"
    assert not (tmp_path / "secret.key").exists()


def test_one_is_made_and_kept_to_ourselves(tmp_path: Path) -> None:
    chosen = Settings(_env_file=None, var_dir=tmp_path / "var")
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _: secret_key(chosen), range(16)))
    assert len(made) == 1
    assert len(made.pop()) >= 32
    assert stat.S_IMODE((tmp_path / "var" / "secret.key").stat().st_mode) == 0o600
    assert [file.name for file in (tmp_path / "var").iterdir()] == ["secret.key"]
