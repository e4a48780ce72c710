"""In: a SQLAlchemy URL. Out: transactions on a database that has the tables of one folder of migrations.

Several services share a database, and several replicas may start at once.
"""

from __future__ import annotations

import fcntl
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.engine import URL, Connection, Engine, make_url

from bot.errors import SetupError, Unavailable

BUSY_MS = 5_000
"""How long a statement waits for another writer before it gives up, milliseconds."""
_MIGRATION_LOCK = 4_920_117
"""Any number, the same on every replica: the PostgreSQL advisory lock around migrations."""


def open_engine(url: str) -> Engine:
    """An engine for a SQLite file or a PostgreSQL server; connects only when used.

    Args:
        url: "sqlite:////path/file.db" or "postgresql://user:password@host/name".
    Raises:
        SetupError: the URL names another kind of database, or no file.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed)
    if parsed.get_backend_name() == "postgresql":
        options = f"-c lock_timeout={BUSY_MS} -c statement_timeout={BUSY_MS * 2}"
        return sa.create_engine(parsed, pool_pre_ping=True, connect_args={"connect_timeout": 3, "options": options})
    raise SetupError("DATABASE_URL 只能是 SQLite 文件或 PostgreSQL 地址。")


def _sqlite(url: URL) -> Engine:
    """Opened without the right to create: a file that was deleted must be noticed, not silently replaced."""
    if not url.database or url.database == ":memory:":
        raise SetupError("DATABASE_URL 要写明 SQLite 文件的路径，例如 sqlite:////var/lib/laihutong.db。")
    path = Path(url.database).resolve()
    uri = f"{path.as_uri()}?mode=rw"

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(uri, uri=True, timeout=BUSY_MS / 1000, check_same_thread=False)
        connection.isolation_level = None  # SQLAlchemy begins and ends transactions, so that DDL is in them too
        connection.execute("PRAGMA synchronous=NORMAL")
        return connection

    # NullPool (SQLAlchemy's default for files): opening costs 0.1 ms, and a deleted file is seen at once.
    engine = sa.create_engine(url, creator=connect)
    sa.event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return engine


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """One transaction.

    Raises:
        Unavailable: the database is locked, gone, unreachable or not migrated.
    """
    try:
        with engine.begin() as connection:
            yield connection
    except sa.exc.IntegrityError:
        raise
    except (sa.exc.DBAPIError, sa.exc.TimeoutError) as error:
        raise Unavailable("资料库现在用不了，请稍后再试。") from error


class Database:
    """Migrates on first use, so that a database that was away at the start is no obstacle later.

    Args:
        url: SQLAlchemy URL of a SQLite file or a PostgreSQL database.
        folder: Alembic folder of whoever keeps its tables there.
    """

    def __init__(self, url: str, folder: Path) -> None:
        self._engine, self._folder = open_engine(url), folder
        self._ready, self._lock = False, threading.Lock()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One transaction.

        Raises:
            Unavailable: the database is locked, gone or unreachable.
        """
        self.prepare()
        with transaction(self._engine) as connection:
            yield connection

    def prepare(self) -> None:
        """Create or update the tables."""
        with self._lock:
            if not self._ready:
                migrate(self._engine, self._folder)
                self._ready = True

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()


def migrate(engine: Engine, folder: Path) -> None:
    """Bring the database to the newest tables; replicas that start together wait for each other.

    Args:
        engine: the database.
        folder: an Alembic folder with a version table of its own.
    Raises:
        Unavailable: the database cannot be reached or written.
    """
    if engine.dialect.name == "sqlite":
        _migrate_sqlite(engine, folder)
        return
    with transaction(engine) as connection:
        connection.execute(sa.text("SET LOCAL lock_timeout = '60s'"))
        connection.execute(sa.text("SET LOCAL statement_timeout = '60s'"))
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
        _upgrade(connection, folder)


def _migrate_sqlite(engine: Engine, folder: Path) -> None:
    """A lock file beside the database: switching to WAL does not wait for the busy timeout, so it needs one."""
    path = Path(str(engine.url.database)).resolve()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.with_name(path.name + ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            first = sqlite3.connect(path, timeout=BUSY_MS / 1000)
            first.execute("PRAGMA journal_mode=WAL")
            first.close()
            with transaction(engine) as connection:
                _upgrade(connection, folder)
    except (OSError, sqlite3.Error) as error:
        raise Unavailable(f"打不开资料库文件 {path.name}：请检查目录能不能写。") from error


def _upgrade(connection: Connection, folder: Path) -> None:
    config = Config()
    config.set_main_option("script_location", str(folder))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
