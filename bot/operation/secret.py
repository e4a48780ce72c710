"""In: settings. Out: the secret this installation signs and hides ids with; made once, kept under var/."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from bot.settings import Settings


def secret_key(chosen: Settings) -> str:
    """SECRET_KEY, or one of this folder's own; processes that start together agree on one.

    Raises:
        OSError: the folder cannot be written.
    """
    given = chosen.secret_key.get_secret_value()
    return given or _own(Path(chosen.var_dir) / "secret.key")


def _own(file: Path) -> str:
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as opened:
            opened.write(secrets.token_urlsafe(32))
        try:
            os.link(draft, file)  # fails when another process was first; then its secret counts
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return file.read_text("utf-8").strip()
