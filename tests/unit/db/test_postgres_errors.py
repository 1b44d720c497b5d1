"""Every failure of a PostgreSQL server becomes a sentence that says what to do."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy.exc import DBAPIError

from agent_desk.domain.errors import (
    AgentDeskError,
    ConfigurationError,
    DatabaseLockedError,
    DatabaseTimeoutError,
    DatabaseUnavailableError,
    DisabledPersonError,
    DiskFullError,
    EncryptionMissingError,
    HostRefusedError,
    MissingDatabaseError,
    NotFoundError,
    PoolModeError,
    RightsError,
    ServerAwayError,
    ServerFullError,
    ServerReadOnlyError,
    SignInError,
    StorageError,
)
from db.postgres_errors import BY_SQLSTATE, translated, translating
from db.shown_url import shown_url

URL = "postgresql://li:hush@floor.example:5433/desk?sslmode=verify-full"

STATES: dict[str, type[AgentDeskError]] = {
    "08000": ServerAwayError,
    "08006": ServerAwayError,
    "08P01": ServerAwayError,
    "23505": StorageError,
    "25006": ServerReadOnlyError,
    "26000": PoolModeError,
    "28000": HostRefusedError,
    "28P01": SignInError,
    "3D000": MissingDatabaseError,
    "40001": DatabaseLockedError,
    "40P01": DatabaseLockedError,
    "42501": RightsError,
    "42P01": StorageError,
    "42P05": PoolModeError,
    "53100": DiskFullError,
    "53200": DatabaseUnavailableError,
    "53300": ServerFullError,
    "53400": ServerFullError,
    "55P03": DatabaseLockedError,
    "57014": DatabaseTimeoutError,
    "57P01": ServerAwayError,
    "57P02": ServerAwayError,
    "57P03": ServerAwayError,
    "57P04": MissingDatabaseError,
    "57P05": ServerAwayError,
    "58030": DatabaseUnavailableError,
    "58P01": DatabaseUnavailableError,
    "XX000": StorageError,
    "XX001": DatabaseUnavailableError,
    "XX002": DatabaseUnavailableError,
}


@pytest.mark.parametrize("state", STATES)
def test_a_sqlstate_has_its_error(state: str) -> None:
    error = psycopg.errors.lookup(state)("what the server says")

    told = translated(error, url=URL, seconds=5.0)

    assert type(told) is STATES[state]
    assert "hush" not in str(told)


def test_every_translated_sqlstate_is_tried_here() -> None:
    assert all(any(state.startswith(known) for state in STATES) for known in BY_SQLSTATE)


def test_the_toolkits_wrapping_makes_no_difference() -> None:
    error = psycopg.errors.lookup("55P03")("canceling statement due to lock timeout")
    wrapped = DBAPIError("SELECT 1", {}, error)

    assert type(translated(wrapped, url=URL, seconds=5.0)) is DatabaseLockedError


@pytest.mark.parametrize(
    ("statement", "action"),
    [
        ("SELECT customers.id, customers.name FROM customers WHERE id = 1", "SELECT customers"),
        ("INSERT INTO tickets (id) VALUES (1)", "INSERT tickets"),
        ("UPDATE event_log SET kind = 'x'", "UPDATE event_log"),
        ('DELETE FROM "notes"', "DELETE notes"),
        ("VACUUM", "use this"),
    ],
)
def test_a_missing_right_names_what_and_whose(statement: str, action: str) -> None:
    error = psycopg.errors.InsufficientPrivilege("permission denied")

    told = translated(DBAPIError(statement, {}, error), url=URL)

    assert type(told) is RightsError
    assert told.details == {"action": action, "role": "li"}


SAID: dict[str, type[AgentDeskError]] = {
    'FATAL:  password authentication failed for user "li"': SignInError,
    '致命错误:  用户 "li" Password 认证失败': SignInError,
    "fe_sendauth: no password supplied": SignInError,
    'FATAL:  role "li" is not permitted to log in': DisabledPersonError,
    '致命错误:  不允许角色"li" 进行登录': DisabledPersonError,
    'FATAL:  no pg_hba.conf entry for host "10.0.0.1", user "li"': HostRefusedError,
    'FATAL:  pg_hba.conf rejects connection for host "10.0.0.1"': HostRefusedError,
    '致命错误:  没有用于主机 "10.0.0.1", 用户 "li" 的 pg_hba.conf 记录': HostRefusedError,
    'FATAL:  database "desk" does not exist': MissingDatabaseError,
    '致命错误:  数据库 "desk" 不存在': MissingDatabaseError,
    'FATAL:  permission denied for database "desk"': RightsError,
    '致命错误:  访问数据库"desk"的权限不够': RightsError,
    "FATAL:  sorry, too many clients already": ServerFullError,
    'FATAL:  too many connections for role "li"': ServerFullError,
    "FATAL:  remaining connection slots are reserved for roles with the SUPERUSER": ServerFullError,
    "致命错误:  对不起, 已经有太多的客户": ServerFullError,
    "致命错误:  已保留的连接位置为执行非复制请求的超级用户预留": ServerFullError,
    "server does not support SSL, but SSL was required": EncryptionMissingError,
    "FATAL:  the database system is starting up": ServerAwayError,
    "致命错误:  数据库系统停止中": ServerAwayError,
    "Connection refused\n\tIs the server running on that host": ServerAwayError,
    "failed to resolve host 'floor.example'": ServerAwayError,
    "connection timeout expired": ServerAwayError,
    'invalid URI query parameter: "nonsense"': ConfigurationError,
    'missing "=" after "desk" in connection info string': ConfigurationError,
    "server closed the connection unexpectedly": ServerAwayError,
}


@pytest.mark.parametrize("text", SAID)
def test_what_is_said_while_connecting_is_understood(text: str) -> None:
    error = psycopg.OperationalError(f"connection failed: {text}")

    told = translated(error, url=URL)

    assert type(told) is SAID[text]
    assert "hush" not in str(told)


@pytest.mark.parametrize("error", [NotFoundError(subject="x", id="1"), ValueError("x"), OSError()])
def test_errors_of_others_pass_unchanged(error: Exception) -> None:
    with pytest.raises(type(error)) as raised, translating(URL):
        raise error

    assert raised.value is error


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (URL, "postgresql://li@floor.example:5433/desk"),
        ("postgresql://floor/desk", "postgresql://floor/desk"),
        ("postgresql:///desk?host=/run/postgresql", "postgresql:///desk"),
        ("host=floor dbname=desk password=hush", "host=floor dbname=desk"),
        ("postgresql://li:hush@floor/desk?no=such", "postgresql://li@floor/desk"),
    ],
)
def test_an_address_is_shown_without_its_password(url: str, shown: str) -> None:
    assert shown_url(url) == shown
