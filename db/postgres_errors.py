"""From PostgreSQL's errors to those that a person can act on; any thread.

SQLSTATEs: https://www.postgresql.org/docs/current/errcodes-appendix.html. What fails while a
connection is made comes from libpq as a text without one; only there texts are compared.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeAlias

import psycopg
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy.exc import SQLAlchemyError

from agent_desk.domain.errors import (
    AgentDeskError,
    CertificateError,
    ConfigurationError,
    DatabaseLockedError,
    DatabaseTimeoutError,
    DatabaseUnavailableError,
    DisabledPersonError,
    DiskFullError,
    EncryptionMissingError,
    ExpiredCertificateError,
    HostRefusedError,
    MissingDatabaseError,
    PoolModeError,
    RightsError,
    ServerAwayError,
    ServerFullError,
    ServerReadOnlyError,
    SignInError,
    StorageError,
)
from db.certificate_probe import CertificateFault, certificate_fault
from db.error_translation import is_driver_error
from db.shown_url import shown_url

ACCEPTED_URL = "postgresql://login@host:5432/database, such as postgresql://li@floor.example/desk"

DRIVER_ERRORS = (SQLAlchemyError, psycopg.Error)
"""What comes out of a failing statement: prepared ones run on the driver itself."""

SERIALIZATION_FAILURE, DEADLOCK_DETECTED, UNIQUE_VIOLATION = "40001", "40P01", "23505"

COLLISIONS = frozenset({SERIALIZATION_FAILURE, DEADLOCK_DETECTED, UNIQUE_VIOLATION})
"""SQLSTATEs after which the same transaction may well succeed.

A key that is taken: of a transaction that was committed meanwhile. The next run sees it, and when
it is the same command, whose first answer was lost on the way, there is nothing left to do.
"""

STALE_STATEMENTS = frozenset({"0A000", "26000"})
"""SQLSTATEs of a prepared statement that a migration or a connection pool made useless."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An error of the driver and where it happened."""

    error: Exception
    url: str
    seconds: float | None
    statement: str

    @property
    def path(self) -> str:
        """What a person calls the database: its address without options and password."""
        return shown_url(self.url)

    @property
    def login(self) -> str:
        """The login role, empty when the address has none."""
        return str(_parameters(self.url).get("user") or "")

    @property
    def database(self) -> str:
        """The database's name; libpq takes the login's when there is none."""
        return str(_parameters(self.url).get("dbname") or self.login)

    @property
    def text(self) -> str:
        """What the server or libpq said."""
        diagnosis = getattr(self.error, "diag", None)
        return str(getattr(diagnosis, "message_primary", None) or self.error).strip()


Kind: TypeAlias = Callable[[Failure], AgentDeskError]


def _away(failure: Failure) -> AgentDeskError:
    return ServerAwayError(path=failure.path)


def _full(failure: Failure) -> AgentDeskError:
    return ServerFullError(path=failure.path)


def _missing(failure: Failure) -> AgentDeskError:
    return MissingDatabaseError(path=failure.path, name=failure.database)


def _sign_in(failure: Failure) -> AgentDeskError:
    return SignInError(path=failure.path, login=failure.login)


def _disabled(failure: Failure) -> AgentDeskError:
    return DisabledPersonError(path=failure.path, login=failure.login)


def _host_refused(failure: Failure) -> AgentDeskError:
    return HostRefusedError(path=failure.path, login=failure.login)


def _rights(failure: Failure) -> AgentDeskError:
    return RightsError(action=_action(failure.statement), role=failure.login)


def _no_connect(failure: Failure) -> AgentDeskError:
    return RightsError(action=f"CONNECT {failure.database}", role=failure.login)


def _read_only(failure: Failure) -> AgentDeskError:
    return ServerReadOnlyError(path=failure.path)


def _locked(failure: Failure) -> AgentDeskError:
    return DatabaseLockedError(path=failure.path, seconds=failure.seconds)


def _timeout(failure: Failure) -> AgentDeskError:
    return DatabaseTimeoutError(path=failure.path, seconds=failure.seconds)


def _disk_full(failure: Failure) -> AgentDeskError:
    return DiskFullError(path=failure.path)


def _unavailable(failure: Failure) -> AgentDeskError:
    return DatabaseUnavailableError(path=failure.path, reason=failure.text)


def _no_tls(failure: Failure) -> AgentDeskError:
    return EncryptionMissingError(path=failure.path)


def _certificate(failure: Failure) -> AgentDeskError:
    fault = certificate_fault(_parameters(failure.url))
    if fault is CertificateFault.EXPIRED:
        return ExpiredCertificateError(path=failure.path)
    return CertificateError(path=failure.path, reason=failure.text.splitlines()[0])


def _pool_mode(failure: Failure) -> AgentDeskError:
    return PoolModeError(path=failure.path)


def _wrong_url(failure: Failure) -> AgentDeskError:
    return ConfigurationError(
        file="settings", field="database", value=failure.path, accepted=ACCEPTED_URL
    )


BY_SQLSTATE: Mapping[str, Kind] = MappingProxyType(
    {
        "08": _away,
        "25006": _read_only,
        # The program names each statement once in a connection: only a pool makes it wrong.
        "26000": _pool_mode,
        "42P05": _pool_mode,
        "28": _sign_in,
        "28000": _host_refused,
        "3D000": _missing,
        SERIALIZATION_FAILURE: _locked,
        DEADLOCK_DETECTED: _locked,
        "42501": _rights,
        "53100": _disk_full,
        "53200": _unavailable,
        "53300": _full,
        "53400": _full,
        "55P03": _locked,
        "57014": _timeout,
        "57P01": _away,
        "57P02": _away,
        "57P03": _away,
        "57P04": _missing,
        "57P05": _away,
        "58": _unavailable,
        "XX001": _unavailable,
        "XX002": _unavailable,
    }
)
"""What a SQLSTATE means, else what its class (the first two characters) means."""

# In the server's language, English and Chinese here; whatever is not known is shown as it is.
_BY_TEXT: tuple[tuple[str, Kind], ...] = (
    (r"password authentication failed|no password supplied", _sign_in),
    (r"(Password|密码)\s*(认证|验证)失败", _sign_in),
    (r"role \"[^\"]*\" is not permitted to log in|不允许角色.*登录", _disabled),
    (r"role \"[^\"]*\" does not exist|角色\s*\"[^\"]*\"\s*不存在", _sign_in),
    (r"no pg_hba\.conf entry|pg_hba\.conf rejects", _host_refused),
    (r"没有用于.*pg_hba\.conf|pg_hba\.conf\s*拒绝", _host_refused),
    (r"database \"[^\"]*\" does not exist|数据库\s*\"[^\"]*\"\s*不存在", _missing),
    (r"permission denied for database|访问数据库.*权限不够|对数据库.*权限不够", _no_connect),
    (r"too many (clients|connections)|remaining connection slots", _full),
    (r"太多的客户|的连接太多了|已保留的连接位置|连接槽", _full),
    (r"server does not support SSL", _no_tls),
    (r"certificate", _certificate),
    (r"database system is|数据库系统|Is the server running|failed to resolve host", _away),
    (r"could not translate host name|timeout expired|server closed the connection", _away),
    (r"invalid (integer|port|URI|sslmode|.* value)|missing \"=\"|unrecognized", _wrong_url),
)  # fmt: skip


def translated(error: Exception, *, url: str, seconds: float | None = None) -> AgentDeskError:
    """Return the domain's error for ``error`` of psycopg or of SQLAlchemy.

    seconds: how long was waited, for locks and for answers.
    """
    original = getattr(error, "orig", None) or error
    failure = Failure(original, url, seconds, str(getattr(error, "statement", None) or ""))
    state = sqlstate(error)
    if state is not None:
        kind = BY_SQLSTATE.get(state) or BY_SQLSTATE.get(state[:2])
        return StorageError(path=failure.path) if kind is None else kind(failure)
    if not isinstance(original, psycopg.OperationalError | psycopg.ProgrammingError):
        return StorageError(path=failure.path)
    known = (kind for pattern, kind in _BY_TEXT if re.search(pattern, str(original)))
    return next(known, _lost if original.pgconn is None else _unavailable)(failure)


def _lost(failure: Failure) -> AgentDeskError:
    """Return the error of a connection that was there: whatever ended it, the server is away."""
    if isinstance(failure.error, psycopg.OperationalError):
        return _away(failure)
    return StorageError(path=failure.path)


def sqlstate(error: BaseException) -> str | None:
    """Return the SQLSTATE that the server gave, None when ``error`` did not come from it."""
    state = getattr(getattr(error, "orig", None) or error, "sqlstate", None)
    return state if isinstance(state, str) else None


@contextmanager
def translating(url: str, *, seconds: float | None = None) -> Iterator[None]:
    """Raise the domain's error for every driver error inside; others pass unchanged."""
    try:
        yield
    except AgentDeskError:
        raise
    except Exception as error:
        if not is_driver_error(error):
            raise
        raise translated(error, url=url, seconds=seconds) from error


def _parameters(url: str) -> dict[str, Any]:
    try:
        return conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        return {}


def _action(statement: str) -> str:
    """Return verb and table of an SQL statement, such as "UPDATE tickets"."""
    found = re.search(
        r"\b(SELECT|INSERT|UPDATE|DELETE)\b(?:.*?\b(?:FROM|INTO)\b)?\s*\"?(\w+)",
        statement,
        re.IGNORECASE | re.DOTALL,
    )
    return f"{found[1].upper()} {found[2]}" if found else "use this"
