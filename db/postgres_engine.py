"""SQLAlchemy engines for one PostgreSQL database: the session's settings, no pool.

Built and used on the threads of the `db` executors.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.types.string import TextLoader
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import NullPool

from db.pending_writes import flush_pending

APPLICATION_NAME = "agent-desk"
"""What pg_stat_activity and the server's log call a desk."""

CONNECT_TIMEOUT_SECONDS = 3
"""Longest wait for a new connection; libpq takes whole seconds, at least 2."""

LOCK_TIMEOUT_SECONDS = 5.0
"""Longest wait for a row or table that somebody else has locked."""

_ABANDONED_SECONDS = 60.0
"""After which the server itself ends what a desk that froze left behind: a query, or its locks."""

# A peer that vanished is noticed while nothing is sent (keepalives) and while an answer is waited
# for (tcp_user_timeout). Neither helps against a peer that hangs; see `socket_watchdog`.
_NETWORK: Mapping[str, str] = MappingProxyType(
    {
        "keepalives": "1",
        "keepalives_idle": "5",
        "keepalives_interval": "2",
        "keepalives_count": "3",
        "tcp_user_timeout": "5000",
    }
)

_SESSION: Mapping[str, str] = MappingProxyType(
    {
        # Neither the client's machine nor the server's may change a single answer.
        "DateStyle": "ISO",
        "TimeZone": "UTC",
        "default_transaction_isolation": "read committed",
        # Never a schema named like the login, in which somebody could hide tables of ours.
        "search_path": "public",
    }
)

_PREPARE_AT_ONCE = 0
"""Executions after which a statement is prepared.

Behind pgbouncer in transaction mode statements prepared on one server connection meet another:
that needs pgbouncer 1.21 with max_prepared_statements > 0, and ``options`` among its
ignore_startup_parameters with the settings below given to the role (ALTER ROLE ... SET) instead.
"""

_PREPARED_AT_MOST = 300
"""Prepared statements that a connection keeps; the program has fewer, so none is prepared twice."""


def writing_engine(
    url: str, *, password: str | None = None, lock_timeout_seconds: float = LOCK_TIMEOUT_SECONDS
) -> Engine:
    """Return an engine whose transactions see what was committed before each statement."""
    settings = {
        "lock_timeout": _milliseconds(lock_timeout_seconds),
        "idle_in_transaction_session_timeout": _milliseconds(_ABANDONED_SECONDS),
    }
    engine = _engine(url, password, settings)
    event.listen(engine, "before_cursor_execute", _flush_before)
    return engine


def _flush_before(connection: Connection, *_: object) -> None:
    """Let a statement of the toolkit see what was written before it."""
    flush_pending(connection)


def reading_engine(
    url: str, *, password: str | None = None, timeout_seconds: float = _ABANDONED_SECONDS
) -> Engine:
    """Return an engine in autocommit that cannot write.

    timeout_seconds: after which the server itself ends a statement that nobody cancels.
    """
    settings = {
        "default_transaction_read_only": "on",
        # A plan made for each execution takes four times what the card's statements take.
        "plan_cache_mode": "force_generic_plan",
        "statement_timeout": _milliseconds(timeout_seconds),
    }
    return _engine(url, password, settings).execution_options(isolation_level="AUTOCOMMIT")


def _engine(url: str, password: str | None, settings: Mapping[str, str]) -> Engine:
    return create_engine(
        "postgresql+psycopg://",
        # Not SQLAlchemy's reading of the URL: libpq knows several hosts, services and sockets.
        creator=partial(connect, url, password=password, settings=settings),
        poolclass=NullPool,
        use_native_hstore=False,
        skip_autocommit_rollback=True,
    )


def connect(
    url: str,
    *,
    password: str | None = None,
    settings: Mapping[str, str] | None = None,
    connection_class: type[psycopg.Connection[Any]] = psycopg.Connection,
) -> psycopg.Connection[Any]:
    """Return a connection with the settings of every session and ``settings`` on top.

    Raises psycopg.OperationalError.
    """
    given = conninfo_to_dict(url)
    parameters: dict[str, Any] = {
        **_NETWORK,
        "application_name": APPLICATION_NAME,
        "connect_timeout": CONNECT_TIMEOUT_SECONDS,
        **given,
        "client_encoding": "UTF8",
        "options": _options(str(given.get("options") or ""), {**_SESSION, **(settings or {})}),
    }
    if password is not None:
        parameters["password"] = password
    connection = connection_class.connect("", prepare_threshold=_PREPARE_AT_ONCE, **parameters)
    connection.prepared_max = _PREPARED_AT_MOST
    # An id is a text in this program: made a UUID by the driver it would be made a text again.
    connection.adapters.register_loader("uuid", TextLoader)
    _overrule_environment(connection)
    return connection


def _overrule_environment(connection: psycopg.Connection[Any]) -> None:
    """Set what libpq took from PGTZ and PGDATESTYLE, which come after the options."""
    for name in ("DateStyle", "TimeZone"):
        reported = connection.info.parameter_status(name) or ""
        if not reported.startswith(_SESSION[name]):
            connection.execute(f"SET {name} = '{_SESSION[name]}'".encode())
            connection.commit()


def _options(given: str, settings: Mapping[str, str]) -> str:
    """Return libpq's ``options``, in which a space within a value is escaped."""
    ours = (f"-c {name}=" + value.replace(" ", "\\ ") for name, value in settings.items())
    return " ".join(filter(None, (given, *ours)))


def _milliseconds(seconds: float) -> str:
    return str(round(seconds * 1000))
